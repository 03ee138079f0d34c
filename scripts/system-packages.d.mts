export declare const SYSTEM_NEEDS: Readonly<
  Record<'desktop' | 'virtualDesktop' | 'test', Readonly<Record<string, readonly string[]>>>
>;

export declare function findMissing(
  needs: Readonly<Record<string, readonly string[]>>,
  machine: {
    readonly libraries: string;
    readonly folders: readonly string[];
    readonly exists: (file: string) => boolean;
  },
): string[];

export declare function hasCandidate(policy: string, name: string): boolean;
