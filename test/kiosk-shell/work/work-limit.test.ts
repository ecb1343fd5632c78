import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { limitWork } from '../../../kiosk-shell/work/work-limit.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A thread that gets this share of a processor, and had 700 ms of it before. */
function worker(share: number): Parameters<typeof limitWork>[0] {
  const began = Date.now();
  return {
    cpuUsage: () => {
      const spentMs = 700 + (Date.now() - began) * share;
      return Promise.resolve({ user: spentMs * 900, system: spentMs * 100 });
    },
  };
}

describe('the limit of a task', () => {
  it.each([
    ['alone', 1, 1000],
    ['beside as much again', 0.5, 2000],
    ['that gets nothing', 0, 6000],
  ])('is met by a thread %s', async (_, share, atMs) => {
    const over = vi.fn();
    limitWork(worker(share), 1000, over);
    await vi.advanceTimersByTimeAsync(atMs - 1);
    expect(over).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(60);
    expect(over).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(over).toHaveBeenCalledTimes(1);
  });

  it('is not met when the task was done before', async () => {
    const over = vi.fn();
    const stop = limitWork(worker(1), 1000, over);
    await vi.advanceTimersByTimeAsync(999);
    stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(over).not.toHaveBeenCalled();
  });

  it('still ends a thread that answers nothing', async () => {
    const over = vi.fn();
    limitWork({ cpuUsage: () => Promise.reject(new Error('ended')) }, 1000, over);
    await vi.advanceTimersByTimeAsync(6000);
    expect(over).toHaveBeenCalledTimes(1);
  });
});
