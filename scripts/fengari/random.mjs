// math.random and math.randomseed: xoshiro256**. Source: Lua 5.4 lmathlib.c.
import { subtract, wrap } from './integers.mjs';

const MASK = (1n << 64n) - 1n;
const DISCARDED = 16;

/** The functions, which share one state for all of the thread. */
export function makeRandom(api) {
  const state = [0n, 0n, 0n, 0n];
  seed(state, BigInt(Date.now()), BigInt(Math.floor(Math.random() * 2 ** 53)));
  return {
    random: (L) => random(api, L, state),
    randomseed(L) {
      const [one, other] = seedsOf(api, L);
      seed(state, one, other);
      api.lua_pushinteger(L, wrap(one));
      api.lua_pushinteger(L, wrap(other));
      return 2;
    },
  };
}

function seedsOf(api, L) {
  if (api.lua_isnone(L, 1)) return [BigInt(Date.now()), BigInt(Math.floor(Math.random() * 2 ** 53))];
  return [
    BigInt(api.luaL_checkseed(L, 1)),
    api.lua_isnoneornil(L, 2) ? 0n : BigInt(api.luaL_checkexact(L, 2)),
  ];
}

function seed(state, one, other) {
  state[0] = one & MASK;
  state[1] = 0xffn;
  state[2] = other & MASK;
  state[3] = 0n;
  for (let round = 0; round < DISCARDED; round++) nextRandom(state);
}

function rotate(value, places) {
  return ((value << places) | (value >> (64n - places))) & MASK;
}

function nextRandom(state) {
  const [s0, s1] = state;
  const s2 = state[2] ^ s0;
  const s3 = state[3] ^ s1;
  const result = (rotate((s1 * 5n) & MASK, 7n) * 9n) & MASK;
  state[0] = s0 ^ s3;
  state[1] = s1 ^ s2;
  state[2] = s2 ^ ((s1 << 17n) & MASK);
  state[3] = rotate(s3, 45n);
  return result;
}

function random(api, L, state) {
  const bits = nextRandom(state);
  const count = api.lua_gettop(L);
  if (count === 0) {
    // The upper 53 bits as a fraction.
    api.lua_pushnumber(L, Number(bits >> 11n) / 2 ** 53);
    return 1;
  }
  if (count > 2) return api.luaL_error(L, 'wrong number of arguments');
  const low = count === 1 ? 1 : api.luaL_checkexact(L, 1);
  const up = api.luaL_checkexact(L, count);
  if (count === 1 && up === 0) {
    api.lua_pushinteger(L, wrap(bits));
    return 1;
  }
  api.luaL_argcheck(L, low <= up, 1, 'interval is empty');
  const range = BigInt.asUintN(64, BigInt(subtract(up, low)));
  api.lua_pushinteger(L, wrap(project(bits, range, state) + BigInt(low)));
  return 1;
}

/** A number from 0 to the limit, every one as likely. */
function project(bits, limit, state) {
  if ((limit & (limit + 1n)) === 0n) return bits & limit;
  const mask = (1n << BigInt(limit.toString(2).length)) - 1n;
  let value = bits & mask;
  while (value > limit) value = nextRandom(state) & mask;
  return value;
}
