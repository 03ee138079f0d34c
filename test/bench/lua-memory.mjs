// How much memory a user's idle script takes: run as a process of its own, which prints kilobytes a user.

import { inCheckout } from '../../scripts/checkout.mjs';

const USERS = 400;
/** Until the collector has seen what the starts left behind. */
const SETTLE_MS = 1_000;

const [file] = process.argv.slice(2);
const measured = await import('../../out/main/measured.js');
const engine = measured.createLuaEngine(inCheckout('out', 'main'));
const registry = measured.createDrivers({ lua: { engine, rulesFor: () => ({ access: 'local' }) } });

async function start(user) {
  const { problems } = await measured.initDrivers([{ driver: 'lua', settings: { file } }], registry, {
    user,
    clock: Date.now,
  });
  if (problems.length > 0) throw new Error(problems[0].message);
}

const settle = () => new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
// What is there once for all.
for (let at = 0; at < USERS / 4; at++) await start(`first${at}`);
await settle();
const before = process.memoryUsage().rss;
for (let at = 0; at < USERS; at++) await start(`user${at}`);
await settle();
console.log((process.memoryUsage().rss - before) / USERS / 1024);
await engine.close();
