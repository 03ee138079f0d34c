import { afterAll, describe, expect, it } from 'vitest';
import type { PushEvent } from '#framework';
import { errors, infos, message, startOne, type LuaSessionOptions } from './lua-session.ts';
import { EMPTY_HANDLERS, handlerScript, startEngine } from './script-engine.ts';

const engine = startEngine();
afterAll(() => engine.close());

describe('an event in a script', () => {
  const one = { user: 'alice', mailbox: 'INBOX', uid: 5, uidValidity: 7 };
  const set: PushEvent = { name: 'FlagsSet', ...one, flags: ['\\Flagged', '\\Seen'], keywords: ['$Work'] };
  const clear: PushEvent = {
    name: 'FlagsClear',
    ...one,
    flags: ['\\Seen'],
    keywords: ['$Work'],
    flagsOld: ['\\Seen'],
    keywordsOld: ['$Work', 'Other'],
  };
  const name = { FlagsSet: 'flags_set', FlagsClear: 'flags_clear', MessageNew: 'message_new' } as const;

  /** What `pairs` finds in the event, sorted: `key=value`, lists in braces. */
  const keysOf = async (
    event: PushEvent & { name: keyof typeof name },
    options: Partial<LuaSessionOptions>,
  ) => {
    const source = `${EMPTY_HANDLERS} dovecot_lua_notify_event_message_new = nil
      function dovecot_lua_notify_event_${name[event.name]}(ctx, event)
        local keys = {}
        for k, v in pairs(event) do
          local isList = type(v) == "table" and k ~= "user"
          keys[#keys + 1] = k .. "=" .. (isList and "{" .. table.concat(v, ",") .. "}" or tostring(v))
        end
        table.sort(keys)
        dovecot.i_info(table.concat(keys, " "))
      end`;
    const session = await startOne(engine, source, options);
    await session.run([event]);
    await session.end();
    return [...errors(session.log), ...infos(session.log)].join('\n');
  };
  const document = { rules: { dialect: 'document' } } as const;
  const named = 'mailbox=INBOX name=FlagsSet uid=5.0 uid_validity=7.0';

  it.each([
    ['2.3', { dialect: '2.3' }],
    ['2.4', { dialect: '2.4' }],
  ] as const)('has lists of flags in %s', async (_dialect, options) => {
    expect(await keysOf(set, options)).toBe(`flags={\\Flagged,\\Seen} keywords={$Work} ${named}`);
    expect(await keysOf(clear, options)).toBe(
      'flags={\\Seen} flags_old={\\Seen} keywords={$Work} keywords_old={$Work,Other} ' +
        'mailbox=INBOX name=FlagsClear uid=5.0 uid_validity=7.0',
    );
  });

  it('has bits and a user in the document’s dialect', async () => {
    expect(await keysOf(set, document)).toBe(`flags=10.0 keywords_set={$Work} ${named} user=alice`);
    expect(await keysOf(clear, document)).toBe(
      'flags=8.0 keywords_clear={$Work} keywords_old={$Work,Other} ' +
        'mailbox=INBOX name=FlagsClear uid=5.0 uid_validity=7.0 user=alice',
    );
  });

  it.each([
    ['2.3', { dialect: '2.3' }],
    ['2.4', { dialect: '2.4' }],
    ['document', document],
  ] as const)('shows the same to pairs whether held to the letter or not: %s', async (_dialect, options) => {
    for (const event of [set, clear]) {
      expect(await keysOf(event, { ...options, strict: false })).toBe(await keysOf(event, options));
    }
  });

  it('has addresses that are "" and texts that are nil where the message has none', async () => {
    const bare: PushEvent & { name: 'MessageNew' } = { name: 'MessageNew', ...one };
    expect(await keysOf(bare, {})).toBe(
      'date=0.0 flags={} from= from_address= from_display_name= keywords={} mailbox=INBOX name=MessageNew ' +
        'to= to_address= to_display_name= tz=0.0 uid=5.0 uid_validity=7.0',
    );
  });

  const ask = async (body: string, options: Partial<LuaSessionOptions>) => {
    const source = handlerScript('').replaceAll('message_new', 'flags_clear').concat(`
      function dovecot_lua_notify_event_flags_set(ctx, event, user) ${body} end`);
    const session = await startOne(engine, source, options);
    await session.run([set]);
    await session.end();
    return [...errors(session.log).map((line) => line.split('\n')[0]), ...infos(session.log)].join();
  };

  it.each([
    ['event.flags & 8', { strict: false }, '8'],
    ['event.flags | 1', { strict: false }, '11'],
    ['~event.flags & 255', { strict: false }, '245'],
    ['event.flags_mask', { strict: false }, '10'],
    ['event.keywords_set[1]', { strict: false }, '$Work'],
    ['event.keywords_clear', { strict: false }, 'nil'],
    ['event.user.username', { strict: false }, 'alice'],
    ['event.nothing', { strict: false }, 'nil'],
    ['event.flags & 8', { strict: false, ...document }, '8'],
    ['event.keywords[1]', { strict: false, ...document }, '$Work'],
    ['event.flags_mask', { strict: false, ...document }, '10'],
    ['event.flags & 8', document, '8'],
    ['event.keywords', document, 'nil'],
    ['event.user', {}, 'nil'],
    ['event.keywords_set', {}, 'nil'],
    ['event.flags_mask', {}, 'nil'],
    ['#event.flags', { strict: false }, '2'],
    ['event.flags[1]', { strict: false }, '\\Flagged'],
  ] as const)('answers %s with %o', async (expression, options, said) => {
    expect(await ask(`dovecot.i_info(tostring(${expression}))`, options)).toBe(said);
  });

  it('has no bits in a list of flags where scripts are held to the letter', async () => {
    expect(await ask('return event.flags & 8', {})).toContain(
      'attempt to perform bitwise operation on a table value',
    );
  });

  it('is the script’s: what one handler does to it nobody else sees', async () => {
    const source = handlerScript(
      'event.subject = "changed" event.flags[1] = "x" dovecot.i_info(event.subject)',
    );
    const entries = [{ file: '/x.lua' }, { file: '/y.lua' }];
    const other = handlerScript('dovecot.i_info(event.subject .. #event.flags)');
    const session = await startOne(engine, '', { entries, scripts: { '/x.lua': source, '/y.lua': other } });
    await session.run([message]);
    expect(infos(session.log)).toEqual(['changed', 'hi0']);
    await session.end();
  });
});
