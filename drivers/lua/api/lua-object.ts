import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes, raise, setFunctions, toText } from '../binding.ts';

/** A kind of object of Dovecot's Lua interface: a table with a metatable, and the thing itself in `item`. */
export interface ObjectKind<Item extends object> {
  /** As it stands in messages: `struct event`. */
  readonly type: string;
  /** Registers the kind in a state: the metatable has the functions and is its own `__index`. */
  define(L: LuaState, functions: Readonly<Record<string, LuaCFunction>>): void;
  /** Pushes a new table; fields may be added. */
  push(L: LuaState, item: Item): void;
  /** The item of an argument. @throws a Lua error in Dovecot's words when it is something else. */
  check(L: LuaState, arg: number): Item;
  /** The item of a value, undefined when it is something else. */
  find(L: LuaState, index: number): Item | undefined;
}

/**
 * `isCollected`: the userdata has a metatable with `__gc`, as most of Dovecot's have. `calledInErrors`: what
 * messages name in the place of the type.
 *
 * Source: Dovecot lib-lua/dlua-dovecot.c, dlua_push_event, dlua_check_event. Unlike Dovecot, which dies of it, a
 * table that is not such an object is refused like any other value.
 */
export function createObjectKind<Item extends object>(
  type: string,
  { isCollected = true, calledInErrors = type }: { isCollected?: boolean; calledInErrors?: string } = {},
): ObjectKind<Item> {
  // Userdata of all states: a script cannot make one, and so cannot make an object up.
  const items = new WeakMap<object, Item>();
  const find = (L: LuaState, index: number): Item | undefined => {
    if (!lua.lua_istable(L, index)) return undefined;
    lua.lua_pushvalue(L, index);
    lua.lua_pushstring(L, nameBytes('item'));
    lua.lua_rawget(L, -2);
    const userdata = lua.lua_touserdata(L, -1);
    lua.lua_pop(L, 2);
    return typeof userdata === 'object' && userdata !== null ? items.get(userdata) : undefined;
  };
  return {
    type,
    find,
    define(L, functions) {
      lauxlib.luaL_newmetatable(L, nameBytes(type));
      lua.lua_pushvalue(L, -1);
      lua.lua_setfield(L, -2, nameBytes('__index'));
      setFunctions(L, functions);
      lua.lua_pop(L, 1);
    },
    push(L, item) {
      lauxlib.luaL_checkstack(L, 4, nameBytes('out of memory'));
      lua.lua_createtable(L, 0, 1);
      lauxlib.luaL_setmetatable(L, nameBytes(type));
      items.set(lua.lua_newuserdata(L, 0), item);
      if (isCollected) setCollector(L);
      lua.lua_setfield(L, -2, nameBytes('item'));
    },
    check: (L, arg) => find(L, arg) ?? refuse(L, { arg, type: calledInErrors, got: typeName(L, arg) }),
  };
}

function setCollector(L: LuaState): void {
  lua.lua_createtable(L, 0, 1);
  setFunctions(L, { __gc: () => 0 });
  lua.lua_setmetatable(L, -2);
}

function typeName(L: LuaState, arg: number): string {
  return toText(lua.lua_typename(L, lua.lua_type(L, arg)));
}

/** Raises the error about an argument that is not the object it should be. */
export function refuse(
  L: LuaState,
  { arg, type, got }: { readonly arg: number; readonly type: string; readonly got: string },
): never {
  return raise(L, `Bad argument #${arg}, expected ${type} got ${got}`);
}
