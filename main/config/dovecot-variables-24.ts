import { createHash } from 'node:crypto';
import type { ConfigVariables, Expansion } from './push-config-types.ts';

/** A step of `%{first | second(argument)}`: a variable at first, then functions. */
interface Step {
  readonly name: string;
  readonly args: readonly string[];
}

/** As Dovecot's parser says it of a name without its brace. */
const UNCLOSED = 'syntax error, unexpected end of file, expecting CCBRACE or PIPE';

/** A chain of base64 would otherwise fill the memory. */
const MAX_VALUE = 65_536;

type StepFunction = (input: string, args: readonly string[]) => string;

/** Functions that change the value before them. Source: Dovecot lib-var-expand, expansion-filter.c. */
const FUNCTIONS: ReadonlyMap<string, StepFunction> = new Map<string, StepFunction>([
  ['username', (input) => input.replace(/@[\s\S]*/, '')],
  ['domain', (input) => (input.includes('@') ? input.slice(input.indexOf('@') + 1) : '')],
  ['upper', (input) => input.replace(/[a-z]+/g, (letters) => letters.toUpperCase())],
  ['lower', (input) => input.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())],
  ['reverse', (input) => Array.from(input).reverse().join('')],
  ['substr', (input, [from = '0', length]) => substring(input, Number(from), length)],
  ['truncate', (input, [length = '0']) => input.slice(0, Number(length))],
  ['ldap_dn', (input) => input.replaceAll('.', ',dc=')],
  ['base64', (input) => Buffer.from(input).toString('base64')],
  ['unbase64', (input) => Buffer.from(input, 'base64').toString()],
  ['default', (input, [value = '']) => input || value],
  ['concat', (input, args) => [input, ...args].join('')],
  // Dovecot hands a digest on in binary and writes it in hex in the end: the same as long as nothing else is done to it.
  ...['md5', 'sha1', 'sha256', 'sha384', 'sha512'].map(
    (name) => [name, (input: string) => createHash(name).update(input).digest('hex')] as const,
  ),
  ['hexlify', (input) => input],
  ['text', (input) => input],
]);

/**
 * Expands `%{user}`, `%{user | username | upper}` as Dovecot 2.4 does. A `%` that no `{` follows stays, so do
 * `%%` and the short names of 2.3; `%%{` is a `%{` that is not expanded. Never throws.
 *
 * Source: Dovecot 2.4 lib-var-expand. Unlike Dovecot, `if`, `regexp`, `calculate`, number conversions and
 * encryption are not evaluated: `No such function` names them.
 */
export function expandVariables24(text: string, variables: ConfigVariables): Expansion {
  const parts: string[] = [];
  let problem: string | undefined;
  let at = 0;
  while (at < text.length) {
    const next = text.indexOf('%{', at);
    if (next < 0) break;
    const isEscaped = next > at && text.charAt(next - 1) === '%';
    parts.push(text.slice(at, isEscaped ? next - 1 : next));
    const end = isEscaped ? next + 1 : closingBrace(text, next + 2);
    if (end === undefined) return { text, problem: UNCLOSED };
    const value = isEscaped ? { text: '%{' } : expandExpression(text.slice(next + 2, end), variables);
    parts.push(value.text);
    problem ??= value.problem;
    at = end + 1;
  }
  const expanded = [...parts, text.slice(at)].join('');
  return problem === undefined ? { text: expanded } : { text: expanded, problem };
}

function closingBrace(text: string, start: number): number | undefined {
  let quote = '';
  for (let at = start; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote !== '') {
      if (char === '\\') at += 1;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '}') return at;
  }
  return undefined;
}

function expandExpression(expression: string, variables: ConfigVariables): Expansion {
  const steps = splitOutsideQuotes(expression, '|').map((step) => readStep(step.trim(), variables));
  let value: string | undefined;
  let problem: string | undefined;
  for (const [index, { name, args }] of steps.entries()) {
    const run = FUNCTIONS.get(name);
    if (index === 0) {
      value = firstValue({ name, args }, variables);
      problem = value === undefined ? unknownVariable(name) : undefined;
    } else if (!run) return { text: '', problem: `No such function '${name}'` };
    else if (value === undefined && name !== 'default') continue;
    else {
      value = run(value ?? '', args);
      if (value.length > MAX_VALUE) return { text: '', problem: `${name}: the value is too long` };
      problem = undefined;
    }
  }
  return problem === undefined ? { text: value ?? '' } : { text: '', problem };
}

function unknownVariable(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? `Unknown variable '${name}'` : `Unsupported prefix '${name.slice(0, colon)}'`;
}

function firstValue({ name, args }: Step, variables: ConfigVariables): string | undefined {
  if (name === 'literal' || name === 'concat') return args.join('');
  const wanted = name === 'lookup' ? (args[0] ?? '') : name;
  if (Object.hasOwn(variables, wanted)) return variables[wanted];
  return wanted.startsWith('env:') ? '' : undefined;
}

/** `name(arguments)`; a quoted argument is text, a bare one the value of a variable. */
function readStep(step: string, variables: ConfigVariables): Step {
  const open = step.indexOf('(');
  if (open < 0 || !step.endsWith(')')) return { name: step, args: [] };
  const args = splitOutsideQuotes(step.slice(open + 1, -1), ',').map((arg) => arg.trim());
  return { name: step.slice(0, open).trim(), args: args.map((arg) => argumentValue(arg, variables)) };
}

function argumentValue(arg: string, variables: ConfigVariables): string {
  if (/^(['"])[\s\S]*\1$/.test(arg) && arg.length > 1) return arg.slice(1, -1).replace(/\\([\s\S])/g, '$1');
  return Object.hasOwn(variables, arg) ? (variables[arg] ?? '') : arg;
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let quote = '';
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote !== '') {
      if (char === '\\') at += 1;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

function substring(input: string, from: number, length: string | undefined): string {
  const start = from < 0 ? Math.max(0, input.length + from) : from;
  if (length === undefined) return input.slice(start);
  const count = Number(length);
  return count < 0 ? input.slice(start, count) : input.slice(start, start + count);
}
