import { parentPort } from 'node:worker_threads';
import type { TimelineAnswer, TimelineMessage } from './timeline-protocol.ts';
import { openTimelineStore, type TimelineStore } from './timeline-store.ts';

/** The thread that owns the database: one message in, one answer out, in order. */
const port = parentPort;
if (!port) throw new Error('timeline-worker.ts runs as a worker thread only');

let store: TimelineStore | undefined;

port.on('message', (message: TimelineMessage) => {
  let answer: TimelineAnswer;
  try {
    answer = { call: message.call, value: perform(message) };
  } catch (error) {
    answer = { call: message.call, error: error instanceof Error ? error.message : String(error) };
  }
  port.postMessage(answer);
  if (message.name === 'close') port.close();
});

function perform(message: TimelineMessage): unknown {
  if (message.name === 'open') {
    store = openTimelineStore(message.argument.file);
    return store.extent();
  }
  if (!store) throw new Error('The timeline is not open');
  switch (message.name) {
    case 'commit':
      return store.commit(message.argument);
    case 'list':
      return store.list(message.argument.fromSeq, message.argument.toSeq);
    case 'get':
      return store.get(message.argument);
    case 'reports':
      return store.reports(message.argument);
    case 'stats':
      return store.stats(message.argument);
    case 'close':
      store.close();
      store = undefined;
      return undefined;
  }
}
