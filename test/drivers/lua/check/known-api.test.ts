import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  dovecotMembers,
  isAvailable,
  logEventMethods,
  mailboxMethods,
  passthroughMethods,
  storageConstants,
  userFields,
  userMethods,
  type Members,
} from '../../../../drivers/lua/check/known-api.ts';
import { knownGlobals, standardMembers } from '../../../../drivers/lua/check/known-lua.ts';
import { findNearName } from '../../../../drivers/lua/check/near-name.ts';
import type { LuaDialect } from '../../../../drivers/lua/script-context.ts';

const golden = path.resolve(import.meta.dirname, '../../../../../shared/golden');
const recordings = [
  ['2.3', 'dovecot-2.3.19'],
  ['2.4', 'dovecot-2.4.1'],
] as const;

interface Recording {
  readonly lua_calls: readonly { readonly topic: string; readonly value: unknown }[];
}

/** Names in a table that a script printed, without metamethods. */
function recorded(folder: string, topic: string): string[] {
  const file = path.join(golden, folder, 'lua_introspect.json');
  const { lua_calls: calls } = JSON.parse(readFileSync(file, 'utf8')) as Recording;
  const found = calls.find((call) => call.topic === topic)?.value ?? {};
  return Object.keys(found as object)
    .filter((name) => !name.startsWith('__'))
    .toSorted();
}

function known(members: Members, dialect: LuaDialect): string[] {
  return [...members]
    .flatMap(([name, availability]) =>
      isAvailable(availability, dialect) && availability !== '2.4.5' ? [name] : [],
    )
    .toSorted();
}

describe.skipIf(!existsSync(golden)).each(recordings)('the names of %s', (dialect, folder) => {
  it.each([
    ['getmetatable(user)', userMethods],
    ['user (own keys)', userFields],
    ['getmetatable(mailbox)', mailboxMethods],
    ['getmetatable(dovecot.event())', logEventMethods],
    ['getmetatable(passthrough)', passthroughMethods],
    ['dovecot.storage', storageConstants],
  ] as const)('are those that %s had', (topic, members) => {
    expect(known(members, dialect)).toEqual(recorded(folder, topic));
  });

  it('are those of the table dovecot', () => {
    const all = [...recorded(folder, 'getmetatable(dovecot)'), ...recorded(folder, 'dovecot (own keys)')];
    expect(known(dovecotMembers, dialect)).toEqual(all.toSorted());
  });

  it('are those of the globals', () => {
    const names = recorded(folder, '_G').filter((name) => !/^dovecot_lua_|^script_/.test(name));
    for (const name of names.filter((global) => global !== 'dovecot')) expect(knownGlobals).toContain(name);
  });
});

describe('the tables', () => {
  it('tell the dialects apart', () => {
    expect(isAvailable(userMethods.get('plugin_getenv'), '2.3')).toBe(true);
    expect(isAvailable(userMethods.get('plugin_getenv'), '2.4')).toBe(false);
    expect(isAvailable(userMethods.get('plugin_getenv'), 'document')).toBe(true);
    expect(isAvailable(dovecotMembers.get('tabescape'), '2.3')).toBe(false);
    expect(isAvailable(undefined, 'document')).toBe(false);
  });

  it('know the libraries of Lua', () => {
    expect(standardMembers.get('string')).toContain('gsub');
    expect(standardMembers.get('constructor')).toBeUndefined();
  });
});

describe('findNearName', () => {
  it.each([
    ['mesage_new', 'message_new'],
    ['MessageNew', 'message_new'],
    ['message_nwe', 'message_new'],
    ['mailbox_created', 'mailbox_create'],
  ])('takes %s for %s', (name, meant) => {
    expect(findNearName(name, ['message_new', 'message_read', 'mailbox_create'])).toBe(meant);
  });

  it.each(['x', 'something_else', 'm'.repeat(5000)])('takes %s for nothing', (name) => {
    expect(findNearName(name, ['message_new', 'message_read'])).toBeUndefined();
  });
});
