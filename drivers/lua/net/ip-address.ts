/** An IP address as numbers: four bytes as one number, or eight groups of 16 bits. */
export type IpAddress =
  | { readonly version: 4; readonly value: number }
  | { readonly version: 6; readonly groups: readonly number[] };

/**
 * Reads an address in any spelling that a resolver takes: dotted decimal, the inet_aton forms with fewer parts and
 * with octal or hexadecimal numbers, and IPv6 with or without brackets, zone or a dotted tail.
 *
 * Undefined when it is none of them. Source: inet_aton(3); RFC 4291 §2.2; RFC 4007 §11.
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  const bare = text.replace(/^\[([^\]]*)\]$/, '$1').replace(/%.*$/, '');
  if (bare.includes(':')) {
    const groups = parseGroups(bare);
    return groups && { version: 6, groups };
  }
  const value = parseNumbers(bare);
  return value === undefined ? undefined : { version: 4, value };
}

function parseNumbers(text: string): number | undefined {
  const parts = text.replace(/\.$/, '').split('.');
  const numbers = parts.map(parseNumber);
  const last = numbers.pop();
  if (last === undefined || numbers.length > 3) return undefined;
  let value = 0;
  for (const number of numbers) {
    if (number === undefined || number > 255) return undefined;
    value = value * 256 + number;
  }
  // The last number fills what the others leave.
  const room = 256 ** (4 - numbers.length);
  return last < room ? value * room + last : undefined;
}

function parseNumber(text: string): number | undefined {
  if (/^0x[0-9a-f]*$/i.test(text)) return Number.parseInt(`0${text.slice(2)}`, 16);
  if (/^0[0-7]*$/.test(text)) return Number.parseInt(text, 8);
  return /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
}

function parseGroups(text: string): number[] | undefined {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const before = listGroups(head);
  const after = tail === undefined ? [] : listGroups(tail);
  if (!before || !after) return undefined;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...before, ...Array.from({ length: missing }, () => 0), ...after];
}

function listGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  for (const [index, part] of text.split(':').entries()) {
    const isTail = part.includes('.') && index === text.split(':').length - 1;
    const value = isTail ? parseNumbers(part) : undefined;
    if (value !== undefined) groups.push(Math.floor(value / 65536), value % 65536);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

/**
 * The IPv4 addresses that an IPv6 address stands for or leads to: mapped, compatible, translated (RFC 4291, 2765),
 * 6to4 (RFC 3056), Teredo (RFC 4380), NAT64 (RFC 6052, 8215) and ISATAP (RFC 5214).
 */
export function embeddedAddresses(groups: readonly number[]): number[] {
  const at = (index: number): number => groups[index] ?? 0;
  const pair = (index: number): number => at(index) * 65536 + at(index + 1);
  const startsWith = (...prefix: number[]): boolean => prefix.every((group, index) => at(index) === group);
  const found: number[] = [];
  if (isMapped(groups) || startsWith(0, 0, 0, 0, 0, 0) || startsWith(0, 0, 0, 0, 0xffff, 0))
    found.push(pair(6));
  if (startsWith(0x2002)) found.push(pair(1));
  if (startsWith(0x2001, 0)) found.push(pair(2), 0xffffffff - pair(6));
  if (startsWith(0x64, 0xff9b)) found.push(pair(6), nat64Short(at(3), at(4), at(5)));
  if ((at(4) & 0xfdff) === 0 && at(5) === 0x5efe) found.push(pair(6));
  return found;
}

/** ::ffff:a.b.c.d: the IPv4 address itself, in IPv6 spelling. */
export function isMapped(groups: readonly number[]): boolean {
  return groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
}

/** The address behind a 48 bit prefix: bits 64 to 71 are left out (RFC 6052 §2.2). */
function nat64Short(high: number, middle: number, low: number): number {
  return high * 65536 + (middle & 0xff) * 256 + (low >> 8);
}
