import { expect, test } from 'vitest';
import { sleep, systemClock } from '../../drivers/clock.ts';

/** Begins where Node's timers are the most early: late in a millisecond, with an event loop that does not sleep. */
function lateInAMillisecond(): () => void {
  let busy = true;
  const turn = (): void => {
    if (busy) setImmediate(turn);
  };
  turn();
  while (systemClock.now() % 1000 < 900);
  return () => {
    busy = false;
  };
}

test('a wait is never shorter than asked for', async () => {
  const rest = lateInAMillisecond();
  const begun = systemClock.now();
  await sleep(systemClock, 20);
  rest();
  expect(systemClock.now() - begun).toBeGreaterThanOrEqual(20_000);
});

test('a wait that is called off does not end', async () => {
  const ended: string[] = [];
  const rest = lateInAMillisecond();
  const stop = systemClock.after(5, () => ended.push('called off'));
  const begun = systemClock.now();
  // Between the moment Node's timer fires and the one that was asked for.
  while (systemClock.now() - begun < 4900) await new Promise(setImmediate);
  stop();
  await sleep(systemClock, 10);
  rest();
  expect(ended).toEqual([]);
});
