import { analyze } from './analyze.ts';
import { compileLua } from './compile.ts';
import {
  MAX_FINDINGS,
  MAX_PER_RULE,
  MAX_SCRIPT_BYTES,
  type CheckOptions,
  type Finding,
  type Severity,
} from './finding.ts';
import { parseLua } from './lua-parser.ts';
import type { Chunk } from './lua-syntax.ts';
import { rules } from './rules/index.ts';
import { collectScript, type Problem } from './script.ts';
import { readSourceText, type SourceText, type Span } from './source-text.ts';
import { SyntaxFault } from './syntax-fault.ts';

/**
 * What is wrong, doubtful or worth knowing in a push script, without running it; in the order of the text. Takes time
 * in proportion to the script, and reads none of more than MAX_SCRIPT_BYTES. Never throws.
 */
export function checkScript(source: Uint8Array, options: CheckOptions): readonly Finding[] {
  if (source.length > MAX_SCRIPT_BYTES) return [tooLarge(source.length)];
  if (source[0] === BYTE_CODE_MARK) return [byteCode()];
  const code = readSourceText(source);
  const findings: Finding[] = [];
  const start = skipFirstLine(code.text);
  const chunk = parse(code, start);
  const syntax = checkSyntax(code, start, chunk);
  if (syntax) return [syntax];
  if (chunk instanceof Error) return [notAnalysed(chunk)];
  try {
    findings.push(...checkAttributes(code, chunk), ...runRules(code, chunk, options));
  } catch (error) {
    // A tree that exhausts the stack is one that nobody wrote by hand.
    return [notAnalysed(error)];
  }
  return limit(sort(findings));
}

/** Lua's own mark of compiled scripts. */
const BYTE_CODE_MARK = 0x1b;

/** As luaL_loadfilex: a byte order mark and a first line that begins with # are no part of the script. */
function skipFirstLine(text: string): number {
  const start = text.startsWith('\xef\xbb\xbf') ? 3 : 0;
  if (text[start] !== '#') return start;
  const end = text.indexOf('\n', start);
  return end < 0 ? text.length : end;
}

function parse({ text }: SourceText, start: number): Chunk | Error {
  try {
    return parseLua(text, start);
  } catch (error) {
    return error as Error;
  }
}

/** Lua's own compiler decides; the parser knows what of 5.4 our 5.3 does not. */
function checkSyntax(code: SourceText, start: number, chunk: Chunk | Error): Finding | undefined {
  const attributes = chunk instanceof Error ? [] : chunk.attributes;
  const failure = compileLua(Buffer.from(blank(code.text, start, attributes), 'latin1'));
  if (failure) {
    // A line that the compiler blames for a `<const>` is not the one with the mistake.
    if (chunk instanceof SyntaxFault && /<\s*(?:const|close)\s*>/.test(code.text))
      return finding(code, { start: chunk.offset, end: chunk.offset }, 'syntax', {
        severity: 'error',
        message: chunk.message,
      });
    return { severity: 'error', code: 'syntax', message: failure.message, line: failure.line, column: 1 };
  }
  const [constant] = chunk instanceof Error ? [] : chunk.constantAssignments;
  if (!constant) return undefined;
  return finding(code, constant, 'syntax', {
    severity: 'error',
    message: `attempt to assign to const variable '${constant.name}'`,
  });
}

/** The script with spaces where the parts stand that the compiler is not to see: every line keeps its number. */
function blank(text: string, start: number, spans: readonly Span[]): string {
  const parts: string[] = [' '.repeat(start)];
  let at = start;
  for (const span of spans) {
    parts.push(text.slice(at, span.start), ' '.repeat(span.end - span.start));
    at = span.end;
  }
  return parts.join('') + text.slice(at);
}

function checkAttributes(code: SourceText, { attributes }: Chunk): readonly Finding[] {
  const [first] = attributes;
  if (!first || !compileLua(Buffer.from('local x <const> = 1'))) return [];
  return [
    finding(code, first, 'lua-5-4', {
      severity: 'warning',
      message: `<${first.name}> is of Lua 5.4: a server with Lua 5.4 takes it, Dovebell's Lua 5.3 does not run it`,
      fix: `local without <${first.name}>`,
    }),
  ];
}

function runRules(code: SourceText, { main }: Chunk, { dialect, strict }: CheckOptions): readonly Finding[] {
  const inference = analyze(main, dialect);
  if (!inference) throw new Error('its values depend on each other without end');
  const script = collectScript({ dialect, strict, text: code.text, main, inference });
  return rules.flatMap((rule) => {
    const findings: Finding[] = [];
    rule.check(script, (at, problem) => {
      if (findings.length < MAX_PER_RULE) findings.push(finding(code, at, rule.code, problem));
    });
    return findings;
  });
}

function finding(
  code: SourceText,
  { start, end }: Span,
  name: string,
  { severity, message, fix }: Problem,
): Finding {
  const { line, column } = code.position(start);
  const last = code.position(end);
  const endColumn = last.line === line && end > start ? last.column : undefined;
  return {
    severity,
    code: name,
    message,
    line,
    column,
    ...(endColumn !== undefined && { endColumn }),
    ...(fix !== undefined && { fix }),
  };
}

const ranks: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

function sort(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (one, other) =>
      one.line - other.line || one.column - other.column || ranks[one.severity] - ranks[other.severity],
  );
}

/** The most severe ones when there are too many. */
function limit(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= MAX_FINDINGS) return findings;
  const worst = findings.toSorted((one, other) => ranks[one.severity] - ranks[other.severity]);
  const shown = sort(worst.slice(0, MAX_FINDINGS));
  const message = `There is more; ${MAX_FINDINGS} findings are shown`;
  const { line } = shown.at(-1) ?? { line: 1 };
  return [...shown, { severity: 'info', code: 'more', message, line, column: 1 }];
}

function tooLarge(bytes: number): Finding {
  const message = `The script is too large to be checked: ${bytes} bytes, ${MAX_SCRIPT_BYTES} are read`;
  return { severity: 'warning', code: 'not-checked', message, line: 1, column: 1 };
}

function byteCode(): Finding {
  const message = "attempt to load a binary chunk (mode is 't'): only text is run here";
  return { severity: 'error', code: 'byte-code', message, line: 1, column: 1 };
}

function notAnalysed(error: unknown): Finding {
  const reason = error instanceof Error && error.name === 'Error' ? error.message : 'it is nested too deeply';
  const message = `Lua takes the script, but it is not checked further: ${reason}`;
  return { severity: 'info', code: 'not-checked', message, line: 1, column: 1 };
}
