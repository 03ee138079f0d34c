export declare const BUILD_INPUTS: readonly string[];
export declare function fingerprintInputs(root: string, inputs: readonly string[]): string;
