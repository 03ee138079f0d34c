import type { EndpointStatus } from '#contract/ipc';
import { messages } from '../messages.ts';

/** A light with its word; the word alone is enough. Undefined: nobody has said yet. */
export function ListenerLight({ state }: { readonly state: EndpointStatus['state'] | undefined }) {
  return (
    <span className="light" data-state={state ?? 'unknown'}>
      <span className="light-dot" aria-hidden="true" />
      <span className="light-word">{messages.endpoint[state ?? 'unknown']}</span>
    </span>
  );
}
