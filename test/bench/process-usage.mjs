import { readFile } from 'node:fs/promises';
import { runProcess } from '../../scripts/run-process.mjs';

/** What Linux shows times in, on every architecture. */
const TICKS_PER_SECOND = 100;

/** Resident memory of a process. @param {number} pid */
export async function residentMegabytes(pid) {
  if (process.platform !== 'linux') return Number(await askPs('rss', pid)) / 1024;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

/**
 * Processor time that a process has used up to now, all its threads together.
 *
 * @param {number} pid
 */
export async function cpuTimeMs(pid) {
  if (process.platform === 'linux') {
    // There ps counts whole seconds. The fields after the name, which may hold anything; proc(5).
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ').at(-1).split(' ');
    const [userTicks, systemTicks] = fields.slice(11, 13).map(Number);
    return (userTicks + systemTicks) * (1000 / TICKS_PER_SECOND);
  }
  // [[dd-]hh:]mm:ss.hh
  const parts = (await askPs('time', pid)).split(/[-:]/).map(Number).reverse();
  const secondsIn = [1, 60, 3600, 86_400];
  return parts.reduce((sum, part, index) => sum + part * secondsIn[index] * 1000, 0);
}

async function askPs(column, pid) {
  const { code, output } = await runProcess('ps', ['-o', `${column}=`, '-p', String(pid)]);
  if (code !== 0) throw new Error(`ps cannot tell ${column} of process ${pid}: ${output.trim()}`);
  return output.trim();
}
