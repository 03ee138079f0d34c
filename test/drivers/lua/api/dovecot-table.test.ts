import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitTabEscaped, tabEscape, tabUnescape } from '../../../../drivers/lua/api/text-functions.ts';
import { fromMailText, toMailText } from '../../../../drivers/lua/api/mail-text.ts';
import { createStage } from './script-stage.ts';

describe('dovecot.restrict_global_variables', () => {
  it('lets functions be defined, and nothing else, until it is lifted', () => {
    const { run } = createStage();
    run('dovecot.restrict_global_variables(true)');
    expect(() => run('x = 1')).toThrow(/^attempt to write to undeclared global variable x$/);
    expect(() => run('return x')).toThrow(/^attempt to write to read undeclared global variable x$/);
    expect(run('function f() end return type(f)')).toEqual(['function']);
    run('dovecot.restrict_global_variables(false)');
    expect(run('x = 1 return x')).toEqual(['1']);
  });

  it('reads any value as a condition, and needs one', () => {
    const { run } = createStage();
    run('dovecot.restrict_global_variables(0)');
    expect(() => run('x = 1')).toThrow('undeclared');
    expect(() => run('dovecot.restrict_global_variables()')).toThrow(/^expected 1 arguments, got 0$/);
  });

  it('is in the traceback as a metamethod', () => {
    const { run } = createStage();
    run('dovecot.restrict_global_variables(true)');
    const [trace] = run('local _, t = xpcall(function() y = 1 end, debug.traceback) return t');
    expect(trace).toMatch(/\n\t\[(C|JS)\]: in metamethod '(__)?newindex'/);
  });
});

describe('functions of dovecot', () => {
  it('work on flags beyond 32 bits', () => {
    expect(
      createStage().run(
        'return dovecot.has_flag(6, 4), dovecot.has_flag(1, 0), dovecot.set_flag(1, 4), dovecot.clear_flag(6, 4)',
      ),
    ).toEqual(['true', 'true', '5', '2']);
  });

  it.each([
    ['127.0.0.1', '4'],
    ['1.2.3', '4'],
    ['0x7f.1', '4'],
    ['256', '4'],
    ['1.256.1.1', '0'],
    ['::1', '6'],
    ['[::1]', '6'],
    ['::ffff:1.2.3.4', '6'],
    ['localhost', '0'],
    ['', '0'],
  ])('give the family of %j as %s', (address, family) => {
    expect(createStage().run(`return dovecot.net_ip_family(${JSON.stringify(address)})`)).toEqual([family]);
  });

  it('escape whatever there is, and undo it', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1 }), { minLength: 1 }), (fields) => {
        for (const field of fields) expect(tabUnescape(tabEscape(field))).toEqual(field);
        const joined = Buffer.concat(
          fields.flatMap((field, at) => [Buffer.from(at ? '\t' : ''), tabEscape(field)]),
        );
        expect(splitTabEscaped(joined)).toEqual(fields);
      }),
    );
  });

  it('have the names of other releases unless the script is strict', () => {
    const names = `return type(dovecot.tabescape), type(dovecot.base64), type(dovecot.var_expand),
      type(dovecot.storage.MAILBOX_FLAG_AUTO_CREATE), type(dovecot.storage.MAILBOX_SYNC_FLAG_FULL_WRITE)`;
    expect(createStage({ dialect: '2.3' }).run(names)).toEqual(['nil', 'nil', 'nil', 'nil', 'number']);
    expect(createStage({ dialect: '2.4' }).run(names)).toEqual(['function', 'nil', 'nil', 'number', 'nil']);
    for (const dialect of ['document', '2.3', '2.4'] as const) {
      expect(createStage({ dialect, strict: false }).run(names)).toEqual([
        'function',
        'table',
        'function',
        'number',
        'number',
      ]);
    }
  });

  it('encode and decode base64, binary too', () => {
    const { run } = createStage({ strict: false });
    expect(
      run(`return dovecot.base64.encode('a\\0b\\255'), dovecot.base64.encode(''), #dovecot.base64.decode('YQBi/w=='),
        dovecot.base64.decode('YW!Jj'), dovecot.base64.decode('YWI')`),
    ).toEqual(['YQBi/w==', '', '4', 'a', 'ab']);
  });
});

describe('texts of the mail store', () => {
  it('bring every string of bytes back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromMailText(toMailText(bytes))).toEqual(bytes);
      }),
    );
  });

  it('are the text where it is UTF-8, U+FFFD included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(toMailText(Buffer.from(text))).toBe(text);
        expect(toMailText(Buffer.from(`${text}\ufffd`))).toBe(`${text}\ufffd`);
      }),
    );
  });
});
