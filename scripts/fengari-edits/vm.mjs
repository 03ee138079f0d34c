// lvm.js: what the virtual machine does with numbers.
const why = 'integers have 64 bits';

/** The end of an arithmetic instruction: floats, and what needs a metamethod. */
function arithmeticEnd(name, expression) {
  return {
    find: `} else if ((numberop1 = tonumber(op1)) !== false && (numberop2 = tonumber(op2)) !== false) {
                    L.stack[ra].setfltvalue(${expression('numberop1', 'numberop2')});
                } else {
                    ltm.luaT_trybinTM(L, op1, op2, L.stack[ra], ltm.TMS.TM_${name});
                }`,
    put: `} else if (op1.ttisnumber() && op2.ttisnumber()) {
                    L.stack[ra].setfltvalue(${expression('Number(op1.value)', 'Number(op2.value)')});
                } else {
                    ltm.luaT_trybinTM(L, op1, op2, L.stack[ra], ltm.TMS.TM_${name});
                }`,
    times: 1,
    why: 'arithmetic with strings is left to their metamethods',
  };
}

/** An instruction with two numbers that are floats. */
function floatOnly(name, expression) {
  return {
    find: `if ((numberop1 = tonumber(op1)) !== false && (numberop2 = tonumber(op2)) !== false) {
                    L.stack[ra].setfltvalue(${expression});
                } else {
                    ltm.luaT_trybinTM(L, op1, op2, L.stack[ra], ltm.TMS.TM_${name});
                }`,
    put: `if (op1.ttisnumber() && op2.ttisnumber()) {
                    numberop1 = Number(op1.value); numberop2 = Number(op2.value);
                    L.stack[ra].setfltvalue(${expression.replace('Math.pow', 'power')});
                } else {
                    ltm.luaT_trybinTM(L, op1, op2, L.stack[ra], ltm.TMS.TM_${name});
                }`,
    times: 1,
    why: 'arithmetic with strings is left to their metamethods',
  };
}

const swaps = [
  ['(op1.value + op2.value)|0', 'addIntegers(op1.value, op2.value)'],
  ['(op1.value - op2.value)|0', 'subtractIntegers(op1.value, op2.value)'],
  ['luaV_imul(op1.value, op2.value)', 'multiplyIntegers(op1.value, op2.value)'],
  ['numberop1 & numberop2', 'andIntegers(numberop1, numberop2)'],
  ['numberop1 | numberop2', 'orIntegers(numberop1, numberop2)'],
  ['numberop1 ^ numberop2', 'xorIntegers(numberop1, numberop2)'],
  ['luaV_shiftl(numberop1, numberop2)', 'shiftLeft(numberop1, numberop2)'],
  ['luaV_shiftl(numberop1, -numberop2)', 'shiftRight(numberop1, numberop2)'],
  ['(-op.value)|0', 'subtractIntegers(0, op.value)'],
].map(([from, to]) => ({ find: `setivalue(${from})`, put: `setivalue(${to})`, times: 1, why }));

const forLoop = {
  find: /if \(L\.stack\[ra\]\.ttisinteger\(\)\) \{ \/\* integer loop\? \*\/[^]*?(?=\} else \{ \/\* floating loop \*\/)/,
  put: `if (L.stack[ra].ttisinteger()) { /* integer loop? */
                    let control = L.stack[ra];
                    let step = L.stack[ra + 2].value;
                    let limit = L.stack[ra + 1].value;
                    let idx = typeof control.value === "number" && typeof step === "number"
                        ? control.value + step
                        : nextOfLoop(control.value, step);

                    if (0 < step ? idx <= limit : limit <= idx) {
                        ci.l_savedpc += i.sBx;
                        control.value = idx;  /* update internal index... */
                        L.stack[ra + 3].setivalue(idx);
                    }
                `,
  times: 1,
  why: 'a numeric for never wraps around',
};

const forPrepare = {
  find: /if \(init\.ttisinteger\(\) && pstep\.ttisinteger\(\) && \(forlim[^]*?ci\.l_savedpc \+= i\.sBx;\n/,
  put: `let runs;
                if (init.ttisinteger() && pstep.ttisinteger()) {
                    let step = pstep.value;
                    if (step === 0)
                        ldebug.luaG_runerror(L, to_luastring("'for' step is zero", true));
                    let limit = forlimit(L, plimit, step);
                    runs = limit !== false && (step > 0 ? init.value <= limit : init.value >= limit);
                    if (runs) {
                        plimit.setivalue(cutLimit(limit, init.value, step));
                        L.stack[ra + 3].setivalue(init.value);
                    }
                } else { /* try making all values floats */
                    let limit = tonumber(plimit);
                    if (limit === false) forerror(L, plimit, "limit");
                    let step = tonumber(pstep);
                    if (step === false) forerror(L, pstep, "step");
                    let first = tonumber(init);
                    if (first === false) forerror(L, init, "initial value");
                    if (step === 0)
                        ldebug.luaG_runerror(L, to_luastring("'for' step is zero", true));
                    runs = !(step > 0 ? limit < first : first < limit);  /* NaN does not stop it */
                    plimit.setfltvalue(limit);
                    pstep.setfltvalue(step);
                    init.setfltvalue(first);
                    L.stack[ra + 3].setfltvalue(first);
                }

                if (!runs) ci.l_savedpc += i.sBx + 1;  /* beyond the end of the loop */
`,
  times: 1,
  why: 'a numeric for of 64 bits, with the errors of Lua 5.4',
};

const forLimit = {
  find: /const forlimit = function\(obj, step\) \{[^]*?\n\};\n/,
  put: `const forerror = function(L, o, what) {
    ldebug.luaG_runerror(L, to_luastring("bad 'for' %s (number expected, got %s)", true),
        to_luastring(what), ltm.luaT_objtypename(L, o));
};

/* the limit as an integer; false when the loop does not run */
const forlimit = function(L, obj, step) {
    if (obj.ttisstring()) obj = luaV_strtonum(obj) || obj;
    if (obj.ttisinteger()) return obj.value;
    if (!obj.ttisfloat()) forerror(L, obj, "limit");
    let n = step < 0 ? Math.ceil(obj.value) : Math.floor(obj.value);
    let limit = lua_numbertointeger(n);
    if (limit !== false) return limit;
    if (Number.isNaN(n)) return false;
    if (n > 0) return step < 0 ? false : MAX_INTEGER;
    return step > 0 ? false : MIN_INTEGER;
};
`,
  times: 1,
  why: 'the limit of a numeric for is cut to 64 bits',
};

const conversions = {
  find: /const luaV_tointeger = function\(obj, mode\) \{[^]*?(?=\/\*\n\*\* Return 'l < r', for numbers\.)/,
  put: `const luaV_tointeger = function(obj, mode) {
    if (obj.ttisfloat()) {
        let n = obj.value;
        let f = Math.floor(n);
        if (n !== f) { /* not an integral value? */
            if (mode === 0) return false;
            if (mode > 1) f += 1;
        }
        return lua_numbertointeger(f);
    }
    if (obj.ttisinteger()) return obj.value;
    let v = luaV_strtonum(obj);
    return v === undefined ? false : luaV_tointeger(v, mode);
};

/* a string that is a numeral, as a number; undefined for all else */
const luaV_strtonum = function(obj) {
    if (!obj.ttisstring()) return undefined;
    let read = readNumeral(obj.tsvalue().gettext());
    return read && new lobject.TValue(read.isInteger ? LUA_TNUMINT : LUA_TNUMFLT, read.value);
};

const tointeger = function(o) {
    return o.ttisinteger() ? o.value : luaV_tointeger(o, 0);
};

/* the same without strings */
const tointegerns = function(o) {
    if (o.type === LUA_TNUMINT) return o.value;
    return o.type === LUA_TNUMFLT ? lua_numbertointeger(o.value) : false;
};

const tonumber = function(o) {
    if (o.type === LUA_TNUMFLT) return o.value;
    if (o.type === LUA_TNUMINT) return Number(o.value);
    let v = luaV_strtonum(o);
    return v === undefined ? false : Number(v.value);
};

`,
  times: 1,
  why,
};

const divisions = {
  find: /\/\* Shim taken from https:\/\/developer[^]*?(?=\/\*\n\*\* check whether cached closure)/,
  put: `const luaV_div = function(L, m, n) {
    if (n === 0)
        ldebug.luaG_runerror(L, to_luastring("attempt to divide by zero"));
    return divideIntegers(m, n);
};

const luaV_mod = function(L, m, n) {
    if (n === 0)
        ldebug.luaG_runerror(L, to_luastring("attempt to perform 'n%%0'", true));
    return moduloIntegers(m, n);
};

`,
  times: 1,
  why,
};

export const vmEdits = {
  'lvm.js': [
    {
      find: "const lobject = require('./lobject.js');\n",
      put: `const lobject = require('./lobject.js');
const {
    MAX_INTEGER,
    MIN_INTEGER,
    add: addIntegers,
    and: andIntegers,
    cutLimit,
    divide: divideIntegers,
    modulo: moduloIntegers,
    multiply: multiplyIntegers,
    next: nextOfLoop,
    not: notInteger,
    or: orIntegers,
    shiftLeft,
    shiftRight,
    subtract: subtractIntegers,
    xor: xorIntegers
} = require('#fengari-part/integers.mjs');
const { readNumeral } = require('#fengari-part/numerals.mjs');
const { negate, power } = require('#fengari-part/float-text.mjs');
`,
      times: 1,
      why: 'our parts',
    },
    {
      find: /\n {4}LUA_MAXINTEGER,\n {4}LUA_MININTEGER,\n {4}lua_numbertointeger/,
      put: '\n    lua_numbertointeger',
      times: 1,
      why: 'the limits of integers are ours',
    },
    ...swaps,
    arithmeticEnd('ADD', (a, b) => `${a} + ${b}`),
    arithmeticEnd('SUB', (a, b) => `${a} - ${b}`),
    arithmeticEnd('MUL', (a, b) => `${a} * ${b}`),
    arithmeticEnd('MOD', (a, b) => `luai_nummod(L, ${a}, ${b})`),
    arithmeticEnd('IDIV', (a, b) => `Math.floor(${a} / ${b})`),
    floatOnly('POW', 'Math.pow(numberop1, numberop2)'),
    floatOnly('DIV', 'numberop1 / numberop2'),
    {
      find: 'L.stack[ra].setfltvalue(-numberop);',
      put: 'L.stack[ra].setfltvalue(negate(numberop));',
      times: 1,
      why: 'the sign of a NaN changes',
    },
    {
      find: '} else if ((numberop = tonumber(op)) !== false) {',
      put: '} else if (op.ttisfloat()) {\n                    numberop = op.value;',
      times: 1,
      why: 'arithmetic with strings is left to their metamethods',
    },
    {
      find: 'if ((numberop1 = tointeger(op1)) !== false && (numberop2 = tointeger(op2)) !== false) {',
      put: 'if ((numberop1 = tointegerns(op1)) !== false && (numberop2 = tointegerns(op2)) !== false) {',
      times: 5,
      why: 'strings have no bits',
    },
    {
      find: `if (op.ttisinteger()) {
                    L.stack[ra].setivalue(~op.value);`,
      put: `let integer = tointegerns(op);
                if (integer !== false) {
                    L.stack[ra].setivalue(notInteger(integer));`,
      times: 1,
      why: 'floats with an integer value have bits',
    },
    forLoop,
    forPrepare,
    { find: '                let forlim;\n', put: '', times: 1, why: 'not needed' },
    forLimit,
    conversions,
    divisions,
    {
      find: 'return (t1.value === t2.value) ? 1 : 0;\n        }',
      put: 'return (t1.value == t2.value) ? 1 : 0;\n        }',
      times: 1,
      why: 'a bigint and a number can be equal',
    },
    {
      find: 'module.exports.luaV_imul        = luaV_imul;\n',
      put: 'module.exports.luaV_strtonum    = luaV_strtonum;\nmodule.exports.tointegerns      = tointegerns;\n',
      times: 1,
      why: 'not needed; what else is',
    },
    {
      find: 'module.exports.luaV_shiftl      = luaV_shiftl;\n',
      put: '',
      times: 1,
      why: 'not needed',
    },
  ],
};
