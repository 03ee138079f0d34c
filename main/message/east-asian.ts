import iconv from 'iconv-lite';
import { REPLACEMENT, toBytes, type ByteText } from './utf8.ts';

/**
 * Decoders for East Asian charsets whose iconv-lite tables are wider than iconv's, or missing.
 *
 * iconv-lite reads Shift_JIS, EUC-JP, GB2312, EUC-KR and Big5 as browsers do, with the extensions of the Windows
 * code pages. Dovecot's iconv reads them as their standards say: what the extensions added is invalid there,
 * and some symbols have other code points.
 */
interface StrictCharset {
  readonly encoding: string;
  /** A run of valid units, or else the lead byte of one that the end of the text cuts off (second group). */
  readonly units: RegExp;
  readonly symbols: Readonly<Record<string, string>>;
  /** Bytes outside of all units that stand for the control character of the same number. */
  readonly controls?: RegExp;
}

const jisSymbols = { '～': '〜', '∥': '‖', '－': '−', '￠': '¢', '￡': '£', '￢': '¬' };
const romanSymbols = { '\\': '¥', '~': '‾' };

// The longest run that is matched at once: unlimited repetition may exhaust the stack of the regex engine.
const RUN = '{1,1000}';

const shiftJis: StrictCharset = {
  encoding: 'shift_jis',
  units: unitPattern(
    '[\\x00-\\x7f\\xa1-\\xdf]|[\\x81-\\x86\\x88-\\x9f\\xe0-\\xea][\\x40-\\x7e\\x80-\\xfc]',
    '[\\x81-\\x9f\\xe0-\\xea]',
  ),
  symbols: { ...jisSymbols, ...romanSymbols },
};
const eucJp: StrictCharset = {
  encoding: 'euc-jp',
  units: unitPattern(
    '[\\x00-\\x7f]|\\x8e[\\xa1-\\xdf]|\\x8f[\\xa1-\\xfe]{2}|[\\xa1-\\xac\\xae-\\xf8][\\xa1-\\xfe]',
    '\\x8f[\\xa1-\\xfe]?|[\\x8e\\xa0-\\xfe]',
  ),
  symbols: jisSymbols,
  controls: /[\x80-\x8d\x90-\x9f]/,
};
const gb2312: StrictCharset = {
  encoding: 'gb2312',
  units: unitPattern('[\\x00-\\x7f]|[\\xa1-\\xf7][\\xa1-\\xfe]', '[\\x8e\\x8f\\xa1-\\xfe]'),
  symbols: { '·': '・', '—': '―' },
};
const eucKr: StrictCharset = {
  encoding: 'euc-kr',
  units: unitPattern('[\\x00-\\x7f]|[\\xa1-\\xfe][\\xa1-\\xfe]', '[\\xa1-\\xff]'),
  symbols: {},
  controls: /[\x80-\x9f]/,
};
const big5: StrictCharset = {
  encoding: 'cp950',
  units: unitPattern('[\\x00-\\x7f]|[\\xa1-\\xf9][\\x40-\\x7e\\xa1-\\xfe]', '[\\xa1-\\xf9]'),
  symbols: {},
  controls: /\x80/,
};

function unitPattern(unit: string, lead: string): RegExp {
  return new RegExp(`((?:${unit})${RUN})|((?:${lead})$)|[^]`, 'g');
}

function decodeStrict(text: ByteText, { encoding, units, symbols, controls }: StrictCharset): string {
  const decoder = getDecoder(encoding);
  const decoded = text.replace(units, (byte: string, valid?: ByteText, cutOff?: ByteText) => {
    if (valid !== undefined) return decoder.write(toBytes(valid)) + (decoder.end() ?? '');
    if (cutOff !== undefined) return '';
    return controls?.test(byte) ? byte : REPLACEMENT;
  });
  return replaceSymbols(decoded, symbols);
}

const decoders = new Map<string, ReturnType<typeof iconv.getDecoder>>();

// One decoder a charset for good: to make one takes longer than to decode a word with it.
function getDecoder(encoding: string): ReturnType<typeof iconv.getDecoder> {
  const decoder = decoders.get(encoding) ?? iconv.getDecoder(encoding, { stripBOM: false });
  decoders.set(encoding, decoder);
  return decoder;
}

function replaceSymbols(text: string, symbols: Readonly<Record<string, string>>): string {
  return text.replace(/[\\~～∥－￠￡￢·—]/g, (symbol) => symbols[symbol] ?? symbol);
}

// oxlint-disable-next-line no-control-regex -- the escape character is the syntax
const isoShift = /(\x1b(?:\([BJ]|\$[@B]))/;

/** ISO-2022-JP (RFC 1468): escape sequences switch between ASCII, JIS X 0201 Roman and JIS X 0208. */
function decodeIso2022Jp(text: ByteText): string {
  let shift = '';
  let decoded = '';
  for (const piece of text.split(isoShift)) {
    if (isoShift.test(piece)) shift = piece;
    else decoded += decodeShifted(piece, shift);
  }
  return decoded;
}

function decodeShifted(piece: ByteText, shift: string): string {
  if (shift.includes('$')) return decodeStrict(toEuc(piece), eucJp);
  return shift.endsWith('J') ? replaceSymbols(toAscii(piece), romanSymbols) : toAscii(piece);
}

/** The same two-byte characters with the high bits that the EUC encodings have. */
function toEuc(text: ByteText): ByteText {
  const masked = text.replace(/[\x80-\xff]/g, '\xff');
  return masked.replace(/[!-~]/g, (byte) => String.fromCharCode(byte.charCodeAt(0) | 0x80));
}

function toAscii(text: ByteText): string {
  return text.replace(/[\x80-\xff]/g, REPLACEMENT);
}

const SHIFT_OUT = '\x0e';

/** ISO-2022-KR (RFC 1557): after its announcement SO and SI switch between KS X 1001 and ASCII. */
function decodeIso2022Kr(text: ByteText): string {
  const [ascii = '', ...koreanFirst] = text.replaceAll('\x1b$)C', '').split(SHIFT_OUT);
  const runs = koreanFirst.map((run) => {
    const [korean = '', ...rest] = run.split('\x0f');
    return decodeStrict(toEuc(korean), eucKr) + toAscii(rest.join(''));
  });
  return toAscii(ascii) + runs.join('');
}

/** The decoders by the encoding names of charset-names.ts. Invalid input becomes U+FFFD. */
export const eastAsianDecoders: Readonly<Record<string, (text: ByteText) => string>> = {
  shift_jis: (text) => decodeStrict(text, shiftJis),
  'euc-jp': (text) => decodeStrict(text, eucJp),
  'iso-2022-jp': decodeIso2022Jp,
  'iso-2022-kr': decodeIso2022Kr,
  gb2312: (text) => decodeStrict(text, gb2312),
  'euc-kr': (text) => decodeStrict(text, eucKr),
  big5: (text) => decodeStrict(text, big5),
};
