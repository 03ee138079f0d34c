import { describe, expect, it } from 'vitest';
import { isInstalledAsLocked } from '../../scripts/npm-packages.mjs';

const lock = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/only-on-windows': { version: '2.0.0', integrity: 'sha512-w', optional: true },
  },
};
const a = { version: '1.0.0', integrity: 'sha512-a' };

describe('isInstalledAsLocked', () => {
  it('accepts an installation that lacks optional packages of other systems', () => {
    expect(isInstalledAsLocked(lock, { packages: { 'node_modules/a': a } })).toBe(true);
  });

  it('notices another version', () => {
    expect(isInstalledAsLocked(lock, { packages: { 'node_modules/a': { ...a, version: '1.0.1' } } })).toBe(
      false,
    );
  });

  it('notices other contents under the same version', () => {
    expect(
      isInstalledAsLocked(lock, { packages: { 'node_modules/a': { ...a, integrity: 'sha512-b' } } }),
    ).toBe(false);
  });

  it('notices a missing and a left-over package', () => {
    expect(isInstalledAsLocked(lock, { packages: {} })).toBe(false);
    expect(isInstalledAsLocked(lock, { packages: { 'node_modules/a': a, 'node_modules/gone': a } })).toBe(
      false,
    );
  });
});
