import { MAX_BLOCKS, readBlocks, type PushBlock } from './push-config-24.ts';
import type { Findings } from './push-config-advice.ts';
import type { Diagnostics } from './push-config-diagnostics.ts';

const DRIVERS: readonly string[] = ['dlog', 'ox', 'lua'];

/** What can only be said about `push_notification` blocks. */
export function adviseNew(to: Diagnostics, { entries, configured }: Findings): void {
  const kinds = new Map(configured.map(({ name, driver }) => [name, driver.toLowerCase()]));
  for (const block of readBlocks(entries)) adviseBlock(to, block, kinds.get(block.name) ?? block.name);
  const left = entries.find((entry) => isLeftOut(entry, kinds));
  if (left) to.add('warning', 'too-many-drivers', left, `Only the first ${MAX_BLOCKS} drivers are read`);
}

function adviseBlock(to: Diagnostics, { settings }: PushBlock, kind: string): void {
  for (const [fullName, setting] of settings) {
    const owner = ownerOf(fullName);
    if (owner === undefined || owner === kind || !DRIVERS.includes(kind)) continue;
    const message = `${setting.key} is a setting of the ${owner} driver: ${kind} does not read it`;
    to.add('warning', 'unused-setting', setting, message);
  }
  const ttl = settings.get('push_notification_ox_cache_ttl');
  if (kind !== 'ox' || !ttl || /^(infinite|unlimited)$/.test(ttl.value)) return;
  const message =
    'Dovecot 2.4 counts the milliseconds of ox_cache_ttl as seconds: 60s keeps METADATA for 16 hours, 60ms for a minute';
  to.add('info', 'cache-ttl-unit', ttl, message);
}

function isLeftOut(entry: Findings['entries'][number], kinds: ReadonlyMap<string, string>): boolean {
  if (entry.kind !== 'section' || entry.key !== 'push_notification' || !entry.name) return false;
  return !kinds.has(entry.name);
}

function ownerOf(fullName: string): 'ox' | 'lua' | undefined {
  if (fullName.startsWith('push_notification_ox_')) return 'ox';
  return fullName.startsWith('lua_') ? 'lua' : undefined;
}
