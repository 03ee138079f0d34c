import { HostCallError, type HostCallName } from './host-calls.ts';

/** Names, URLs, templates and headers: a hundred times what anybody needs, and nothing to the main thread. */
const MAX_TEXT_LENGTH = 64 * 1024;
/** Where something else is right: what is to be kept or was sent, and templates, whose variables take time. */
const textLengths: Partial<Record<HostCallName, number>> = {
  'mail.changeMetadata': 16 * 1024 * 1024,
  'socket.record': 16 * 1024 * 1024,
  'mail.expand': 8 * 1024,
};
/** Keys, headers and the like, all lists together. */
const MAX_ITEMS = 1000;

/**
 * What a script asks for is read on the main thread, where the window and the endpoint wait meanwhile: its size must
 * be bounded before it goes there. Bytes are not read, and pass.
 *
 * @throws HostCallError when it is too much.
 */
export function checkArgument(name: HostCallName, argument: unknown): void {
  let textLeft = textLengths[name] ?? MAX_TEXT_LENGTH;
  let itemsLeft = MAX_ITEMS;
  const check = (value: unknown): void => {
    if (typeof value === 'string') textLeft -= value.length;
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
    const items = Object.values(value);
    itemsLeft -= items.length;
    if (itemsLeft >= 0) items.forEach(check);
  };
  check(argument);
  if (textLeft < 0) throw new HostCallError('the text is too long');
  if (itemsLeft < 0) throw new HostCallError(`more than ${MAX_ITEMS} values`);
}
