import { z } from 'zod';
import { MAX_ROWS_PER_REQUEST, type IpcRequestName, type IpcRequests } from '#contract/ipc';

// What a window may ask, checked at the border: a page that was taken over could send anything.

/** Report ids have 21 characters. */
const MAX_ID_LENGTH = 64;

const position = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const nothing = z.void();

/** One schema a request; unknown members are refused. */
export const argumentSchemas: { [Name in IpcRequestName]: z.ZodType<IpcRequests[Name][0]> } = {
  'status/get': nothing,
  'timeline/list': z
    .strictObject({ fromSeq: position, toSeq: position })
    .refine(({ fromSeq, toSeq }) => toSeq - fromSeq < MAX_ROWS_PER_REQUEST, {
      error: `not more than ${MAX_ROWS_PER_REQUEST} rows`,
    }),
  'timeline/get': z.strictObject({ id: z.string().min(1).max(MAX_ID_LENGTH) }),
  'test/send': nothing,
  'endpoint/retry': nothing,
};

/**
 * The checked argument of a request.
 * @throws Error in one sentence; it never repeats the argument.
 */
export function parseArgument<Name extends IpcRequestName>(
  name: Name,
  argument: unknown,
): IpcRequests[Name][0] {
  const parsed = argumentSchemas[name].safeParse(argument);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.length ? ` at ${issue.path.join('.')}` : '';
  throw new Error(`${name} was asked with a wrong argument${where}: ${issue?.message ?? 'unknown problem'}`);
}
