import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../drivers/clock.ts';

/** What the machine's clock says, microseconds; Node's timers are moved apart from it. */
let micros = 0;
const ended: string[] = [];

beforeEach(() => {
  micros = 7_000;
  ended.length = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.spyOn(process.hrtime, 'bigint').mockImplementation(() => BigInt(micros) * 1000n);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Node's timers take so many milliseconds for over; the clock says how many microseconds it was. */
function pass(ms: number, really: number): void {
  micros += really;
  vi.advanceTimersByTime(ms);
}

describe('a wait', () => {
  it('is never shorter than asked for, though the timer fires early', () => {
    systemClock.after(20, () => ended.push('over'));
    pass(20, 19_300);
    expect(ended).toEqual([]);
    pass(1, 600);
    expect(ended).toEqual([]);
    pass(1, 200);
    expect(ended).toEqual(['over']);
    pass(100, 100_000);
    expect(ended).toEqual(['over']);
  });

  it('that is called off does not end, nor while the rest of it is waited for', () => {
    const [first, second] = [1, 2].map((n) => systemClock.after(20, () => ended.push(`wait ${n}`)));
    first?.();
    pass(20, 19_300);
    second?.();
    pass(100, 100_000);
    expect(ended).toEqual([]);
  });
});
