// Integers of 64 bits everywhere but in the virtual machine (vm.mjs).
const why = 'integers have 64 bits';

const arithmetic = {
  find: /const intarith = function[^]*?(?=\n\nmodule\.exports\.CClosure)/,
  put: `const intarith = function(L, op, v1, v2) {
    switch (op) {
        case LUA_OPADD:  return integers.add(v1, v2);
        case LUA_OPSUB:  return integers.subtract(v1, v2);
        case LUA_OPMUL:  return integers.multiply(v1, v2);
        case LUA_OPMOD:  return lvm.luaV_mod(L, v1, v2);
        case LUA_OPIDIV: return lvm.luaV_div(L, v1, v2);
        case LUA_OPBAND: return integers.and(v1, v2);
        case LUA_OPBOR:  return integers.or(v1, v2);
        case LUA_OPBXOR: return integers.xor(v1, v2);
        case LUA_OPSHL:  return integers.shiftLeft(v1, v2);
        case LUA_OPSHR:  return integers.shiftRight(v1, v2);
        case LUA_OPUNM:  return integers.subtract(0, v1);
        case LUA_OPBNOT: return integers.not(v1);
        default: lua_assert(0);
    }
};

const numarith = function(L, op, v1, v2) {
    switch (op) {
        case LUA_OPADD:  return v1 + v2;
        case LUA_OPSUB:  return v1 - v2;
        case LUA_OPMUL:  return v1 * v2;
        case LUA_OPDIV:  return v1 / v2;
        case LUA_OPPOW:  return power(v1, v2);
        case LUA_OPIDIV: return Math.floor(v1 / v2);
        case LUA_OPUNM:  return negate(v1);
        case LUA_OPMOD:  return luai_nummod(L, v1, v2);
        default: lua_assert(0);
    }
};

const luaO_arith = function(L, op, p1, p2, p3) {
    let res = (typeof p3 === "number") ? L.stack[p3] : p3;

    switch (op) {
        case LUA_OPBAND: case LUA_OPBOR: case LUA_OPBXOR:
        case LUA_OPSHL: case LUA_OPSHR:
        case LUA_OPBNOT: {  /* operate only on integers */
            let i1, i2;
            if ((i1 = lvm.tointegerns(p1)) !== false && (i2 = lvm.tointegerns(p2)) !== false) {
                res.setivalue(intarith(L, op, i1, i2));
                return;
            }
            break;
        }
        case LUA_OPDIV: case LUA_OPPOW: {  /* operate only on floats */
            if (p1.ttisnumber() && p2.ttisnumber()) {
                res.setfltvalue(numarith(L, op, Number(p1.value), Number(p2.value)));
                return;
            }
            break;
        }
        default: {  /* other operations */
            if (p1.ttisinteger() && p2.ttisinteger()) {
                res.setivalue(intarith(L, op, p1.value, p2.value));
                return;
            }
            if (p1.ttisnumber() && p2.ttisnumber()) {
                res.setfltvalue(numarith(L, op, Number(p1.value), Number(p2.value)));
                return;
            }
            break;
        }
    }
    /* could not perform raw operation; try metamethod */
    lua_assert(L !== null);  /* should not fail when folding (compile time) */
    ltm.luaT_trybinTM(L, p1, p2, res, (op - LUA_OPADD) + ltm.TMS.TM_ADD);
};
`,
  times: 1,
  why,
};

const numerals = {
  find: /\/\* maximum number of significant digits to read \(to avoid overflows\n[^]*?(?=const luaO_tostring = )/,
  put: `const luaO_str2num = function(s, o) {
    let read = readNumeral(textOf(s));
    if (read === undefined) return 0;
    if (read.isInteger) o.setivalue(read.value);
    else o.setfltvalue(read.value);
    return s.length + 1;
};

`,
  times: 1,
  why: 'numerals of 64 bits; hexadecimal floats rounded once',
};

const toText = {
  find: /const luaO_tostring = function\(L, obj\) \{[^]*?\n\};\n/,
  put: `const luaO_tostring = function(L, obj) {
    let text = obj.ttisinteger() ? String(obj.value) : floatToText(obj.value);
    obj.setsvalue(luaS_oftext(L, text));
};
`,
  times: 1,
  why: "numbers read as C's %.14g writes them",
};

const objectEdits = [
  {
    find: /const \{\n {4}LUA_COMPAT_FLOATSTRING,[^]*?\} = require\('\.\/luaconf\.js'\);\n/,
    put: `const integers = require('#fengari-part/integers.mjs');
const { readNumeral } = require('#fengari-part/numerals.mjs');
const { floatToText, negate, power } = require('#fengari-part/float-text.mjs');
const { textOf } = require('#fengari-part/bytes.mjs');
`,
    times: 1,
    why: 'our parts',
  },
  {
    find: '    luaS_bless,\n    luaS_new\n',
    put: '    luaS_bless,\n    luaS_new,\n    luaS_oftext\n',
    times: 1,
    why: 'texts',
  },
  {
    find: '    lisdigit,\n    lisprint,\n    lisspace,\n    lisxdigit\n',
    put: '    lisdigit,\n    lisprint\n',
    times: 1,
    why: 'not needed',
  },
  { find: '    MAX_INT,\n    luai_nummod,', put: '    luai_nummod,', times: 1, why: 'not needed' },
  numerals,
  toText,
  arithmetic,
];

const configurationEdits = [
  {
    find: 'const LUA_MAXINTEGER = 2147483647;\nconst LUA_MININTEGER = -2147483648;',
    put: `const { fromFloat } = require('#fengari-part/integers.mjs');
/* what a length or an index can be */
const LUA_MAXINTEGER = Number.MAX_SAFE_INTEGER;
const LUA_MININTEGER = -Number.MAX_SAFE_INTEGER;`,
    times: 1,
    why,
  },
  {
    find: 'return n >= LUA_MININTEGER && n < -LUA_MININTEGER ? n : false;',
    put: 'return fromFloat(n);',
    times: 1,
    why,
  },
];

const apiEdits = [
  {
    find: 'const TValue    = lobject.TValue;\n',
    put: `const TValue    = lobject.TValue;
const { fromHost } = require('#fengari-part/integers.mjs');
`,
    times: 1,
    why: 'our parts',
  },
  {
    find: 'fengari_argcheck(typeof n === "number" && (n|0) === n);',
    put: 'fengari_argcheck(Number.isSafeInteger(n));',
    times: 1,
    why: 'lengths and indexes beyond 32 bits',
  },
  {
    find: `    fengari_argcheckinteger(n);
    L.stack[L.top] = new TValue(LUA_TNUMINT, n);`,
    put: `    n = fromHost(n);
    L.stack[L.top] = new TValue(LUA_TNUMINT, n);`,
    times: 2,
    why,
  },
  {
    find: `    fengari_argcheckinteger(n);
    api_checknelems(L, 1);`,
    put: `    n = fromHost(n);
    api_checknelems(L, 1);`,
    times: 2,
    why,
  },
  {
    find: `    fengari_argcheckinteger(n);
    api_check(L, t.ttistable(), "table expected");`,
    put: `    n = fromHost(n);
    api_check(L, t.ttistable(), "table expected");`,
    times: 1,
    why,
  },
  {
    find: 'return lvm.tointeger(index2addr(L, idx));\n};\n',
    put: `let n = lvm.tointeger(index2addr(L, idx));
    return typeof n === "bigint" ? Number(n) : n;
};

/* as lua_tointegerx, but exact: a bigint beyond 2^53 */
const lua_tointegerexact = function(L, idx) {
    return lvm.tointeger(index2addr(L, idx));
};
`,
    times: 1,
    why: 'the application gets a number; what must be exact asks for it',
  },
  {
    find: 'module.exports.lua_tointegerx        = lua_tointegerx;\n',
    put: `module.exports.lua_tointegerx        = lua_tointegerx;
module.exports.lua_tointegerexact    = lua_tointegerexact;
`,
    times: 1,
    why,
  },
];

const tableEdits = [
  {
    find: "const lstate  = require('./lstate.js');\n",
    put: "const lstate  = require('./lstate.js');\nconst { fromFloat } = require('#fengari-part/integers.mjs');\n",
    times: 1,
    why: 'our parts',
  },
  {
    find: `                return ldebug.luaG_runerror(L, to_luastring("table index is NaN", true));
            /* fall through */
        case LUA_TNUMINT:`,
    put: `                return ldebug.luaG_runerror(L, to_luastring("table index is NaN", true));
            if (!Number.isSafeInteger(key.value)) {
                let integer = fromFloat(key.value);
                return integer === false ? key.value : integer;
            }
            /* fall through */
        case LUA_TNUMINT:`,
    times: 1,
    why: 'a float beyond 2^53 is the key that the equal integer is',
  },
];

const dumpEdits = {
  'ldump.js': [
    {
      find: `const DumpInteger = function(x, D) {
    let ab = new ArrayBuffer(4);
    let dv = new DataView(ab);
    dv.setInt32(0, x, true);
    let t = new Uint8Array(ab);
    DumpBlock(t, 4, D);`,
      put: `const DumpInteger = function(x, D) {
    let ab = new ArrayBuffer(8);
    let dv = new DataView(ab);
    dv.setBigInt64(0, BigInt(x), true);
    let t = new Uint8Array(ab);
    DumpBlock(t, 8, D);`,
      times: 1,
      why,
    },
    { find: 'DumpByte(4, D); // integerSize', put: 'DumpByte(8, D); // integerSize', times: 1, why },
  ],
  'lundump.js': [
    {
      find: `this.integerSize) !== 0)
            this.error("truncated");
        return this.dv.getInt32(0, true);`,
      put: `this.integerSize) !== 0)
            this.error("truncated");
        return wrap(this.dv.getBigInt64(0, true));`,
      times: 1,
      why,
    },
    { find: 'this.integerSize = 4;', put: 'this.integerSize = 8;', times: 1, why },
    {
      find: 'this.checksize(this.integerSize, 4, "integer");',
      put: 'this.checksize(this.integerSize, 8, "integer");',
      times: 1,
      why,
    },
    {
      find: "const { luaS_bless } = require('./lstring.js');\n",
      put: "const { luaS_bless } = require('./lstring.js');\nconst { wrap } = require('#fengari-part/integers.mjs');\n",
      times: 1,
      why: 'our parts',
    },
  ],
};

export const integerEdits = {
  'lobject.js': objectEdits,
  'luaconf.js': configurationEdits,
  'lapi.js': apiEdits,
  'ltable.js': tableEdits,
  ...dumpEdits,
};
