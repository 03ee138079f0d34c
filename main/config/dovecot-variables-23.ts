import { createHash } from 'node:crypto';
import type { ConfigVariables, Expansion } from './push-config-types.ts';

/** The one-letter names. Source: Dovecot mail-user.c, mail_user_var_expand_table. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  u: 'user',
  n: 'username',
  d: 'domain',
  s: 'service',
  h: 'home',
  l: 'lip',
  r: 'rip',
  p: 'pid',
  i: 'uid',
};

/** One `%…` as written: `%[-][0][offset.][-][0]widthMODIFIERS`, then a letter or a name in braces. */
interface Reference {
  readonly offset: number;
  readonly width: number;
  readonly zeroPadded: boolean;
  readonly modifiers: string;
  /** Long name, `%` for `%%`, undefined when Dovecot knows no such letter. */
  readonly name: string | undefined;
  readonly letter: string;
  readonly end: number;
}

/** No value is as long. */
const MAX_COUNT = 0x7fff_ffff;
/** Nobody pads further; Dovecot itself would take the memory. */
const MAX_PADDING = 1024;

/** Dovecot takes no more modifiers than this before one variable. */
const REFERENCE = /%(-?)(0?)(\d*)(?:\.(0?)(-?)(\d*))?([LUEXRHNMDT]{0,10})/y;

/**
 * Expands `%u`, `%Ln`, `%2.4u`, `%{user}` as Dovecot 2.3 does. `%40s` is `%s` cut to 40 characters: that is how
 * a percent escape in a URL goes wrong. A `%` at the very end disappears. Never throws.
 *
 * Source: Dovecot 2.3 var-expand.c, var_expand_with_funcs. Unlike Dovecot, `%{if…}` and `%{sha256…}` are not
 * evaluated (unknown), and lengths count UTF-16 units instead of bytes.
 */
export function expandVariables23(text: string, variables: ConfigVariables): Expansion {
  const parts: string[] = [];
  let problem: string | undefined;
  // A brace that is never closed is an ordinary letter.
  const lastBrace = text.lastIndexOf('}');
  let at = 0;
  while (at < text.length) {
    const next = text.indexOf('%', at);
    if (next < 0) break;
    parts.push(text.slice(at, next));
    const reference = readReference(text, next, lastBrace);
    at = reference?.end ?? text.length;
    if (!reference) continue;
    const value = lookUp(reference.name, variables);
    if (value === undefined) problem ??= `Unknown variable '%${reference.letter}'`;
    parts.push(
      value === undefined
        ? `UNSUPPORTED_VARIABLE_${reference.letter}`
        : cut(modify(value, reference), reference),
    );
  }
  const expanded = [...parts, text.slice(at)].join('');
  return problem === undefined ? { text: expanded } : { text: expanded, problem };
}

function readReference(text: string, start: number, lastBrace: number): Reference | undefined {
  REFERENCE.lastIndex = start;
  const match = REFERENCE.exec(text);
  const at = start + (match?.[0].length ?? 0);
  if (!match || at >= text.length) return undefined;
  const named = text.charAt(at) === '{' && at < lastBrace;
  const end = named ? text.indexOf('}', at) : at + 1;
  const letter = text.slice(named ? at + 1 : at, end);
  const name = named || letter === '%' ? letter : SHORT_NAMES[letter];
  return { ...readSize(match), modifiers: match[7] ?? '', name, letter, end: named ? end + 1 : end };
}

/** `-2.4`: offset and width; `4` alone is a width, and a sign before it means nothing. */
function readSize(match: RegExpExecArray): Pick<Reference, 'offset' | 'width' | 'zeroPadded'> {
  const [, sign, zero, first, zeroAfter, signAfter, second] = match;
  const leading = readCount(first);
  if (second === undefined) return { offset: 0, width: leading, zeroPadded: zero === '0' };
  const width = readCount(second) * (signAfter === '-' ? -1 : 1);
  return { offset: sign === '-' ? -leading : leading, width, zeroPadded: zeroAfter === '0' };
}

function readCount(digits: string | undefined): number {
  return Math.min(Number(digits), MAX_COUNT) || 0;
}

function lookUp(name: string | undefined, variables: ConfigVariables): string | undefined {
  if (name === undefined || name === '%') return name;
  if (Object.hasOwn(variables, name)) return variables[name];
  if (/^(env|userdb):/.test(name) || ['pid', 'uid', 'gid'].includes(name)) return '';
  return undefined;
}

function modify(value: string, reference: Reference): string {
  let result = value;
  for (const modifier of reference.modifiers) result = applyModifier(modifier, result, reference);
  return result;
}

function applyModifier(modifier: string, value: string, { width, offset }: Reference): string {
  switch (modifier) {
    case 'L':
      return value.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
    case 'U':
      return value.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
    case 'E':
      return value.replace(/["'\\]/g, '\\$&');
    case 'X':
      return /^\d{1,20}$/.test(value) ? BigInt(value).toString(16) : '0';
    case 'R':
      return Array.from(value).reverse().join('');
    case 'M':
      return createHash('md5').update(value).digest('hex');
    case 'D':
      return value.replaceAll('.', ',dc=');
    case 'T':
      return value.trimEnd();
    default:
      return hash(modifier === 'H' ? oldHash(value) : newHash(value), width, offset);
  }
}

function hash(value: bigint, width: number, offset: number): string {
  const reduced = width > 0 ? value % BigInt(width) : value;
  return (reduced & 0xffff_ffffn).toString(16).padStart(Math.min(offset, 64), '0');
}

function newHash(value: string): bigint {
  return createHash('md5').update(value).digest().readBigUInt64BE(0);
}

/** Source: Dovecot lib/hash.c, str_hash. */
function oldHash(value: string): bigint {
  let sum = 0;
  for (const byte of Buffer.from(value)) {
    sum = ((sum << 4) + byte) >>> 0;
    const high = sum & 0xf000_0000;
    if (high !== 0) sum = (sum ^ (high >>> 24) ^ high) >>> 0;
  }
  return BigInt(sum);
}

/** Offset and width; the hashes have already used theirs. */
function cut(value: string, { offset, width, zeroPadded, modifiers }: Reference): string {
  if (/[HN]/.test(modifiers)) return value;
  const from = offset < 0 ? Math.max(0, value.length + offset) : Math.min(offset, value.length);
  const rest = value.slice(from);
  if (width === 0) return rest;
  if (zeroPadded) return rest.padStart(Math.min(width, MAX_PADDING), '0');
  return rest.slice(0, width < 0 ? Math.max(0, rest.length + width) : width);
}
