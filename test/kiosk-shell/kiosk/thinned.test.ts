import { expect, it } from 'vitest';
import { thinned } from '../../../kiosk-shell/kiosk/thinned.ts';

/** Half a circle written so fast that five samples are left of it. */
const ARC = Array.from({ length: 5 }, (_, i) => {
  const angle = (Math.PI * i) / 4;
  return { x: 500 - 200 * Math.cos(angle), y: 300 - 200 * Math.sin(angle) };
});

it('what is kept of a fast stroke goes to screens as the curve that the document shows, not as chords', () => {
  const [stroke = []] = thinned({ width: 1_000, height: 500, strokes: [ARC] });
  const off = stroke.map(([x, y]) => Math.abs(Math.hypot(x * 1_000 - 500, y * 500 - 300) - 200));
  // Chords would lie 15 units inside.
  expect(Math.max(...off)).toBeLessThan(8);
});

it('its places lie at equal distances, wherever samples were', () => {
  const [stroke = []] = thinned({ width: 1_000, height: 500, strokes: [ARC] });
  const steps = stroke
    .slice(1, -1)
    .map(([x, y], i) => Math.hypot((x - stroke[i]![0]) * 1_000, (y - stroke[i]![1]) * 500));
  expect(stroke.length).toBeGreaterThan(60);
  expect(Math.max(...steps) - Math.min(...steps)).toBeLessThan(0.5);
});
