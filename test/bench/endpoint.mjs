import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLoad } from './load.mjs';
import { cpuTimeMs } from './process-usage.mjs';
import { benchEnvironment, dovebellArguments, startEcho, startServe } from './server-process.mjs';
import { median, percentile } from './statistics.mjs';

const CONNECTIONS = 32;
const ROUNDS = 9;
/** Short and many: what else the machine does then hits all three alike. */
const ROUND_MS = 1_500;
const WARM_UP_MS = 1_500;
const LAST_ROUND_MS = 500;
/** What a server still does after its last answer must not slow the next one. */
const SETTLE_MS = 300;

/**
 * Durable notifications per second at 32 connections, in rounds that alternate with the same load on an express
 * echo and a node:http echo; a ratio is the median of the rounds' ratios. In the end the server is killed where
 * it stands, and what it had answered 200 must be in its timeline.
 */
export async function measureEndpoint(defer) {
  const serve = await startServe(defer);
  const servers = {
    serve,
    express: await startEcho(defer, 'express'),
    nodeHttp: await startEcho(defer, 'node-http'),
  };
  const load = startLoad(defer);
  const answered = [];
  const rounds = { serve: [], express: [], nodeHttp: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, server] of Object.entries(servers)) {
      const result = await runRound(load, server, round === 0 ? WARM_UP_MS : ROUND_MS);
      if (name === 'serve') answered.push(result);
      // Round 0 is there for the compilers.
      if (round > 0) rounds[name].push(summarise(result));
    }
  }
  const { firstUid, lastUid } = await runUntilKilled(load, serve);
  answered.push({ firstUid, lastUid });
  return [...toResults(rounds), await checkDurable(serve.dataDir, answered)];
}

async function runRound(load, { port, pid }, durationMs) {
  const cpuBeforeMs = await cpuTimeMs(pid);
  const result = await load.run({ port, connections: CONNECTIONS, durationMs });
  await sleep(SETTLE_MS);
  const cpuMs = (await cpuTimeMs(pid)) - cpuBeforeMs;
  return { ...result, cpuMs };
}

// Killed the moment the last answer has come, with the drivers still at work.
async function runUntilKilled(load, { port, kill }) {
  const result = await load.run({ port, connections: CONNECTIONS, durationMs: LAST_ROUND_MS });
  await kill();
  return result;
}

function summarise({ rate, latenciesMs, cpuMs, firstUid, lastUid }) {
  return {
    rate,
    p50: percentile(latenciesMs, 0.5),
    p99: percentile(latenciesMs, 0.99),
    cpuUs: (cpuMs * 1000) / (lastUid - firstUid + 1),
  };
}

function toResults(rounds) {
  const of = (name, field) => median(rounds[name].map((round) => round[field]));
  const beside = (field) => ({ express: of('express', field), 'node:http': of('nodeHttp', field) });
  const ratio = (name) => median(rounds.serve.map(({ rate }, index) => rate / rounds[name][index].rate));
  return [
    { name: 'endpoint.rate', value: of('serve', 'rate'), unit: 'requests/s', baselines: beside('rate') },
    { name: 'endpoint.p50', value: of('serve', 'p50'), unit: 'ms', baselines: beside('p50') },
    { name: 'endpoint.p99', value: of('serve', 'p99'), unit: 'ms', baselines: beside('p99') },
    // Hardly depends on what else the machine does; all threads of the server.
    { name: 'endpoint.cpu', value: of('serve', 'cpuUs'), unit: 'µs/request', baselines: beside('cpuUs') },
    { name: 'endpoint.express-ratio', value: ratio('express'), unit: 'ratio', atLeast: 0.75 },
    { name: 'endpoint.node-http-ratio', value: ratio('nodeHttp'), unit: 'ratio', atLeast: 0.25 },
  ];
}

async function checkDurable(dataDir, answered) {
  const stored = await exportedUids(dataDir);
  let lost = 0;
  let total = 0;
  for (const { firstUid, lastUid } of answered) {
    total += lastUid - firstUid + 1;
    for (let uid = firstUid; uid <= lastUid; uid++) if (!stored.has(uid)) lost += 1;
  }
  return {
    name: 'endpoint.lost',
    value: lost,
    unit: 'events',
    atMost: 0,
    baselines: { 'answered 200': total },
  };
}

/** The uids in a timeline, as `dovebell events export` prints them. */
async function exportedUids(dataDir) {
  const child = spawn(process.execPath, dovebellArguments(['events', 'export', '--data', dataDir]), {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: benchEnvironment(),
  });
  const exit = new Promise((resolve) => child.once('exit', resolve));
  const uids = new Set();
  for await (const line of createInterface({ input: child.stdout })) {
    uids.add(Number(/"uid":(\d+)/.exec(line)?.[1]));
  }
  const code = await exit;
  if (code !== 0) throw new Error(`dovebell events export ended with ${code}`);
  return uids;
}
