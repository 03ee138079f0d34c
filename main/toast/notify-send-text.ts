import type { ToastText } from './toast-text.ts';

// A leading minus makes an option of the text, and notify-send has no `--` that node-notifier could pass.
const INVISIBLE_PREFIX = '\u200B';

/**
 * The body as a notification server with `body-markup` must get it so that it shows mail as plain text.
 * Titles are plain text in every server. Source: Desktop Notifications Specification 1.2, "Markup".
 */
export function escapeMarkup(body: string): string {
  return body.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * Title and body as node-notifier must get them for notify-send, which reads C escapes in the body
 * (g_strcompress) and options in both. The shell's quoting is node-notifier's part.
 */
export function notifySendText({ title, body }: ToastText, hasBodyMarkup: boolean): ToastText {
  const plain = hasBodyMarkup ? escapeMarkup(body) : body;
  return { title: guardMinus(title), body: guardMinus(plain.replaceAll('\\', '\\\\')) };
}

/** terminal-notifier reads its arguments as property lists and options; an invisible first character ends both. */
export function terminalNotifierText({ title, body }: ToastText): ToastText {
  const guard = (text: string) => (/^[[({<"@\\-]/.test(text) ? INVISIBLE_PREFIX + text : text);
  return { title: guard(title), body: guard(body) };
}

function guardMinus(text: string): string {
  return text.startsWith('-') ? INVISIBLE_PREFIX + text : text;
}
