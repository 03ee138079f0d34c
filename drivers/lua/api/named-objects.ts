import { lua, type LuaCFunction } from '#fengari';
import { checkCount, pushBytes } from '../binding.ts';
import type { ObjectKind } from './lua-object.ts';

/**
 * What objects do that stand for something with a name: `tostring` gives the name, two of one name are equal, and
 * they are ordered by the name's bytes.
 */
export function byName<Handle extends object>(
  kind: ObjectKind<Handle>,
  nameOf: (handle: Handle) => Uint8Array,
): Readonly<Record<string, LuaCFunction>> {
  const ordered =
    (decide: (order: number) => boolean): LuaCFunction =>
    (L) => {
      checkCount(L, 2);
      const [one, other] = [nameOf(kind.check(L, 1)), nameOf(kind.check(L, 2))];
      lua.lua_pushboolean(L, decide(Buffer.compare(one, other)));
      return 1;
    };
  return {
    __tostring(L) {
      checkCount(L, 1);
      pushBytes(L, nameOf(kind.check(L, 1)));
      return 1;
    },
    __eq(L) {
      checkCount(L, 2);
      const [one, other] = [kind.find(L, 1), kind.find(L, 2)];
      const isSame =
        one !== undefined && other !== undefined && Buffer.compare(nameOf(one), nameOf(other)) === 0;
      lua.lua_pushboolean(L, isSame);
      return 1;
    },
    __lt: ordered((order) => order < 0),
    __le: ordered((order) => order <= 0),
  };
}
