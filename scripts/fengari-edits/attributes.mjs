// `local x <const>`: checked when compiled. `<close>` is refused: nothing here closes variables.

const why = 'local variables have attributes in Lua 5.4';

export const attributeEdits = {
  'lparser.js': [
    {
      find: '        this.idx = NaN;  /* variable index in stack */\n',
      put: '        this.idx = NaN;  /* variable index in stack */\n        this.readonly = false;\n',
      times: 1,
      why,
    },
    {
      find: '        idx: v.u.info,\n        name: name\n',
      put: `        idx: v.u.info,
        readonly: fs.prev !== null && isreadonly(fs.prev, v),
        name: name
`,
      times: 1,
      why,
    },
    {
      find: 'const searchvar = function(fs, n) {',
      put: `/* whether a local variable or upvalue cannot be assigned to */
const isreadonly = function(fs, v) {
    if (v.k === expkind.VLOCAL) return fs.ls.dyd.actvar.arr[fs.firstlocal + v.u.info].readonly;
    return v.k === expkind.VUPVAL && fs.f.upvalues[v.u.info].readonly;
};

const check_readonly = function(ls, v) {
    let fs = ls.fs;
    if (!isreadonly(fs, v)) return;
    let name = v.k === expkind.VLOCAL ? getlocvar(fs, v.u.info).varname : fs.f.upvalues[v.u.info].name;
    semerror(ls, lobject.luaO_pushfstring(ls.L,
        to_luastring("attempt to assign to const variable '%s'", true), name.getstr()));
};

/* an attribute after the name of a local variable, if there is one */
const getlocalattribute = function(ls) {
    if (!testnext(ls, 60 /* '<' */)) return;
    let name = str_checkname(ls);
    checknext(ls, 62 /* '>' */);
    switch (name.gettext()) {
        case "const":
            ls.dyd.actvar.arr[ls.dyd.actvar.n - 1].readonly = true;
            break;
        case "close":
            semerror(ls, to_luastring("variables with the attribute 'close' are not supported", true));
            break;
        default:
            semerror(ls, lobject.luaO_pushfstring(ls.L, to_luastring("unknown attribute '%s'", true), name.getstr()));
    }
};

const searchvar = function(fs, n) {`,
      times: 1,
      why,
    },
    {
      find: `        new_localvar(ls, str_checkname(ls));
        nvars++;
    } while (testnext(ls, 44 /* (',').charCodeAt(0) */));`,
      put: `        new_localvar(ls, str_checkname(ls));
        getlocalattribute(ls);
        nvars++;
    } while (testnext(ls, 44 /* (',').charCodeAt(0) */));`,
      times: 1,
      why,
    },
    {
      find: '    check_condition(ls, vkisvar(lh.v.k), to_luastring("syntax error", true));\n',
      put: '    check_condition(ls, vkisvar(lh.v.k), to_luastring("syntax error", true));\n    check_readonly(ls, lh.v);\n',
      times: 1,
      why,
    },
    {
      find: '    luaK_storevar(ls.fs, v, b);\n    luaK_fixline(ls.fs, line);',
      put: '    check_readonly(ls, v);\n    luaK_storevar(ls.fs, v, b);\n    luaK_fixline(ls.fs, line);',
      times: 1,
      why,
    },
  ],
};
