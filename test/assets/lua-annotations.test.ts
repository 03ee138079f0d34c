import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { rfc5423Events } from '#framework';

const folder = path.resolve(import.meta.dirname, '../../assets/dovecot-push.lua.d');
const text = readdirSync(folder)
  .filter((name) => name.endsWith('.lua'))
  .map((name) => readFileSync(path.join(folder, name), 'utf8'))
  .join('\n');

/** What the real programs have: recorded with a script that lists its environment. */
const recorded = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../fixtures/bridge/lua-interface.json'), 'utf8'),
) as Readonly<Record<'2.3' | '2.4', Readonly<Record<string, readonly string[]>>>>;

interface Annotated {
  readonly parent: string | undefined;
  /** Fields and methods. */
  readonly members: readonly string[];
}

/** The annotated classes; methods hang on the variable that follows the class. */
function readClasses(): Map<string, Annotated> {
  const classes = new Map<string, Annotated>();
  const blocks = text.matchAll(
    /^---@class (\S+)(?: : (\S+))?\n((?:---.*\n)*)(?:(?:local )?(\w+) = \{\}\n)?/gm,
  );
  for (const [, name = '', parent, fields = '', variable] of blocks) {
    const members = [...fields.matchAll(/^---@field (\w+)/gm)].map(([, field = '']) => field);
    const methods = variable ? [...text.matchAll(new RegExp(`^function ${variable}[.:](\\w+)`, 'gm'))] : [];
    classes.set(name, { parent, members: [...members, ...methods.map(([, method = '']) => method)] });
  }
  return classes;
}

const classes = readClasses();
const membersOf = (name: string): string[] => {
  const known = classes.get(name);
  if (!known) throw new Error(`there is no class ${name}`);
  return [...(known.parent ? membersOf(known.parent) : []), ...known.members].toSorted();
};

const inLua = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
/** Members of our events that Dovecot's Lua does not have (push-notification-driver-lua.c). */
const notInLua = new Set(['user', 'subjectHeader', 'unseen', 'rawHeaders']);

function luaFields({ kind, schema }: (typeof rfc5423Events)[number]): string[] {
  return Object.keys(schema.shape)
    .filter((member) => !notInLua.has(member) && !(kind === 'mailbox' && member === 'uidValidity'))
    .map(inLua)
    .toSorted();
}

describe('the annotations for lua-language-server', () => {
  it.each(rfc5423Events.map((definition) => [definition.name, definition] as const))(
    'have the handler and the fields of %s',
    (name, definition) => {
      expect(text).toMatch(
        new RegExp(
          `---@param event dovecot\\.${name}\nfunction dovecot_lua_notify_event${inLua(name)}\\(context, event\\) end`,
        ),
      );
      expect(membersOf(`dovecot.${name}`)).toEqual(luaFields(definition));
    },
  );

  it('have no handler of an event that there is not', () => {
    const handlers = [...text.matchAll(/^function dovecot_lua_notify_event(\w+)/gm)].map(
      ([, name = '']) => name,
    );
    expect(handlers.toSorted()).toEqual(rfc5423Events.map(({ name }) => inLua(name)).toSorted());
  });

  it.each(Object.keys(recorded['2.4']))(
    'have every member of %s that the real programs have, and no other',
    (name) => {
      const real = new Set([...(recorded['2.3'][name] ?? []), ...(recorded['2.4'][name] ?? [])]);
      // Newer than the recorded 2.4.1.
      const newer = name === 'dovecot' ? ['base64', 'var_expand'] : [];
      expect(membersOf(name)).toEqual([...real, ...newer].toSorted());
    },
  );
});
