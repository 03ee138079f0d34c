import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { NotifierThread } from '../../main/toast/notifier-thread.ts';

const toast = { reportId: 'r', title: 't', body: 'b' };
const noClick = () => undefined;
const threads: NotifierThread[] = [];
const folders: string[] = [];

// A thread that runs this code for each request, with `answer(event, problem)` and `text` at hand.
async function threadRunning(onRequest: string, beforeAll = ''): Promise<NotifierThread> {
  const folder = await mkdtemp(join(tmpdir(), 'dovebell-thread-'));
  folders.push(folder);
  const script = join(folder, 'worker.mjs');
  await writeFile(
    script,
    `import { parentPort } from 'node:worker_threads';
    ${beforeAll}
    parentPort.on('message', (request) => {
      if (request === 'close') return parentPort.close();
      const { id, text } = request;
      const answer = (event, problem) => parentPort.postMessage({ id, event, problem });
      ${onRequest}
    });`,
  );
  const thread = new NotifierThread(script);
  threads.push(thread);
  return thread;
}

afterEach(async () => {
  await Promise.all(threads.splice(0).map((thread) => thread.close()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

describe('NotifierThread', () => {
  it('resolves when the system has taken the toast, and passes clicks on', async () => {
    const thread = await threadRunning(`answer('taken'); answer('clicked');`);
    await new Promise<void>((resolve, reject) => {
      thread.show(toast, resolve).catch(reject);
    });
  });

  it('rejects with the problem', async () => {
    const thread = await threadRunning(`answer('failed', 'No service');`);
    await expect(thread.show(toast, noClick)).rejects.toThrow('No service');
  });

  it('hands over title and body and nothing else', async () => {
    const thread = await threadRunning(`answer('failed', JSON.stringify(text));`);
    const extended = { ...toast, execute: 'rm -rf /' };
    await expect(thread.show(extended, noClick)).rejects.toThrow('{"title":"t","body":"b"}');
  });

  it('runs three at a time', async () => {
    const thread = await threadRunning(
      `running += 1; most = Math.max(most, running);
       setTimeout(() => { running -= 1; text.title === 'last' ? answer('failed', String(most)) : answer('taken'); }, 20);`,
      'let running = 0; let most = 0;',
    );
    const others = Array.from({ length: 10 }, () => thread.show(toast, noClick));
    await expect(thread.show({ ...toast, title: 'last' }, noClick)).rejects.toThrow(/^3$/);
    await Promise.all(others);
  });

  it('refuses more than can be shown in time', async () => {
    const thread = await threadRunning(`setTimeout(answer, 5, 'taken');`);
    const results = await Promise.allSettled(
      Array.from({ length: 1_000 }, () => thread.show(toast, noClick)),
    );
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(1_000 - 23);
    expect(refused[0]).toMatchObject({ reason: { message: 'Too many toasts are waiting already' } });
  });

  it.each([
    ['throws', `throw new Error('boom');`, /crashed: boom/],
    ['exits', `process.exit(3);`, /ended/],
  ])('starts a new thread after one that %s', async (_name, failure, message) => {
    const thread = await threadRunning(`if (text.title === 'bad') { ${failure} } answer('taken');`);
    await expect(thread.show({ ...toast, title: 'bad' }, noClick)).rejects.toThrow(message);
    await expect(thread.show(toast, noClick)).resolves.toBeUndefined();
  });

  it('rejects when the script is missing', async () => {
    const thread = new NotifierThread(join(tmpdir(), 'no-such-worker.js'));
    await expect(thread.show(toast, noClick)).rejects.toThrow(/crashed: Cannot find module/);
  });

  it('rejects what is under way, and what comes later, when it is closed', async () => {
    const thread = await threadRunning('');
    const pending = Array.from({ length: 5 }, () => thread.show(toast, noClick));
    const outcomes = Promise.allSettled(pending);
    await thread.close();
    expect((await outcomes).every(({ status }) => status === 'rejected')).toBe(true);
    await expect(thread.show(toast, noClick)).rejects.toThrow('The program is ending');
  });
});
