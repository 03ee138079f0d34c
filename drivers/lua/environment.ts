import { lauxlib, lua, lualib } from '#fengari';
import { checkText, nameBytes, pushText, setFunctions } from './binding.ts';
import type { Deadline } from './deadline.ts';
import type { ScriptContext } from './script-context.ts';

/** Opens everything a script sees: the libraries, the modules it may require, and Dovecot's own interface. */
export function openEnvironment(
  context: ScriptContext,
  _deadline: Deadline,
): { readonly pushUser: () => void } {
  const { L } = context;
  lualib.luaL_openlibs(L);
  lua.lua_newtable(L);
  const write = (level: 'debug' | 'info' | 'warning' | 'error') => () => {
    context.log(level, checkText(L, 1));
    return 0;
  };
  setFunctions(L, {
    i_debug: write('debug'),
    i_info: write('info'),
    i_warning: write('warning'),
    i_error: write('error'),
  });
  lua.lua_setglobal(L, nameBytes('dovecot'));
  void lauxlib;
  return {
    pushUser() {
      lua.lua_newtable(L);
      pushText(L, context.user.username);
      lua.lua_setfield(L, -2, nameBytes('username'));
    },
  };
}
