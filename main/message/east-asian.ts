import iconv from 'iconv-lite';
import { REPLACEMENT, toBytes, type ByteText } from './utf8.ts';

/**
 * Decoders for East Asian charsets whose iconv-lite tables are wider than iconv's, or missing.
 *
 * iconv-lite reads Shift_JIS, EUC-JP, GB2312 and EUC-KR as browsers do, with the extensions of the Windows
 * code pages. Dovecot's iconv reads them as their standards say: what the extensions added is invalid there,
 * and some symbols have other code points.
 */
interface StrictCharset {
  readonly encoding: string;
  /** One valid unit, or a lead byte that the end of the text cuts off (second group). */
  readonly units: RegExp;
  readonly symbols: Readonly<Record<string, string>>;
}

// A byte that is invalid in all of these charsets, so that iconv-lite makes U+FFFD of it.
const INVALID = '\xff';

const jisSymbols = { '～': '〜', '∥': '‖', '－': '−', '￠': '¢', '￡': '£', '￢': '¬' };
const romanSymbols = { '\\': '¥', '~': '‾' };

const shiftJis: StrictCharset = {
  encoding: 'shift_jis',
  units:
    // oxlint-disable-next-line no-control-regex -- bytes, not characters
    /([\x00-\x7f\xa1-\xdf]+|[\x81-\x86\x88-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc])|([\x81-\x9f\xe0-\xfc]$)|[\s\S]/g,
  symbols: { ...jisSymbols, ...romanSymbols },
};
const eucJp: StrictCharset = {
  encoding: 'euc-jp',
  units:
    // oxlint-disable-next-line no-control-regex -- bytes, not characters
    /([\x00-\x7f]+|\x8e[\xa1-\xdf]|\x8f[\xa1-\xfe]{2}|[\xa1-\xac\xae-\xf8][\xa1-\xfe])|([\x8e\x8f\xa1-\xfe]$)|[\s\S]/g,
  symbols: jisSymbols,
};
const gb2312: StrictCharset = {
  encoding: 'gb2312',
  // oxlint-disable-next-line no-control-regex -- bytes, not characters
  units: /([\x00-\x7f]+|[\xa1-\xf7][\xa1-\xfe])|([\xa1-\xf7]$)|[\s\S]/g,
  symbols: { '·': '・', '—': '―' },
};
const eucKr: StrictCharset = {
  encoding: 'euc-kr',
  // oxlint-disable-next-line no-control-regex -- bytes, not characters
  units: /([\x00-\x7f]+|[\xa1-\xfe][\xa1-\xfe])|([\xa1-\xfe]$)|[\s\S]/g,
  symbols: {},
};

function decodeStrict(text: ByteText, { encoding, units, symbols }: StrictCharset): string {
  const masked = text.replace(
    units,
    (_, valid?: string, cutOff?: string) => valid ?? (cutOff ? '' : INVALID),
  );
  const decoded = iconv.decode(toBytes(masked), encoding);
  return replaceSymbols(decoded, symbols);
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
  // oxlint-disable-next-line no-control-regex -- bytes, not characters
  const sevenBit = piece.replace(/[\x1b\x80-\xff]/g, INVALID);
  if (shift.includes('$')) {
    const euc = sevenBit.replace(/[!-~]/g, (byte) => String.fromCharCode(byte.charCodeAt(0) | 0x80));
    return decodeStrict(euc, eucJp);
  }
  const ascii = sevenBit.replaceAll(INVALID, REPLACEMENT);
  return shift.endsWith('J') ? replaceSymbols(ascii, romanSymbols) : ascii;
}

/** The decoders by the encoding names of charset-names.ts. Invalid input becomes U+FFFD. */
export const eastAsianDecoders: Readonly<Record<string, (text: ByteText) => string>> = {
  shift_jis: (text) => decodeStrict(text, shiftJis),
  'euc-jp': (text) => decodeStrict(text, eucJp),
  'iso-2022-jp': decodeIso2022Jp,
  gb2312: (text) => decodeStrict(text, gb2312),
  'euc-kr': (text) => decodeStrict(text, eucKr),
};
