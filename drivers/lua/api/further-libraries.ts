import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import { checkCount, nameBytes, setFunctions } from '../binding.ts';
import { setLibraryMetatable } from './storage-constants.ts';

/** Tables in `dovecot` that only some releases have, by name; each pushes one. See surface.ts. */
export const furtherLibraries: Readonly<Record<string, (L: LuaState) => void>> = {
  // Their functions belong to objects that nobody gives to a push script.
  dict: (L) =>
    pushConstants(L, 'dovecot_dict', {
      ITERATE_FLAG_RECURSE: 0x01,
      ITERATE_FLAG_SORT_BY_KEY: 0x02,
      ITERATE_FLAG_SORT_BY_VALUE: 0x04,
      ITERATE_FLAG_NO_VALUE: 0x08,
      ITERATE_FLAG_EXACT_KEY: 0x10,
      ITERATE_FLAG_ASYNC: 0x20,
    }),
  doveadm_client: (L) => pushConstants(L, 'dovecot_doveadm_client', { DOVEADM_PROXY_TTL: 5 }),
  base64(L) {
    lua.lua_newtable(L);
    setFunctions(L, { encode: onBytes(encode), decode: onBytes(decode) });
  },
};

function pushConstants(L: LuaState, name: string, constants: Readonly<Record<string, number>>): void {
  lua.lua_newtable(L);
  for (const [key, value] of Object.entries(constants)) {
    lua.lua_pushnumber(L, value);
    lua.lua_setfield(L, -2, nameBytes(key));
  }
  setLibraryMetatable(L, name, {});
}

const encode = (bytes: Buffer) => Buffer.from(bytes.toString('base64'));
// Decodes up to the first byte that cannot be base64, as Dovecot does.
const decode = (bytes: Buffer) =>
  Buffer.from(/^[A-Za-z0-9+/\s]*/.exec(bytes.toString('latin1'))?.[0] ?? '', 'base64');

const onBytes =
  (convert: (bytes: Buffer) => Buffer): LuaCFunction =>
  (L) => {
    checkCount(L, 1);
    const bytes = lauxlib.luaL_checklstring(L, 1);
    lua.lua_pushstring(L, new Uint8Array(convert(Buffer.from(bytes))));
    return 1;
  };
