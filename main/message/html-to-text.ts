import { findEntity } from './html-entities.ts';

/**
 * Takes the text out of HTML as Dovecot does for snippets. Tags become one space, comments, scripts and style
 * sheets nothing, entities their characters; the text of `<title>` stays. Lines inside of `<blockquote>` begin
 * with `>`. What an unfinished tag, comment or entity at the end begins is dropped.
 *
 * Source: Dovecot lib-mail/mail-html2text.c. Unlike Dovecot, the text is converted in one piece: Dovecot
 * leaves out the space of a tag that stands at the start of one of the blocks it reads the message in.
 */
export function htmlToText(html: string): string {
  return new HtmlConverter(html).convert();
}

const BLANK = /[ \t\r\n]/;

// Entity names longer than this many bytes are no entities.
const MAX_ENTITY_LENGTH = 9;

class HtmlConverter {
  readonly #html: string;
  readonly #pieces: string[] = [];
  #at = 0;
  #quoteLevel = 0;
  #endsQuote = false;

  constructor(html: string) {
    this.#html = html;
  }

  convert(): string {
    while (this.#at < this.#html.length) {
      this.#readText();
      if (this.#html[this.#at] === '&') this.#readEntity();
      else this.#readMarkup();
    }
    return this.#pieces.join('');
  }

  #readText(): void {
    const start = this.#at;
    while (this.#at < this.#html.length && this.#html[this.#at] !== '<' && this.#html[this.#at] !== '&')
      this.#at++;
    this.#add(this.#html.slice(start, this.#at));
  }

  #add(text: string): void {
    if (text !== '') this.#pieces.push(text);
  }

  #readEntity(): void {
    const window = this.#html.slice(this.#at + 1, this.#at + MAX_ENTITY_LENGTH + 3);
    const end = window.search(/[; \t\r\n]/);
    const name = end === -1 ? window : window.slice(0, end);
    const length = Buffer.byteLength(name);
    if (end === -1 && length <= MAX_ENTITY_LENGTH + 1) {
      this.#at = this.#html.length;
    } else if (window[end] === ';' && length <= MAX_ENTITY_LENGTH) {
      this.#add(findEntity(name) ?? '');
      this.#at += name.length + 2;
    } else {
      this.#at++;
    }
  }

  /** Reads what begins with `<`. */
  #readMarkup(): void {
    const tag = this.#html.slice(this.#at + 1, this.#at + 13).toLowerCase();
    if (tag.startsWith('!--')) this.#skipComment();
    else if (isTag(tag, 'script')) this.#skipElement('script');
    else if (isTag(tag, 'style')) this.#skipElement('style');
    else if (tag.startsWith('![cdata[')) this.#readCdata();
    else this.#readTag(tag);
  }

  #skipComment(): void {
    let at = this.#at + 4;
    for (;;) {
      const dashes = this.#html.indexOf('--', at);
      at = dashes === -1 ? this.#html.length : dashes + 2;
      while (BLANK.test(this.#html.charAt(at))) at++;
      // A third dash belongs to the comment, so that "--->" does not end it.
      if (at >= this.#html.length || this.#html[at++] === '>') break;
    }
    this.#at = at;
  }

  /** Skips a script or style sheet with its contents. */
  #skipElement(name: string): void {
    const endTag = new RegExp(`</${name}>`, 'gi');
    endTag.lastIndex = this.#at + name.length + 2;
    const found = endTag.test(this.#html);
    this.#at = found ? endTag.lastIndex : this.#html.length;
    if (found) this.#addSpace();
  }

  #readCdata(): void {
    const start = this.#at + '<![CDATA['.length;
    const end = this.#html.indexOf(']]>', start);
    const text = this.#html.slice(start, end === -1 ? undefined : end);
    this.#add(end === -1 ? text.replace(/\]{1,2}$/, '') : text);
    this.#at = end === -1 ? this.#html.length : end + 3;
  }

  #readTag(tag: string): void {
    if (isTag(tag, 'blockquote')) {
      this.#quoteLevel++;
    } else if (this.#quoteLevel > 0 && tag === '/blockquote>') {
      this.#quoteLevel--;
      this.#endsQuote = true;
    }
    if (this.#skipTag()) this.#endTag();
  }

  /** Moves behind the `>` of a tag, which may stand in quotes before. False when the tag never ends. */
  #skipTag(): boolean {
    let quote = '';
    for (this.#at++; this.#at < this.#html.length; this.#at++) {
      const char = this.#html.charAt(this.#at);
      if (quote !== '') {
        if (char === '\\') this.#at++;
        else if (char === quote) quote = '';
      } else if (char === '"' || char === "'") {
        quote = char;
      } else if (char === '>') {
        this.#at++;
        return true;
      }
    }
    return false;
  }

  #endTag(): void {
    if (this.#quoteLevel > 0) this.#add('\n>');
    else if (this.#endsQuote) this.#add('\n');
    this.#endsQuote = false;
    this.#addSpace();
  }

  #addSpace(): void {
    const last = this.#pieces.at(-1)?.at(-1);
    if (last !== undefined && last !== ' ' && last !== '\n') this.#pieces.push(' ');
  }
}

/** Whether a tag has exactly this name, going by the character after it. */
function isTag(tag: string, name: string): boolean {
  return tag.startsWith(name) && /[ \t\r\n>]/.test(tag.charAt(name.length));
}
