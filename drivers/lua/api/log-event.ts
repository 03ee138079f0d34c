/** An event of Dovecot, as far as it decides what a log line looks like. Source: Dovecot lib/lib-event.c. */
export interface LogEvent {
  readonly parent: LogEvent | undefined;
  prefix: string;
  /** The prefix takes the place of the parents', and of what the process itself writes before its lines. */
  replacesParents: boolean;
  /** Debug lines are written whether they are asked for or not. */
  isDebugForced: boolean;
}

/** The event of a script, from which all others descend. */
export function createScriptEvent(): LogEvent {
  return { parent: undefined, prefix: 'lua: ', replacesParents: false, isDebugForced: false };
}

export function createChildEvent(parent: LogEvent): LogEvent {
  const { isDebugForced } = parent;
  return { parent, prefix: '', replacesParents: false, isDebugForced };
}

/** What a line of this event begins with. Source: Dovecot lib/event-log.c, event_get_log_message. */
export function linePrefix(event: LogEvent): { readonly text: string; readonly replacesProcess: boolean } {
  let text = '';
  for (let one: LogEvent | undefined = event; one; one = one.parent) {
    text = one.prefix + text;
    if (one.replacesParents) return { text, replacesProcess: true };
  }
  return { text, replacesProcess: false };
}
