const BYTES_PER_LINE = 16;
/** As much as anybody reads; the rest is counted. */
export const MAX_DUMPED_BYTES = 4096;

export interface HexDump {
  readonly text: string;
  readonly omittedBytes: number;
}

/** Base64 as lines of offset, hexadecimal and printable ASCII, as `hexdump -C` writes them. */
export function hexDump(base64: string): HexDump {
  const bytes = decodeBase64(base64);
  const shown = bytes.slice(0, MAX_DUMPED_BYTES);
  const lines: string[] = [];
  for (let offset = 0; offset < shown.length; offset += BYTES_PER_LINE) {
    lines.push(dumpLine(offset, shown.subarray(offset, offset + BYTES_PER_LINE)));
  }
  return { text: lines.join('\n'), omittedBytes: bytes.length - shown.length };
}

function decodeBase64(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    // Not base64 is a mistake of the program's; the body as text is shown in any case.
    return new Uint8Array();
  }
}

function dumpLine(offset: number, bytes: Uint8Array): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const ascii = [...bytes].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'));
  return `${offset.toString(16).padStart(4, '0')}  ${hex.padEnd(BYTES_PER_LINE * 3 - 1)}  ${ascii.join('')}`;
}
