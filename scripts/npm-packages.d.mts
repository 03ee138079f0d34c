export interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly optional?: boolean;
}
export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export declare function isInstalledAsLocked(wanted: Lockfile, installed: Lockfile): boolean;
