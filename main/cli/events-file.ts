import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { findEvent, pushEventSchema, type PushEvent } from '#framework';
import { StartError } from './command.ts';

/** Whose events they are that name nobody. */
const SOMEBODY = 'user@example.com';

/**
 * Reads events, one JSON object a line: an event as it stands in a report, or a whole exported report. What an
 * event needs and does not say is filled in: the user, INBOX, message 1.
 *
 * @throws StartError naming file and line of what cannot be read.
 */
export async function readEvents(file: string, user: string | undefined): Promise<PushEvent[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new StartError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  });
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return [];
    try {
      return readLine(JSON.parse(line), user);
    } catch (error) {
      const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
      throw new StartError(`${file}:${at + 1}: ${reason}`, { cause: error });
    }
  });
}

function readLine(value: unknown, user: string | undefined): PushEvent[] {
  if (typeof value !== 'object' || value === null) throw new Error('an event is a JSON object');
  if (!('events' in value)) return [readEvent(value, user)];
  if (!Array.isArray(value.events)) throw new Error('events is not a list');
  return value.events.map((event: unknown) => readEvent({ ...(event as object) }, user));
}

function readEvent(value: object, user: string | undefined): PushEvent {
  const name = 'name' in value ? String(value.name) : '';
  const definition = findEvent(name);
  if (!definition) throw new Error(`there is no event ${JSON.stringify(name)}`);
  const defaults = {
    user: SOMEBODY,
    mailbox: 'INBOX',
    ...(definition.kind === 'message' && { uid: 1, uidValidity: 1 }),
  };
  return pushEventSchema.parse({
    ...defaults,
    ...value,
    name: definition.name,
    ...(user !== undefined && { user }),
  });
}
