/**
 * Names and values of the mail store are texts, and Lua's strings are bytes. What is not UTF-8 becomes lone low
 * surrogates U+DC80 to U+DCFF, one for each byte, so that every string comes back as it was.
 */
export function toMailText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8');
  if (!text.includes('\ufffd')) return text;
  return escapeBytes(bytes);
}

function escapeBytes(bytes: Uint8Array): string {
  const parts: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = characterLength(bytes, at);
    parts.push(
      length === 0
        ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0))
        : Buffer.from(bytes.subarray(at, at + length)).toString('utf8'),
    );
    at += Math.max(1, length);
  }
  return parts.join('');
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** 0 where no character begins. */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  try {
    decoder.decode(bytes.subarray(at, at + length));
    return Math.min(length, bytes.length - at);
  } catch {
    return 0;
  }
}

/** The bytes of a text from toMailText. They are the caller's own. */
export function fromMailText(text: string): Uint8Array {
  if (text.isWellFormed()) return new Uint8Array(Buffer.from(text, 'utf8'));
  const parts = text.split(/([\udc80-\udcff])/);
  return new Uint8Array(
    Buffer.concat(
      parts.map((part, index) =>
        index % 2 === 1 ? Buffer.from([part.charCodeAt(0) - 0xdc00]) : Buffer.from(part, 'utf8'),
      ),
    ),
  );
}
