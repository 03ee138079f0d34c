// What stands in ltable.js in place of its table.

export const tableCode = `const NOTHING = [];
/* a list that is emptied from its begin goes to the map when it grows to such a size */
const SPARSE_LENGTH = 64;
/* dead entries that a table keeps at least */
const KEPT_DEAD = 8;

class Table {
    constructor(L) {
        this.id = L.l_G.id_counter++;
        this.array = NOTHING; /* values of the keys 1 to n; those set to nil stay */
        this.used = 0; /* of them not nil */
        this.map = null; /* by hash: the entries of other keys */
        this.f = void 0; /* first entry */
        this.l = void 0; /* last entry */
        this.dead = 0; /* entries that are nil */
        this.metatable = null;
        this.flags = ~0;
    }
}

class Entry {
    constructor(hash, keyType, key, slot) {
        this.hash = hash;
        this.keyType = keyType;
        this.key = key;
        this.slot = slot;
        this.n = void 0; /* next entry */
    }
}

const invalidateTMcache = function(t) {
    t.flags = 0;
};

const luaH_new = function(L) {
    return new Table(L);
};

const getgeneric = function(t, hash) {
    if (t.map === null) return lobject.luaO_nilobject;
    let e = t.map.get(hash);
    return e === void 0 ? lobject.luaO_nilobject : e.slot;
};

const luaH_getint = function(t, key) {
    return key > 0 && key <= t.array.length ? t.array[Number(key) - 1] : getgeneric(t, key);
};

const luaH_getstr = function(t, key) {
    return getgeneric(t, luaS_hashlongstr(key));
};

const luaH_get = function(L, t, key) {
    switch (key.type) {
        case LUA_TLNGSTR:
            return getgeneric(t, luaS_hashlongstr(key.value));
        case LUA_TNUMINT:
            return luaH_getint(t, key.value);
        case LUA_TNIL:
            return lobject.luaO_nilobject;
        case LUA_TNUMFLT: {
            if (key.value !== key.value) return lobject.luaO_nilobject;
            let hash = table_hash(L, key);
            return typeof hash === "bigint" || Number.isSafeInteger(hash) ? luaH_getint(t, hash) : getgeneric(t, hash);
        }
        default:
            return getgeneric(t, table_hash(L, key));
    }
};

/* takes nil entries out of the list and the map */
const sweep = function(t) {
    let last = void 0;
    let first = void 0;
    for (let e = t.f; e !== void 0; e = e.n) {
        if (e.slot.type === LUA_TNIL) {
            if (t.map.get(e.hash) === e) t.map.delete(e.hash);
        } else {
            if (last === void 0) first = e;
            else last.n = e;
            last = e;
        }
    }
    if (last !== void 0) last.n = void 0;
    t.f = first;
    t.l = last;
    t.dead = 0;
};

const add = function(t, hash, keyType, key, slot) {
    if (t.map === null) t.map = new Map();
    else if (t.dead > KEPT_DEAD && t.dead > t.map.size / 2) sweep(t);
    let entry = new Entry(hash, keyType, key, slot);
    if (t.l === void 0) t.f = entry;
    else t.l.n = entry;
    t.l = entry;
    t.map.set(hash, entry);
};

const setgeneric = function(t, hash, keyType, key, value) {
    let e = t.map === null ? void 0 : t.map.get(hash);
    if (e === void 0) {
        if (value.type !== LUA_TNIL)
            add(t, hash, keyType, key, new lobject.TValue(value.type, value.value));
        return;
    }
    let slot = e.slot;
    if ((slot.type === LUA_TNIL) !== (value.type === LUA_TNIL))
        t.dead += value.type === LUA_TNIL ? 1 : -1;
    slot.type = value.type;
    slot.value = value.value;
};

/* moves all of a list to the map */
const scatter = function(t) {
    let array = t.array;
    t.array = NOTHING;
    t.used = 0;
    for (let i = 0; i < array.length; i++)
        if (array[i].type !== LUA_TNIL) setgeneric(t, i + 1, LUA_TNUMINT, i + 1, array[i]);
};

/* takes an entry out of the map, which goes on in the list as a dead one */
const release = function(t, hash) {
    let e = t.map.get(hash);
    if (e === void 0) return void 0;
    t.map.delete(hash);
    let slot = e.slot;
    e.slot = lobject.luaO_nilobject;
    if (slot.type === LUA_TNIL) return void 0;
    t.dead++;
    return slot;
};

const push = function(t, value) {
    if (t.array === NOTHING) t.array = [];
    let array = t.array;
    array.push(new lobject.TValue(value.type, value.value));
    if (value.type !== LUA_TNIL) t.used++;
    if (t.map === null) return;
    release(t, array.length);
    if (t.map.size === 0) return;
    for (let slot; (slot = release(t, array.length + 1)) !== void 0;) {
        array.push(slot);
        t.used++;
    }
};

const luaH_setint = function(t, key, value) {
    let length = t.array.length;
    if (key > 0 && key <= length) {
        let slot = t.array[Number(key) - 1];
        if ((slot.type === LUA_TNIL) !== (value.type === LUA_TNIL))
            t.used += value.type === LUA_TNIL ? -1 : 1;
        slot.type = value.type;
        slot.value = value.value;
        return;
    }
    if (key === length + 1 && value.type !== LUA_TNIL) {
        if (length < SPARSE_LENGTH || t.used * 4 > length || (length & (length - 1)) !== 0) {
            push(t, value);
            return;
        }
        scatter(t);
    }
    setgeneric(t, key, LUA_TNUMINT, key, value);
};

/* an item of a constructor: nil is one too */
const luaH_setitem = function(t, key, value) {
    if (key === t.array.length + 1) push(t, value);
    else luaH_setint(t, key, value);
};

const luaH_setfrom = function(L, t, key, value) {
    switch (key.type) {
        case LUA_TLNGSTR:
            setgeneric(t, luaS_hashlongstr(key.value), LUA_TLNGSTR, key.value, value);
            return;
        case LUA_TNUMINT:
            luaH_setint(t, key.value, value);
            return;
        case LUA_TNUMFLT: {
            let hash = table_hash(L, key);
            if (typeof hash === "bigint") luaH_setint(t, hash, value);
            else if (Number.isSafeInteger(hash)) luaH_setint(t, hash + 0, value);
            else setgeneric(t, hash, LUA_TNUMFLT, hash, value);
            return;
        }
        default:
            setgeneric(t, table_hash(L, key), key.type, key.value, value);
    }
};

/*
** Try to find a boundary in table 't'. A 'boundary' is an integer index
** such that t[i] is non-nil and t[i+1] is nil (and 0 if t[1] is nil).
*/
const luaH_getn = function(t) {
    let array = t.array;
    let j = array.length;
    if (j === 0 || array[j - 1].type !== LUA_TNIL) return j;
    if (j >= 2 && array[j - 2].type !== LUA_TNIL) return j - 1;
    let i = 0;
    while (j - i > 1) {
        let m = (i + j) >>> 1;
        if (array[m - 1].type === LUA_TNIL) j = m;
        else i = m;
    }
    return i;
};

const luaH_next = function(L, t, keyI) {
    let key = L.stack[keyI];
    let array = t.array;
    let i = 0;
    let e = t.f;
    if (key.type !== LUA_TNIL) {
        let hash = key.value !== key.value ? void 0 : table_hash(L, key);
        if (key.ttisnumber() && hash > 0 && hash <= array.length && Number.isInteger(hash)) i = hash;
        else {
            let found = t.map === null || hash === void 0 ? void 0 : t.map.get(hash);
            if (found === void 0)
                return ldebug.luaG_runerror(L, to_luastring("invalid key to 'next'"));
            i = array.length;
            e = found.n;
        }
    }
    for (; i < array.length; i++) {
        let slot = array[i];
        if (slot.type !== LUA_TNIL) {
            lobject.setslot(L, keyI, LUA_TNUMINT, i + 1);
            lobject.setslot(L, keyI + 1, slot.type, slot.value);
            return true;
        }
    }
    while (e !== void 0 && e.slot.type === LUA_TNIL) e = e.n;
    if (e === void 0) return false;
    lobject.setslot(L, keyI, e.keyType, e.key);
    lobject.setslot(L, keyI + 1, e.slot.type, e.slot.value);
    return true;
};

`;
