// ENTRY of the load generator's process: one job a message, one result an answer.

import { performance } from 'node:perf_hooks';
import { FIRST_UID, openConnection } from './connection.mjs';

let nextUid = FIRST_UID;

process.on('message', (job) => {
  runJob(job).then(
    (result) => process.send({ result }),
    (error) => process.send({ problem: error.message }),
  );
});

async function runJob(job) {
  let failed = () => undefined;
  const failure = new Promise((_, reject) => {
    failed = reject;
  });
  const connections = await Promise.all(
    Array.from({ length: job.connections }, (_, index) =>
      openConnection({ port: job.port, user: `user${index}@example.com` }, failed),
    ),
  );
  const firstUid = nextUid;
  try {
    const run = job.requestsPerSecond === undefined ? runClosedLoop : runOpenLoop;
    const measured = await Promise.race([run(connections, job), failure]);
    return { ...measured, firstUid, lastUid: nextUid - 1 };
  } finally {
    for (const connection of connections) connection.close();
  }
}

// As fast as the server answers. What is under way at the end is waited for and not counted.
function runClosedLoop(connections, { durationMs, count = Number.POSITIVE_INFINITY }) {
  const latenciesMs = [];
  const endUid = nextUid + count;
  const startedAt = performance.now();
  const endAt = startedAt + durationMs;
  let busy = connections.length;
  return new Promise((resolve) => {
    const finish = () => {
      busy -= 1;
      const lastedMs = Math.min(performance.now() - startedAt, durationMs);
      if (busy === 0) resolve({ rate: (latenciesMs.length / lastedMs) * 1000, latenciesMs });
    };
    for (const connection of connections) {
      let sentAt = 0;
      const send = () => {
        sentAt = performance.now();
        if (sentAt >= endAt || nextUid >= endUid) return finish();
        connection.put(nextUid++, answered);
      };
      const answered = () => {
        const now = performance.now();
        if (now < endAt) latenciesMs.push(now - sentAt);
        send();
      };
      send();
    }
  });
}

// At the rate asked for, whether the server keeps up or not: the wait for a free connection is the server's, too.
function runOpenLoop(connections, { durationMs, requestsPerSecond }) {
  const total = Math.round((durationMs / 1000) * requestsPerSecond);
  const latenciesMs = [];
  const idle = [...connections];
  const startedAt = performance.now();
  const dueAt = (index) => startedAt + (index / requestsPerSecond) * 1000;
  let sent = 0;
  return new Promise((resolve) => {
    const sendDue = () => {
      while (sent < total && idle.length > 0 && dueAt(sent) <= performance.now()) {
        const plannedAt = dueAt(sent);
        // The one that has rested longest: a connection nobody uses is closed by the server.
        const connection = idle.shift();
        sent += 1;
        connection.put(nextUid++, () => {
          idle.push(connection);
          latenciesMs.push(performance.now() - plannedAt);
          if (latenciesMs.length < total) return sendDue();
          clearInterval(timer);
          resolve({ rate: (total / (performance.now() - startedAt)) * 1000, latenciesMs });
        });
      }
    };
    const timer = setInterval(sendDue, 1);
  });
}
