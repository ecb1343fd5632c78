import type { Worker } from 'node:worker_threads';

/** A task that gets no processor time, or waits for what never comes, is over after so many times its limit. */
const LONGEST_WAIT = 6;
/** Close to the limit the worker is asked no more often than this. */
const SHORTEST_LOOK_MS = 20;

/**
 * Tells once when the worker has spent `limitMs` of processor time from now on. A sound document on a busy machine is not
 * to blame for the time that others took. Returns what stops it.
 */
export function limitWork(worker: Pick<Worker, 'cpuUsage'>, limitMs: number, over: () => void): () => void {
  const longest = setTimeout(end, limitMs * LONGEST_WAIT);
  let next = setTimeout(look, limitMs);
  let stopped = false;
  // An ended worker answers no more; that it has ended is told by itself.
  const before = spentBy(worker).catch(() => 0);

  function look(): void {
    Promise.all([spentBy(worker), before])
      .then(([now, began]) => {
        const left = limitMs - (now - began);
        if (stopped) return;
        if (left <= 0) end();
        else next = setTimeout(look, Math.max(left, SHORTEST_LOOK_MS));
      })
      .catch(() => undefined);
  }
  function end(): void {
    stop();
    over();
  }
  function stop(): void {
    stopped = true;
    clearTimeout(next);
    clearTimeout(longest);
  }
  return stop;
}

async function spentBy(worker: Pick<Worker, 'cpuUsage'>): Promise<number> {
  const { user, system } = await worker.cpuUsage();
  return (user + system) / 1000;
}
