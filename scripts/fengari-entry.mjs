// What the program uses of the package, as an ES module (scripts/fengari.mjs).
import fengari from 'fengari';

export const { lua, lauxlib, lualib, to_luastring, to_jsstring } = fengari;
export { allocatedBytes, setStringCap, setTick } from '#fengari-part/limits.mjs';
