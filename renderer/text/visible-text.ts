/**
 * Text that came with mail, made safe to look at.
 *
 * Whatever a sender writes is shown as text, and every character that would be invisible or would reorder
 * its neighbours (bidi controls, zero-width characters, control codes, tags, lone surrogates) becomes a
 * visible escape such as ‹U+202E›. Joiners stay where writing needs them: inside emoji and in scripts that
 * shape letters with them.
 */

/** A stretch of text; `escaped` marks one that stands for a character nobody could see. */
export interface TextPart {
  readonly text: string;
  readonly escaped: boolean;
}

export interface VisibleTextOptions {
  /** Line feeds and tabs stay what they are. Default: they are escaped too, as in a one-line header. */
  readonly multiline?: boolean;
}

// Format characters that have a glyph of their own: number signs of Arabic, Syriac and Kaithi.
const VISIBLE_FORMAT = String.raw`[\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}]`;
// Not format characters by category, yet nothing is drawn for them.
const BLANK = String.raw`\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u2800\u3164\uFFA0\uFE00-\uFE0D\u{E0100}-\u{E01EF}`;
const JOINING = [
  'Arabic',
  'Syriac',
  'Mongolian',
  'Devanagari',
  'Bengali',
  'Gurmukhi',
  'Gujarati',
  'Oriya',
  'Tamil',
  'Telugu',
  'Kannada',
  'Malayalam',
  'Sinhala',
  'Khmer',
]
  .map((script) => String.raw`\p{Script_Extensions=${script}}`)
  .join('');

// Hidden characters that writing needs, each known by what stands beside it. \p{RGI_Emoji} would say the same
// of emoji, at a hundred times the cost.
const KEEP = [
  String.raw`(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D(?=\p{Extended_Pictographic})`,
  String.raw`\u{1F3F4}[\u{E0020}-\u{E007E}]{1,8}\u{E007F}`,
  String.raw`(?<=[${JOINING}])[\u200C\u200D]`,
  String.raw`(?<=\p{Script=Han})[\u{E0100}-\u{E01EF}]`,
].join('|');
const HIDDEN = String.raw`[[\p{Cf}\p{Cc}\p{Cs}\p{Zl}\p{Zp}${BLANK}]--${VISIBLE_FORMAT}]`;

const hidden = new RegExp(HIDDEN, 'v');
const keptOrHidden = new RegExp(`(${KEEP})|(${HIDDEN})`, 'gv');

/** Splits text into what is shown as it is and what is shown as an escape; joined, the parts keep the order. */
export function visibleParts(text: string, { multiline = false }: VisibleTextOptions = {}): TextPart[] {
  if (!hidden.test(text)) return text === '' ? [] : [{ text, escaped: false }];
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(keptOrHidden)) {
    const control = match[2];
    if (control === undefined || (multiline && (control === '\n' || control === '\t'))) continue;
    if (match.index > from) parts.push({ text: text.slice(from, match.index), escaped: false });
    parts.push({ text: escapeOf(control), escaped: true });
    from = match.index + control.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), escaped: false });
  return parts;
}

/** The same as one string, for accessible names and notices. */
export function visibleText(text: string, options?: VisibleTextOptions): string {
  return visibleParts(text, options)
    .map((part) => part.text)
    .join('');
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
}

/** Text cut to a length, and how many UTF-16 units were left away. */
export interface CutText {
  readonly text: string;
  readonly omitted: number;
}

// A grapheme longer than this (stacked combining marks) is cut inside; nobody can read it anyway.
const LONGEST_GRAPHEME = 64;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Cuts between graphemes, so that no emoji and no accent falls apart. Cost does not grow with the text. */
export function cutText(text: string, maxLength: number): CutText {
  if (text.length <= maxLength) return { text, omitted: 0 };
  const from = Math.max(0, maxLength - LONGEST_GRAPHEME);
  const window = text.slice(from, maxLength + LONGEST_GRAPHEME);
  const start = graphemes.segment(window).containing(maxLength - from)?.index ?? maxLength - from;
  const end = start > 0 ? from + start : beforeLowSurrogate(text, maxLength);
  return { text: text.slice(0, end), omitted: text.length - end };
}

function beforeLowSurrogate(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
