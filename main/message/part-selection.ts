import type { MimePart } from './mime-tree.ts';

/**
 * Finds the part that the snippet is taken from, depth first: the message itself when it is text, or the first
 * text part below it. Of alternatives it is the first plain one, else the last HTML one, else the last of
 * another text type; multiparts between the alternatives are not searched. Attachments count as text parts
 * when their type is text, messages inside the message do not.
 *
 * Undefined when there is no text part.
 *
 * Source: Dovecot lib-storage/index/index-mail.c, index_mail_find_first_text_mime_part.
 */
export function findTextPart(part: MimePart): MimePart | undefined {
  if (isText(part)) return part;
  if (part.contentType?.type !== 'multipart') return undefined;
  if (part.contentType.subtype === 'alternative') return findAlternative(part.children);
  for (const child of part.children) {
    const found = findTextPart(child);
    if (found) return found;
  }
  return undefined;
}

function findAlternative(children: readonly MimePart[]): MimePart | undefined {
  const texts = children.filter(isText);
  const plain = texts.find(({ contentType }) => !contentType || contentType.subtype === 'plain');
  return plain ?? texts.findLast(({ contentType }) => contentType?.subtype === 'html') ?? texts.at(-1);
}

// A part without a Content-Type is text/plain (RFC 2045 §5.2).
function isText({ contentType }: MimePart): boolean {
  return !contentType || contentType.type === 'text';
}
