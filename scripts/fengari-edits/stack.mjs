// The stack keeps its slots: a value that is popped stays in its slot until the next one is put there. Frames are
// kept too. What is above the top is forgotten when the outermost call ends.

const why = 'slots of the stack are used again';

/** Pops: the slot stays. */
const pop = (times) => ({ find: 'delete L.stack[--L.top];', put: '--L.top;', times, why });

/** Pushes: the slot may be there already. */
const pushNil = (times) => ({
  find: 'L.stack[L.top++] = new lobject.TValue(LUA_TNIL, null);',
  put: 'lobject.pushslot(L, LUA_TNIL, null);',
  times,
  why,
});

const setTop = (prefix, times) => ({
  find: new RegExp(`L\\.stack\\[L\\.top\\] = new ${prefix}TValue\\((?=\\w)`),
  put: 'lobject.setslot(L, L.top, ',
  times,
  why,
});

export const stackEdits = {
  'lobject.js': [
    {
      find: /const pushobj2s = function[^]*?(?=\/\* from stack to \(same\) stack \*\/)/,
      put: `/* puts a value into a slot of the stack, the first after those that there are at most */
const setslot = function(L, at, type, value) {
    let slot = at < L.stack.length ? L.stack[at] : void 0;
    if (slot === void 0) L.stack[at] = new TValue(type, value);
    else {
        slot.type = type;
        slot.value = value;
    }
};
const pushslot = function(L, type, value) {
    setslot(L, L.top++, type, value);
};
const pushobj2s = function(L, tv) {
    setslot(L, L.top++, tv.type, tv.value);
};
const pushsvalue2s = function(L, ts) {
    setslot(L, L.top++, LUA_TLNGSTR, ts);
};
`,
      times: 1,
      why,
    },
    {
      find: 'module.exports.pushobj2s         = pushobj2s;\n',
      put: 'module.exports.pushobj2s         = pushobj2s;\nmodule.exports.pushslot          = pushslot;\nmodule.exports.setslot           = setslot;\n',
      times: 1,
      why,
    },
  ],
  'lapi.js': [
    {
      find: 'const lua_gc = function () {};',
      put: 'const lua_gc = function (L) {\n    ldo.luaD_forget(L);\n    return 0;\n};',
      times: 1,
      why: 'the application wants nothing held',
    },
    {
      find: '        to.stack[to.top] = new lobject.TValue();\n        lobject.setobj2s(to, to.top, from.stack[from.top + i]);\n        delete from.stack[from.top + i];\n        to.top++;\n',
      put: '        lobject.pushobj2s(to, from.stack[from.top + i]);\n',
      times: 1,
      why,
    },
    pop(16),
    { find: '        delete L.stack[L.top];\n', put: '', times: 1, why },
    setTop('', 14),
    setTop('lobject\\.', 1),
    {
      find: 'L.stack[L.top] = new TValue();',
      put: 'lobject.setslot(L, L.top, LUA_TNIL, null);',
      times: 1,
      why,
    },
    {
      find: '    let t = new lobject.TValue(LUA_TTABLE, ltable.luaH_new(L));\n    L.stack[L.top] = t;\n',
      put: '    lobject.setslot(L, L.top, LUA_TTABLE, ltable.luaH_new(L));\n',
      times: 1,
      why,
    },
    { find: /L\.stack\[L\.top\] = tv;/, put: 'lobject.setslot(L, L.top, tv.type, tv.value);', times: 2, why },
  ],
  'ldebug.js': [pop(1), setTop('lobject\\.', 2)],
  'lparser.js': [pop(1)],
  'ltm.js': [pop(1)],
  'lvm.js': [
    {
      find: '        for (; L.top > top-(n-1);)\n            delete L.stack[--L.top];',
      put: '        L.top = top - (n - 1);',
      times: 1,
      why,
    },
    pop(2),
  ],
  'ldo.js': [
    {
      find: '    L.errorJmp = lj.previous;\n    L.nCcalls = oldnCcalls;\n\n    return lj.status;',
      put: '    L.errorJmp = lj.previous;\n    L.nCcalls = oldnCcalls;\n    if (lj.status !== LUA_OK) L.inoverflow = false;\n\n    return lj.status;',
      times: 1,
      why: 'recursion ends before the memory does',
    },
    {
      find: 'const luaD_inctop = ',
      put: `/* too many calls inside each other: an error, and the end when its handling needs too many too */
const luaD_framelimit = function(L, excess) {
    if (L.inoverflow) {
        if (excess > LUAI_MAXCCALLS) luaD_throw(L, LUA_ERRERR);
    } else {
        L.inoverflow = true;
        ldebug.luaG_runerror(L, to_luastring("stack overflow", true));
    }
};

const luaD_inctop = `,
      times: 1,
      why: 'recursion ends before the memory does',
    },
    {
      find: 'module.exports.luaD_growstack       = luaD_growstack;\n',
      put: 'module.exports.luaD_growstack       = luaD_growstack;\nmodule.exports.luaD_framelimit      = luaD_framelimit;\n',
      times: 1,
      why: 'recursion ends before the memory does',
    },
    {
      find: 'module.exports.luaD_call            = luaD_call;\n',
      put: 'module.exports.luaD_call            = luaD_call;\nmodule.exports.luaD_forget          = forget;\n',
      times: 1,
      why,
    },
    {
      find: `    } else {
        while (L.top > newtop)
            delete L.stack[--L.top];
    }`,
      put: `    } else {
        L.top = newtop;
    }`,
      times: 1,
      why,
    },
    {
      find: '    while (L.top > oldtop + 1)\n        delete L.stack[--L.top];',
      put: '    L.top = oldtop + 1;',
      times: 1,
      why,
    },
    {
      find: '            for (let i=L.top; i>=(res + nres); i--)\n                delete L.stack[i];\n',
      put: '',
      times: 1,
      why,
    },
    { find: '    for (let i=L.top; i>=newtop; i--)\n        delete L.stack[i];\n', put: '', times: 1, why },
    pop(1),
    pushNil(5),
    {
      find: 'L.stack[res + i] = new lobject.TValue(LUA_TNIL, null);',
      put: 'lobject.setslot(L, res + i, LUA_TNIL, null);',
      times: 1,
      why,
    },
    {
      find: 'g.mainthread.stack[g.mainthread.top++] = L.stack[L.top - 1];',
      put: 'lobject.pushobj2s(g.mainthread, L.stack[L.top - 1]);',
      times: 1,
      why,
    },
    {
      find: '    lua_assert(L.stack_last == L.stack.length - lstate.EXTRA_STACK);\n    L.stack.length = newsize;\n',
      put: '',
      times: 1,
      why: 'the array grows by itself',
    },
    {
      find: 'let size = L.stack.length;',
      put: 'let size = L.stack_last + lstate.EXTRA_STACK;',
      times: 1,
      why: 'the array grows by itself',
    },
    {
      find: 'if (L.stack.length > LUAI_MAXSTACK)  /* had been',
      put: 'if (L.stack_last + lstate.EXTRA_STACK > LUAI_MAXSTACK)  /* had been',
      times: 1,
      why: 'the array grows by itself',
    },
    {
      find: 'goodsize < L.stack.length)',
      put: 'goodsize < L.stack_last + lstate.EXTRA_STACK)',
      times: 1,
      why: 'the array grows by itself',
    },
    {
      find: 'const luaD_pcall = function(L, func, u, old_top, ef) {',
      put: `/* so many slots and frames above the top are kept for the next call */
const KEPT_SLOTS = 256;
/* of so many outermost calls one forgets */
const FORGET_CALLS = 64;
let calls = 0;

/* forgets what the slots above the top still hold */
const forget = function(L) {
    let stack = L.stack;
    if (stack.length > L.top + KEPT_SLOTS) {
        stack.length = L.top + KEPT_SLOTS;
        L.ci.next = null;
    }
    for (let i = L.top; i < stack.length; i++) {
        stack[i].type = LUA_TNIL;
        stack[i].value = null;
    }
};

const luaD_pcall = function(L, func, u, old_top, ef) {`,
      times: 1,
      why,
    },
    {
      find: '    L.errfunc = old_errfunc;\n\n    return status;\n',
      put: '    L.errfunc = old_errfunc;\n    if (old_ci === L.base_ci && ++calls % FORGET_CALLS === 0) forget(L);\n\n    return status;\n',
      times: 1,
      why,
    },
    {
      find: '    L.ci.next = null;\n    return moveresults',
      put: '    return moveresults',
      times: 1,
      why: 'frames are used again',
    },
  ],
  'lstate.js': [
    {
      find: '        this.errfunc = 0;\n',
      put: '        this.errfunc = 0;\n        this.inoverflow = false; /* the error of too many calls is being handled */\n',
      times: 1,
      why: 'recursion ends before the memory does',
    },
    {
      find: 'class CallInfo {\n\n    constructor() {\n',
      put: `/* calls inside each other in one thread: what they take must leave room in the memory of a script */
const MAX_FRAMES = 60000;

class CallInfo {

    constructor() {
        this.depth = 0;
`,
      times: 1,
      why: 'recursion ends before the memory does',
    },
    {
      find: '    L1.stack = new Array(BASIC_STACK_SIZE);\n',
      put: '    L1.stack = [];\n',
      times: 1,
      why: 'the array grows by itself',
    },
    {
      find: '    ci.func = L1.stack[L1.top];\n    L1.stack[L1.top++] = new lobject.TValue(LUA_TNIL, null);\n',
      put: '    lobject.pushslot(L1, LUA_TNIL, null);\n    ci.func = L1.stack[0];\n',
      times: 1,
      why,
    },
    {
      find: 'L.stack[L.top] = new lobject.TValue(LUA_TTHREAD, L1);',
      put: 'lobject.setslot(L, L.top, LUA_TTHREAD, L1);',
      times: 1,
      why,
    },
    {
      find: `    let ci = new CallInfo();
    L.ci.next = ci;
    ci.previous = L.ci;
    ci.next = null;
    L.ci = ci;`,
      put: `    let ci = L.ci.next;
    if (ci === null) {
        ci = new CallInfo();
        ci.depth = L.ci.depth + 1;
        if (ci.depth >= MAX_FRAMES) ldo.luaD_framelimit(L, ci.depth - MAX_FRAMES);
        L.ci.next = ci;
        ci.previous = L.ci;
    }
    L.ci = ci;`,
      times: 1,
      why: 'frames are used again',
    },
  ],
};
