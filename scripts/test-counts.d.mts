export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export declare const NOTHING: Counts;
export declare function addCounts(a: Counts, b: Counts): Counts;
export declare function closingLine(counts: Counts): string;
export declare function countFromOutput(output: string, exitCode: number): Counts;
export declare function countFromVitest(json: string | undefined, exitCode: number): Counts;
