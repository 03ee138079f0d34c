import { z } from 'zod';

/** One mailbox of one user. `mailbox` is the virtual name: UTF-8, `/` between levels, `INBOX` in upper case. */
export interface MailboxRef {
  readonly user: string;
  readonly mailbox: string;
}

/** One message. `uid` and `uidValidity` are unsigned 32-bit (RFC 3501 §2.3.1.1); 0 means not known. */
export interface MessageRef extends MailboxRef {
  readonly uid: number;
  readonly uidValidity: number;
}

const UINT32_MAX = 0xffff_ffff;
const uint32 = z.number().int().min(0).max(UINT32_MAX);

const mailboxRefShape = { user: z.string(), mailbox: z.string() };
const messageRefShape = { ...mailboxRefShape, uid: uint32, uidValidity: uint32 };
type RefShape<Kind> = Kind extends 'message' ? typeof messageRefShape : typeof mailboxRefShape;

/**
 * What the framework knows about one RFC 5423 event.
 *
 * `select` gives what a registration with this config receives of the full data, or undefined when it
 * receives nothing. `create` completes the item that the first registration makes of that. `merge` joins what a
 * later registration, or the same one on a later change, selects into the item that is there on the same
 * message; mailbox events have none, they repeat once per registration.
 *
 * Source: Dovecot push-notification-events.h (push_notification_event_vfuncs).
 */
export interface EventDefinition<
  Name extends string = string,
  Kind extends 'mailbox' | 'message' = 'mailbox' | 'message',
  Shape extends z.ZodRawShape = z.ZodRawShape,
  Config = unknown,
> {
  readonly name: Name;
  readonly kind: Kind;
  readonly data: z.ZodObject<Shape>;
  /** The whole event as it stands in a report: name, identity and data. */
  readonly schema: z.ZodObject<{ name: z.ZodLiteral<Name> } & RefShape<Kind> & Shape>;
  readonly defaultConfig: Config;
  select(data: z.output<z.ZodObject<Shape>>, config: Config): z.output<z.ZodObject<Shape>> | undefined;
  create(selected: z.output<z.ZodObject<Shape>>, config: Config): z.output<z.ZodObject<Shape>>;
  merge(
    item: z.output<z.ZodObject<Shape>>,
    selected: z.output<z.ZodObject<Shape>>,
  ): z.output<z.ZodObject<Shape>>;
}

type Draft<
  Name extends string,
  Kind extends 'mailbox' | 'message',
  Shape extends z.ZodRawShape,
  Config,
> = Pick<EventDefinition<Name, Kind, Shape, Config>, 'name' | 'kind' | 'data' | 'defaultConfig'> &
  Partial<Pick<EventDefinition<Name, Kind, Shape, Config>, 'select' | 'create' | 'merge'>>;

/** Completes a definition: without `select` every registration gets all data, without `merge` the first item stays. */
export function defineEvent<
  const Name extends string,
  const Kind extends 'mailbox' | 'message',
  Shape extends z.ZodRawShape,
  Config,
>(draft: Draft<Name, Kind, Shape, Config>): EventDefinition<Name, Kind, Shape, Config> {
  const identity = draft.kind === 'message' ? messageRefShape : mailboxRefShape;
  return {
    select: (data) => data,
    create: (selected) => selected,
    merge: (item) => item,
    ...draft,
    schema: z.object({
      name: z.literal(draft.name),
      ...(identity as RefShape<Kind>),
      ...draft.data.shape,
    }) as unknown as EventDefinition<Name, Kind, Shape, Config>['schema'],
  };
}

/** The flags of RFC 3501 §2.3.2, in the order in which Dovecot lists them. */
export const systemFlags = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft', '\\Recent'] as const;

/** Sorts flags into Dovecot's order and drops repetitions. */
export function orderFlags(flags: readonly string[]): string[] {
  return systemFlags.filter((flag) => flags.includes(flag));
}
