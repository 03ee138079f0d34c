import type { ConfPlace } from './dovecot-lines.ts';
import { walkConf, type ConfEntry, type ConfTree } from './dovecot-tree.ts';
import { adviseOld } from './push-config-advice-23.ts';
import { adviseNew } from './push-config-advice-24.ts';
import { NOWHERE, type Diagnostics } from './push-config-diagnostics.ts';
import type { PluginList } from './push-config-plugins.ts';
import type { Refusal } from './push-config-refusals.ts';
import type { ConfiguredDriver, PushConfig } from './push-config-types.ts';

/** Everything that the words for people are made of. */
export interface Findings {
  readonly lines: readonly string[];
  readonly tree: ConfTree;
  /** Those that hold for the protocol. */
  readonly entries: readonly ConfEntry[];
  readonly plugins: PluginList;
  readonly refusals: readonly Refusal[];
  readonly config: PushConfig;
  /** The drivers also of a text that is refused. */
  readonly configured: readonly ConfiguredDriver[];
}

/** Says what is skipped, ignored or wrong in a configuration. */
export function advise(to: Diagnostics, found: Findings): void {
  adviseText(to, found);
  adviseRefusals(to, found);
  adviseActivation(to, found);
  if (found.config.dialect === '2.3') adviseOld(to, found);
  else adviseNew(to, found);
  adviseDrivers(to, found);
  adviseMetadata(to, found);
}

/** Events of RFC 5423 that other parts of Dovecot would have to report. */
const FOREIGN_EVENTS: readonly (readonly [name: RegExp, belongsTo: string])[] = [
  [
    /\b(?:Login|Logout)\b/g,
    'they belong to authentication: see the events of the log, or an auth policy server',
  ],
  [/\b(?:QuotaExceed|QuotaWithin)\b/g, 'they belong to the quota plugin: see its warnings (quota_warning)'],
];

function adviseText(to: Diagnostics, { lines, tree }: Findings): void {
  for (const place of tree.hashes) {
    const message =
      "Dovecot takes everything from this '#' on for a comment, and warns about it: put a blank before it";
    to.add('warning', 'ambiguous-hash', place, message);
  }
  for (const [index, line] of lines.entries()) {
    for (const [name, belongsTo] of FOREIGN_EVENTS) {
      for (const match of line.matchAll(name)) {
        const place = {
          line: index + 1,
          column: match.index + 1,
          endColumn: match.index + 1 + match[0].length,
        };
        const message = `${match[0]} is not an event of the push-notification framework; ${belongsTo}`;
        to.add('info', 'foreign-event', place, message);
      }
    }
  }
  walkConf(tree.entries, (entry) => adviseEntry(to, entry));
}

function adviseEntry(to: Diagnostics, entry: ConfEntry): void {
  if (entry.kind === 'include') {
    to.add('info', 'include-not-followed', entry, `${entry.path} is not read: only this text is`);
  } else if (entry.kind === 'section') {
    if (!['local', 'remote', 'local_name', 'group'].includes(entry.key)) return;
    const message = `What stands in this ${entry.key} section is left out: it holds for some connections only`;
    to.add('info', 'section-not-followed', entry, message);
  } else if (entry.form === 'file') {
    to.add('info', 'file-not-read', entry, `${entry.value} is not read: its name stands for the value here`);
  } else if (entry.form === 'variable' && entry.key !== 'mail_plugins') {
    const message =
      'Words that begin with $ are not replaced here; Dovecot puts in the setting or the environment variable of that name';
    to.add('info', 'reference-not-replaced', entry, message);
  }
}

/** What is said in place of Dovecot's words, by code. */
const HINTS: Readonly<Record<string, string>> = {
  'syntax-of-2.3': 'plugin { } is the syntax of Dovecot 2.3; 2.4 has push_notification NAME { }',
  'syntax-of-2.4':
    'push_notification NAME { } is the syntax of Dovecot 2.4; 2.3 has plugin { push_notification_driver = … }',
  'outside-plugin': 'It is read in plugin { } only',
};

function adviseRefusals(to: Diagnostics, { refusals }: Findings): void {
  for (const refusal of refusals) {
    const hint = HINTS[refusal.code];
    const message = `Dovecot refuses the whole configuration: ${refusal.message}${hint === undefined ? '' : `. ${hint}`}`;
    to.add('error', refusal.code, refusal, message);
  }
}

function adviseActivation(to: Diagnostics, { config, plugins, configured }: Findings): void {
  const { activation, protocol } = config;
  const place = plugins.place ?? NOWHERE;
  if (activation.state === 'fatal') {
    const message = `Mail does not work at all in ${protocol} sessions: ${activation.message}`;
    to.add('error', 'session-fails', place, message);
  } else if (activation.state === 'inactive') {
    const elsewhere =
      config.activeProtocols.length === 0 ? '' : ` (only for ${config.activeProtocols.join(', ')})`;
    const message = `No notifications in ${protocol} sessions: mail_plugins lacks notify and push_notification there${elsewhere}`;
    to.add('warning', 'not-active', place, message);
  } else if (activation.state === 'active' && !plugins.place && configured.length > 0) {
    const message = 'The text does not set mail_plugins: notify and push_notification are taken as loaded';
    to.add('info', 'plugins-assumed', NOWHERE, message);
  }
  if (configured.length === 0 && config.fallback.length === 0 && activation.state === 'active') {
    to.add(
      'info',
      'no-drivers',
      NOWHERE,
      `No driver is configured for ${protocol} sessions: nothing is reported`,
    );
  }
}

function adviseDrivers(to: Diagnostics, found: Findings): void {
  const { config, configured } = found;
  const failed = configured.findIndex(({ problem }) => problem !== undefined);
  const first = configured[failed];
  if (first?.problem === undefined) return;
  to.add(
    'error',
    'driver-does-not-start',
    placeOfDriver(first, found),
    `${first.name} does not start. ${explain(first, config)}`,
  );
  for (const driver of configured.slice(failed + 1)) {
    const message = `${driver.name} is not started: ${first.name} before it does not start`;
    to.add('warning', 'driver-not-reached', placeOfDriver(driver, found), message);
  }
}

function explain({ driver, problem = '' }: ConfiguredDriver, { dialect, plugins }: PushConfig): string {
  const isLua = driver.toLowerCase() === 'lua';
  if (isLua && !plugins.includes('push_notification_lua')) {
    return `Dovecot says: ${problem}. mail_plugins lacks mail_lua and push_notification_lua`;
  }
  if (/^(Unknown|Unable)/.test(problem) && dialect === '2.4' && driver.includes(':')) {
    return `Dovecot says: ${problem}. In 2.4 the options are settings of their own: driver = ox, ox_url = …`;
  }
  if (/^(Unknown|Unable)/.test(problem)) return `Dovecot says: ${problem}. There are dlog, ox and lua`;
  if (problem.includes('unexpectedly not found')) return `Dovecot says: ${problem}. The block has no ox_url`;
  return `Dovecot says: ${problem}${dialect === '2.3' && isLua ? '. Write lua:file=/path/to/script.lua' : ''}`;
}

/** The line on which the driver is configured, without the blanks around it. */
function placeOfDriver({ line }: ConfiguredDriver, { lines }: Findings): ConfPlace {
  const text = lines[line - 1] ?? '';
  const column = text.length - text.trimStart().length + 1;
  return { line, column, endColumn: Math.max(column, text.trimEnd().length + 1) };
}

/** The ox driver asks METADATA whether a user wants notifications: without a dict for it nothing is ever sent. */
function adviseMetadata(to: Diagnostics, found: Findings): void {
  const { configured, entries, config } = found;
  const ox = configured.find(({ driver }) => driver.toLowerCase() === 'ox');
  const setting = config.dialect === '2.3' ? 'mail_attribute_dict' : 'mail_attribute';
  if (!ox || entries.some((entry) => entry.kind !== 'include' && entry.key === setting)) return;
  const message = `The ox driver sends nothing for a user without METADATA, which needs ${setting}: this text does not set it`;
  to.add('info', 'metadata-not-set', placeOfDriver(ox, found), message);
}
