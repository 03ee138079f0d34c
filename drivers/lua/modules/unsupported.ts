import { lua, type LuaCFunction } from '#fengari';
import { nameBytes, raiseHere, setFunctions } from '../binding.ts';

/**
 * A module that can be required, and whose functions raise an error that says that they are not available here.
 * A mail sent by a push script is no test one wants to repeat, so `socket.smtp` and its like do nothing.
 */
export function openUnsupported(module: string, names: readonly string[]): LuaCFunction {
  return (L) => {
    lua.lua_newtable(L);
    for (const name of names) {
      setFunctions(L, {
        [name]: (state) =>
          raiseHere(state, `${module}.${name} is not available here (it works on the server)`),
      });
    }
    lua.lua_pushinteger(L, 60);
    lua.lua_setfield(L, -2, nameBytes('TIMEOUT'));
    return 1;
  };
}
