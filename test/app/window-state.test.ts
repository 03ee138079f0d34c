import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SIZE, MIN_SIZE, parseWindowState, placeWindow } from '../../main/app/window-state.ts';

const laptop = { x: 0, y: 25, width: 1440, height: 875 };
const monitor = { x: 1440, y: 0, width: 2560, height: 1440 };
const bounds = { x: 100, y: 100, width: 1180, height: 760 };

describe('parseWindowState', () => {
  it('reads what was written', () => {
    expect(parseWindowState(JSON.stringify({ bounds, isMaximized: true }))).toEqual({
      bounds,
      isMaximized: true,
    });
  });

  it.each([
    '',
    'null',
    '[]',
    '{}',
    '{"bounds":{}}',
    '{"bounds":{"x":0,"y":0,"width":"9","height":9}}',
    '{"bounds":{"x":0,"y":0,"width":1e999,"height":9}}',
    '{"bounds":{"x":0.5,"y":0,"width":9,"height":9}}',
    '{"bounds":{"x":0,"y":0,"width":999999999,"height":9}}',
  ])('refuses %s', (text) => {
    expect(parseWindowState(text)).toBeUndefined();
  });
});

describe('placeWindow', () => {
  it('is centred in its default size the first time', () => {
    expect(placeWindow(undefined, [laptop])).toEqual(DEFAULT_SIZE);
  });

  it('keeps a place on any display', () => {
    expect(placeWindow(bounds, [laptop, monitor])).toEqual(bounds);
    const onMonitor = { ...bounds, x: 2000 };
    expect(placeWindow(onMonitor, [laptop, monitor])).toEqual(onMonitor);
  });

  it('is centred when its display is gone', () => {
    expect(placeWindow({ ...bounds, x: 2000 }, [laptop])).toEqual({ width: 1180, height: 760 });
  });

  it('shrinks to a smaller display', () => {
    expect(placeWindow({ x: 0, y: 25, width: 4000, height: 4000 }, [laptop])).toEqual(laptop);
  });

  it('comes down from above the screen', () => {
    expect(placeWindow({ ...bounds, y: 0 }, [laptop]).y).toBe(25);
  });

  it('is never below the minimum, and its title bar always within reach', () => {
    const number = fc.integer({ min: -100_000, max: 100_000 });
    const rectangle = fc.record({ x: number, y: number, width: number, height: number });
    fc.assert(
      fc.property(rectangle, (known) => {
        const place = placeWindow(known, [laptop, monitor]);
        expect(place.width).toBeGreaterThanOrEqual(MIN_SIZE.width);
        expect(place.height).toBeGreaterThanOrEqual(MIN_SIZE.height);
        const { x, y } = place;
        if (x === undefined || y === undefined) return;
        const isReachable = [laptop, monitor].some(
          (area) =>
            y >= area.y && y < area.y + area.height && x < area.x + area.width && x + place.width > area.x,
        );
        expect(isReachable).toBe(true);
      }),
    );
  });
});
