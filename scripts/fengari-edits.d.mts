export interface SourceEdit {
  readonly find: string | RegExp;
  readonly put: string;
  readonly times: number;
  readonly why: string;
}

/** By file of fengari's src folder. */
export declare const EDITS: Readonly<Record<string, readonly SourceEdit[]>>;

export declare function editSource(
  name: string,
  source: string,
  edits?: Readonly<Record<string, readonly SourceEdit[]>>,
): string;
