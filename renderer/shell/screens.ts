import type { IconName } from '../icons/icon.tsx';
import { messages } from '../messages.ts';

/** The screens in the order of the rail; `Ctrl/Cmd+1` opens the first. */
export const screens = [
  { id: 'timeline', label: messages.screens.timeline, icon: 'timeline' },
] as const satisfies readonly Screen[];

interface Screen {
  readonly id: string;
  readonly label: string;
  readonly icon: IconName;
}

export type ScreenId = (typeof screens)[number]['id'];

const isMac = (): boolean => navigator.platform.startsWith('Mac');

/** How the shortcut of a screen is written on this system. */
export function screenShortcut(index: number): string {
  return isMac() ? `⌘${index + 1}` : `Ctrl ${index + 1}`;
}

/** The screen that a key opens, if it is one of ours. */
export function screenOfKey(event: KeyboardEvent): ScreenId | undefined {
  const hasModifier = isMac() ? event.metaKey : event.ctrlKey;
  if (!hasModifier || event.altKey || event.shiftKey) return undefined;
  return screens[Number(event.key) - 1]?.id;
}
