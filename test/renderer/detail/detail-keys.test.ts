import { describe, expect, it } from 'vitest';
import { tabOfKey } from '../../../renderer/detail/detail-tabs.tsx';
import { clampWidth } from '../../../renderer/detail/resize-handle.tsx';

describe('tabOfKey', () => {
  it('goes round in both directions', () => {
    expect(tabOfKey('ArrowRight', 'summary')).toBe('payload');
    expect(tabOfKey('ArrowRight', 'trace')).toBe('summary');
    expect(tabOfKey('ArrowLeft', 'summary')).toBe('trace');
    expect(tabOfKey('Home', 'http')).toBe('summary');
    expect(tabOfKey('End', 'summary')).toBe('trace');
  });

  it('leaves other keys to others', () => {
    expect(tabOfKey('Enter', 'summary')).toBeUndefined();
  });
});

describe('clampWidth', () => {
  it('keeps the details readable and the table in sight', () => {
    expect(clampWidth(10)).toBe(320);
    expect(clampWidth(5000)).toBe(720);
    expect(clampWidth(400.4)).toBe(400);
    expect(clampWidth(Number.NaN)).toBe(376);
  });
});
