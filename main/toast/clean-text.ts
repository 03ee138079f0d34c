// Mail text is written by strangers. What reaches a notification system is one line of well-formed text
// without characters that hide, reorder or overprint other text.

/** Longest real emoji sequences have 15 code units; whatever is beyond this budget is never looked at. */
const UNITS_PER_GRAPHEME = 16;
/** Scripts stack four or five marks on a letter; "zalgo" text stacks hundreds and paints over its neighbours. */
const MAX_MARKS = 8;

const ansiSequence = new RegExp(String.raw`\u001B\[[0-9;?]*[ -/]*[@-~]`, 'g');
const whiteSpace = /[\s\u0085]+/g;
const loneSurrogate = /\p{Cs}/gu;
// Controls, non-characters, soft hyphen, blank letters (Hangul fillers, Braille blank), zero-width space,
// bidi embeddings, overrides and isolates, invisible operators, byte order mark, annotations, language tag.
// Joiners stay: Persian, Indic scripts and emoji need them.
const unwanted =
  /[\p{Cc}\p{Noncharacter_Code_Point}\u00AD\u115F\u1160\u180E\u200B\u202A-\u202E\u2060-\u206F\u2800\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0001}]/gu;
const joinerRun = /([\u200C\u200D])[\u200C\u200D]+/g;
const markRun = new RegExp(String.raw`(\p{M}{${MAX_MARKS}})\p{M}+`, 'gu');
const visible = /[^\p{Z}\p{C}\p{M}]/u;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Makes one line of plain text of at most `limit` graphemes; what was cut ends in `…`. Empty when nothing
 * visible is left. Time is bounded by `limit`, not by the length of the input.
 */
export function cleanLine(text: string, limit: number): string {
  const head = text.slice(0, limit * UNITS_PER_GRAPHEME);
  const line = head
    .replace(ansiSequence, '')
    .replace(whiteSpace, ' ')
    .replace(loneSurrogate, '\uFFFD')
    .replace(unwanted, '')
    .replace(joinerRun, '$1')
    .replace(markRun, '$1')
    .trim();
  if (!visible.test(line)) return '';
  return cutAtGrapheme(line, limit, head.length < text.length);
}

function cutAtGrapheme(line: string, limit: number, isCutAlready: boolean): string {
  const starts: number[] = [];
  for (const { index } of segmenter.segment(line)) {
    starts.push(index);
    if (starts.length > limit) break;
  }
  if (starts.length <= limit && !isCutAlready) return line;
  // The last grapheme gives way to the ellipsis; it may be half of one.
  const kept = Math.max(1, Math.min(starts.length, limit) - 1);
  return `${line.slice(0, starts[kept]).trimEnd()}…`;
}
