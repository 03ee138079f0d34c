import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { build } from 'vite';
import { createNodeNotifierToaster } from '../../main/toast/toaster.ts';
import type { Toaster } from '../../main/toast/toast.ts';

const noClick = () => undefined;
let folder = '';
let toaster: Toaster;

// The built worker, node-notifier and the shell are real; `notify-send` is a script that writes down what it got.
async function installNotifySend(script: string): Promise<void> {
  const file = join(folder, 'notify-send');
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}

async function receivedArguments(): Promise<string[]> {
  return (await readFile(join(folder, 'arguments'), 'utf8')).split('\0').slice(0, -1);
}

describe.runIf(process.platform === 'linux')('toast-worker', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dovebell-worker-'));
    await symlink(resolve('node_modules'), join(folder, 'node_modules'));
    await build({
      configFile: false,
      logLevel: 'silent',
      build: {
        ssr: 'main/toast/toast-worker.ts',
        outDir: join(folder, 'out'),
        rollupOptions: { output: { entryFileNames: '[name].js' } },
      },
    });
    await writeFile(join(folder, 'out/package.json'), '{"type":"module"}');
  });

  beforeEach(() => {
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
    // No bus: the worker then takes the server for one that reads markup.
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', '');
    vi.stubEnv('XDG_RUNTIME_DIR', '');
    toaster = createNodeNotifierToaster({ workersDir: join(folder, 'out') });
  });

  afterEach(async () => {
    await toaster.close();
    vi.unstubAllEnvs();
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('hands title and body to notify-send as plain text', async () => {
    await installNotifySend(`printf '%s\\0' "$@" > '${folder}/arguments'`);
    const title = `--wait "q" 'q' \`id\` $(id) $HOME \\n <b>`;
    const body = '-5 <b>bold</b> &#x0; \\t "q" `id` $(id)\nsecond line %s';
    await toaster.show({ reportId: 'r', title, body }, noClick);
    const [gotTitle, gotBody, ...options] = await receivedArguments();
    expect(gotTitle).toBe(`\u200b${title}`);
    // notify-send turns \\ into one backslash and \n into a line break.
    expect(gotBody).toBe('\u200b-5 &lt;b&gt;bold&lt;/b&gt; &amp;#x0; \\\\t "q" `id` $(id)\\nsecond line %s');
    expect(options).toEqual([
      '--app-name',
      'Dovebell',
      '--category',
      'email.arrived',
      '--expire-time',
      '10000',
    ]);
  });

  it('does not repeat the mail when the helper fails', async () => {
    await installNotifySend(
      'echo "GDBus.Error:org.freedesktop.DBus.Error.ServiceUnknown: not provided" >&2; exit 1',
    );
    await expect(toaster.show({ reportId: 'r', title: 'secret', body: 'secret' }, noClick)).rejects.toThrow(
      /^No notification service answers on this desktop$/,
    );
  });

  it('takes a warning on standard error for what it is', async () => {
    await installNotifySend('echo "Gtk-WARNING" >&2');
    await expect(toaster.show({ reportId: 'r', title: 't', body: 'b' }, noClick)).resolves.toBeUndefined();
  });

  it('kills a helper that hangs', async () => {
    await installNotifySend(`echo $$ > '${folder}/pid'; exec sleep 60`);
    await expect(toaster.show({ reportId: 'r', title: 't', body: 'b' }, noClick)).rejects.toThrow(
      'did not end within 5 s',
    );
    const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false));
  }, 15_000);

  it('kills its helpers when it is closed', async () => {
    await installNotifySend(`echo $$ > '${folder}/pid-close'; exec sleep 60`);
    const outcome = toaster.show({ reportId: 'r', title: 't', body: 'b' }, noClick).catch(String);
    const pid = await vi.waitFor(
      async () => Number(await readFile(join(folder, 'pid-close'), 'utf8')),
      5_000,
    );
    await toaster.close();
    expect(await outcome).toContain('The program is ending');
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false));
  });
});

// A killed process whose parent is gone stays as a zombie in a container that nobody tidies up.
function isRunning(pid: number): boolean {
  try {
    return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
