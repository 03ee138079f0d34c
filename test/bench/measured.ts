// ENTRY: what the benches call directly. They are plain JavaScript and import the built file.

export { createDriverRegistry, initDrivers, openTransaction } from '#framework';
export { parseMessage } from '#message';
export * from '#store';
export { createDrivers, createLuaEngine } from '#drivers';
