import type { ConfPlace, ConfSetting } from './dovecot-lines.ts';
import { placeOf, type ConfEntry, type ConfSection, type ConfTree } from './dovecot-tree.ts';
import {
  isUnknownAtTop,
  resolveName,
  settingType,
  unknownInBlock,
  valueProblem,
} from './push-config-settings-24.ts';
import { oxUrlProblem } from './push-config-url.ts';
import type { ConfiguredDriver } from './push-config-types.ts';

/** Something for which Dovecot does not take the text at all, in its words. */
export interface Refusal extends ConfPlace {
  readonly code: string;
  readonly message: string;
}

/** What a lua_file is, seen from outside: absent is well, else Dovecot's `open(F) failed: No such file or directory`. */
export type FileCheck = (path: string) => string | undefined;

interface Rules {
  readonly hasOxFilter: boolean;
  readonly fileProblem: FileCheck | undefined;
}

/** What Dovecot 2.3 refuses: what is misspelt, and settings of ours outside `plugin {}`. */
export function refusals23(tree: ConfTree): readonly Refusal[] {
  const found = tree.errors.map(({ message, ...place }) => ({ ...placeOf(place), code: 'syntax', message }));
  return [...found, ...outsidePlugin(tree.entries)].toSorted((a, b) => a.line - b.line);
}

function outsidePlugin(entries: readonly ConfEntry[]): readonly Refusal[] {
  return entries.flatMap((entry) => {
    if (entry.kind === 'section' && entry.key === 'protocol') return outsidePlugin(entry.entries);
    if (entry.kind === 'include' || !entry.key.startsWith('push_notification')) return [];
    const code = entry.kind === 'section' ? 'syntax-of-2.4' : 'outside-plugin';
    return [refusal(entry, code, `Unknown setting: ${entry.key}`)];
  });
}

/** What Dovecot 2.4 refuses line by line, in the order of the text; Dovecot itself says the first only. */
export function refusals24(tree: ConfTree, rules: Rules): readonly Refusal[] {
  const found = tree.errors.map(({ message, ...place }) => ({ ...placeOf(place), code: 'syntax', message }));
  return [...found, ...refusalsOf(tree.entries, rules)].toSorted((a, b) => a.line - b.line);
}

function refusalsOf(entries: readonly ConfEntry[], rules: Rules): readonly Refusal[] {
  return entries.flatMap((entry) => {
    if (entry.kind === 'setting') return topSettingProblem(entry, rules);
    return entry.kind === 'section' ? sectionProblem(entry, rules) : [];
  });
}

function topSettingProblem(setting: ConfSetting, rules: Rules): readonly Refusal[] {
  if (setting.key === 'push_notification') {
    const message = `Setting is a named list filter, use 'push_notification ${setting.value} {'`;
    return [refusal(setting, 'not-a-setting', `push_notification: ${message}`)];
  }
  if (isUnknownAtTop(setting.key)) {
    return [refusal(setting, 'unknown-setting', `${setting.key}: Unknown setting: ${setting.key}`)];
  }
  return settingProblem(setting, setting.key, rules);
}

function sectionProblem(section: ConfSection, rules: Rules): readonly Refusal[] {
  switch (section.key) {
    case 'protocol':
      return refusalsOf(section.entries, rules);
    case 'push_notification':
      return blockProblem(section, rules);
    case 'push_notification_ox':
      return rules.hasOxFilter ? [] : [unknownSection(section)];
    case 'plugin':
      return [refusal(section, 'syntax-of-2.3', 'Unknown section name: plugin')];
    default:
      return [];
  }
}

function blockProblem(section: ConfSection, rules: Rules): readonly Refusal[] {
  const { name } = section;
  if (name === undefined) {
    return [refusal(section, 'block-without-name', 'push_notification { } is missing section name')];
  }
  if (name.startsWith('__')) {
    const message = `Failed to set push_notification=${name} for struct push_notification: Named list filter name must not begin with '__': ${name}`;
    return [refusal(section, 'reserved-name', message)];
  }
  return section.entries.flatMap((entry) => {
    if (entry.kind === 'include') return [];
    if (entry.kind === 'section') return isBlockSection(entry, rules) ? [] : [unknownSection(entry)];
    const full = resolveName(name, entry.key);
    if (full !== undefined) return settingProblem(entry, full, rules);
    return [refusal(entry, 'unknown-setting', `${entry.key}: ${unknownInBlock(name, entry.key)}`)];
  });
}

function isBlockSection(section: ConfSection, rules: Rules): boolean {
  return (
    ['lua_settings', 'mail_plugins'].includes(section.key) ||
    (section.key === 'push_notification_ox' && rules.hasOxFilter)
  );
}

function settingProblem(setting: ConfSetting, fullName: string, rules: Rules): readonly Refusal[] {
  const type = fullName.includes('/') ? undefined : settingType(fullName);
  const { key, value } = setting;
  if (type === 'file') {
    const isPath = value !== '' && !value.startsWith('inline:') && !value.includes('%{');
    const problem = isPath ? rules.fileProblem?.(value) : undefined;
    return problem === undefined ? [] : [refusal(setting, 'file-missing', `${key}: ${problem}`)];
  }
  if (fullName === 'lua_settings' && value !== '') {
    return [refusal(setting, 'not-a-setting', `${key}: Setting is a string list, use 'lua_settings {'`)];
  }
  const problem = setting.form === 'variable' ? undefined : valueProblem(type, value);
  return problem === undefined ? [] : [refusal(setting, 'bad-value', `${key}: ${problem}`)];
}

/** What Dovecot refuses once the whole text is read. */
export function laterRefusal(driver: ConfiguredDriver, expandsUrl: boolean): string | undefined {
  const { ox_url: url = '', ox_cache_ttl: ttl = '' } = driver.settings;
  if (driver.settings['http_client_request_max_attempts'] === '0')
    return 'request_max_attempts must not be 0';
  if (isZeroTime(driver.settings['http_client_request_timeout'])) {
    return 'http_client_request_timeout_msecs must not be 0';
  }
  const hasVariable = url.includes('%{');
  const seen = hasVariable ? 'UNKNOWN_VALUE_WITH_VARIABLES' : url;
  const isLeft = url === '' || (hasVariable && expandsUrl);
  const problem = isLeft ? undefined : oxUrlProblem(seen, { nameCharacters: true });
  if (problem !== undefined) return `Invalid push_notification_ox_url '${seen}': ${problem}`;
  return isZeroTime(ttl) ? 'push_notification_ox_cache_ttl must not be 0' : undefined;
}

function isZeroTime(value: string | undefined): boolean {
  return value !== undefined && /^0+ *[a-z]*$/i.test(value);
}

function unknownSection(section: ConfSection): Refusal {
  return refusal(section, 'unknown-section', `Unknown section name: ${section.key}`);
}

function refusal(place: ConfPlace, code: string, message: string): Refusal {
  return { ...placeOf(place), code, message };
}
