import type { ConfPlace } from './dovecot-lines.ts';
import { placeOf } from './dovecot-tree.ts';
import type { ConfigDiagnostic } from './push-config-types.ts';

/** Collects what there is to say about a text. */
export interface Diagnostics {
  add(severity: ConfigDiagnostic['severity'], code: string, place: ConfPlace, message: string): void;
  /** By position; of the same place, in the order in which they were added. */
  list(): readonly ConfigDiagnostic[];
}

/** The beginning of the text: for what is not there. */
export const NOWHERE: ConfPlace = { line: 1, column: 1, endColumn: 1 };

/** Nobody reads more, and a window that had to show them would stand still. */
const MAX_FOUND = 1000;

export function createDiagnostics(): Diagnostics {
  const found: ConfigDiagnostic[] = [];
  return {
    add(severity, code, place, message) {
      if (found.length < MAX_FOUND) found.push({ severity, code, message, ...placeOf(place) });
    },
    list: () => found.toSorted((a, b) => a.line - b.line || a.column - b.column),
  };
}
