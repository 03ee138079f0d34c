export interface ElectronRuntime {
  readonly dir: string;
  readonly executable: string;
  readonly version: string;
  readonly origin: 'given' | 'official' | 'registry';
}

export declare function findElectronRuntime(): ElectronRuntime | undefined;
export declare function electronRuntimeDir(): string;
export declare function electronExecutable(): string;
export declare function ensureElectronRuntime(): Promise<ElectronRuntime>;
export declare function electronSwitches(): string[];
