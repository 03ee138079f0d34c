import { parseContentType, type ContentType } from './content-type.ts';
import { emptyLineLength, firstValue, lineEnd, readHeaderField, type HeaderField } from './header-fields.ts';
import type { ByteText } from './utf8.ts';

/** One part of a message. The message itself is the root. */
export interface MimePart {
  readonly parent: MimePart | undefined;
  readonly fields: HeaderField[];
  readonly children: MimePart[];
  /** Absent when the part has no Content-Type header. */
  contentType?: ContentType;
  /** Positions of the body in the message text. */
  bodyStart: number;
  bodyEnd: number;
}

// Dovecot's limits (message-parser.h). What lies beyond them is taken as plain body.
const MAX_DEPTH = 100;
const MAX_PARTS = 10_000;
const MAX_BOUNDARY_LENGTH = 80;

/**
 * Splits a message into its MIME parts, messages inside of it included.
 *
 * Source: RFC 2046 §5.1; Dovecot lib-mail/message-parser.c.
 */
export function parseMimeTree(text: ByteText): MimePart {
  return new MimeTreeParser(text).parse();
}

interface Boundary {
  readonly part: MimePart;
  readonly delimiter: string;
}

interface BoundaryLine {
  readonly boundary: Boundary;
  readonly start: number;
  /** Whether it is the closing one, after which the epilogue follows. */
  readonly isLast: boolean;
}

class MimeTreeParser {
  readonly #text: ByteText;
  /** The boundaries of the open multiparts, the innermost one last. */
  #boundaries: Boundary[] = [];
  #partCount = 0;
  #depth = -1;

  constructor(text: ByteText) {
    this.#text = text;
  }

  parse(): MimePart {
    const root = this.#openPart(undefined);
    let part = root;
    let at = this.#readHeader(root, 0);
    for (;;) {
      if (this.#holdsMessage(part)) {
        part = this.#openPart(part);
        at = this.#readHeader(part, at);
        continue;
      }
      const line = this.#findBoundaryLine(at);
      if (!line) return root;
      part = this.#closeParts(part, line, at);
      at = Math.min(lineEnd(this.#text, line.start) + 1, this.#text.length);
      if (line.isLast || this.#text[at - 1] !== '\n') continue;
      part = this.#openPart(part);
      at = this.#readHeader(part, at);
    }
  }

  #openPart(parent: MimePart | undefined): MimePart {
    const end = this.#text.length;
    const part: MimePart = { parent, fields: [], children: [], bodyStart: end, bodyEnd: end };
    parent?.children.push(part);
    this.#partCount++;
    this.#depth++;
    return part;
  }

  /** Reads the header of a part and returns where its body begins. */
  #readHeader(part: MimePart, start: number): number {
    const text = this.#text;
    let at = start;
    while (at < text.length && emptyLineLength(text, at) === 0 && !this.#boundaryAt(at)) {
      const { field, end } = readHeaderField(text, at);
      part.fields.push(field);
      at = end;
    }
    const contentType = firstValue(part.fields, 'content-type');
    if (contentType !== undefined) part.contentType = parseContentType(contentType);
    const emptyLine = emptyLineLength(text, at);
    if (emptyLine > 0) this.#openBoundary(part);
    part.bodyStart = at + emptyLine;
    return part.bodyStart;
  }

  #openBoundary(part: MimePart): void {
    const { type, boundary } = part.contentType ?? {};
    if (type !== 'multipart' || boundary === undefined || this.#isTooDeep) return;
    this.#boundaries.push({ part, delimiter: boundary.slice(0, MAX_BOUNDARY_LENGTH) });
  }

  get #isTooDeep(): boolean {
    return this.#depth + 1 >= MAX_DEPTH;
  }

  /** Whether the body is a message, which in a digest is what a part is that does not say otherwise. */
  #holdsMessage({ contentType, parent }: MimePart): boolean {
    if (this.#isTooDeep || this.#partCount >= MAX_PARTS) return false;
    return contentType
      ? isOfType(contentType, 'message', 'rfc822')
      : isOfType(parent?.contentType, 'multipart', 'digest');
  }

  /** The next line that is a boundary of an open multipart. */
  #findBoundaryLine(from: number): BoundaryLine | undefined {
    if (this.#boundaries.length === 0) return undefined;
    for (let start = from; start !== -1; start = this.#nextDashedLine(start)) {
      const line = this.#boundaryAt(start);
      if (line) return line;
    }
    return undefined;
  }

  /** Start of the next line that begins with two dashes, −1 when there is none. */
  #nextDashedLine(start: number): number {
    const lineBreak = this.#text.indexOf('\n--', start);
    return lineBreak === -1 ? -1 : lineBreak + 1;
  }

  /**
   * The boundary line at a position. A line matches when it begins with a boundary; of several the longest
   * counts, and of equals the innermost.
   */
  #boundaryAt(start: number): BoundaryLine | undefined {
    if (this.#boundaries.length === 0 || this.#partCount >= MAX_PARTS) return undefined;
    if (!this.#text.startsWith('--', start)) return undefined;
    const best = this.#matchBoundary(start + 2, this.#lineLength(start) - 2);
    if (!best) return undefined;
    return { boundary: best, start, isLast: this.#text.startsWith('--', start + 2 + best.delimiter.length) };
  }

  #matchBoundary(start: number, length: number): Boundary | undefined {
    const hasTrailingDashes = length > 2 && this.#text.startsWith('--', start + length - 2);
    let best: Boundary | undefined;
    for (const boundary of this.#boundaries.toReversed()) {
      const { delimiter } = boundary;
      const isLonger = delimiter.length > (best?.delimiter.length ?? -1);
      if (!isLonger || delimiter.length > length || !this.#text.startsWith(delimiter, start)) continue;
      best = boundary;
      if (delimiter.length === length || (hasTrailingDashes && delimiter.length === length - 2)) break;
    }
    return best;
  }

  /** Length of a line without its line break. */
  #lineLength(start: number): number {
    const end = lineEnd(this.#text, start);
    return (this.#text[end - 1] === '\r' ? end - 1 : end) - start;
  }

  /** Ends the open parts inside of the multipart whose boundary was found, and returns that multipart. */
  #closeParts(part: MimePart, { boundary, start, isLast }: BoundaryLine, bodyFrom: number): MimePart {
    const end = start === bodyFrom ? start : this.#withoutLineBreak(start);
    let open = part;
    while (open !== boundary.part && open.parent) {
      open.bodyEnd = end;
      open = open.parent;
      this.#depth--;
    }
    const index = this.#boundaries.indexOf(boundary);
    this.#boundaries.length = isLast ? index : index + 1;
    return open;
  }

  /** Position of the line break before a line: it belongs to the boundary (RFC 2046 §5.1.1). */
  #withoutLineBreak(start: number): number {
    return this.#text[start - 2] === '\r' ? start - 2 : start - 1;
  }
}

function isOfType(contentType: ContentType | undefined, type: string, subtype: string): boolean {
  return contentType?.type === type && contentType.subtype === subtype;
}
