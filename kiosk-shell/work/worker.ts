import { parentPort } from 'node:worker_threads';
import { yieldToLoop } from './priority.ts';
import { shared } from './shared-bytes.ts';
import { tasks, type Tasks } from './tasks.ts';

/** The thread's side of `WorkBench`: one message in, one answer out. */
const port = parentPort;
if (port === null) throw new Error('worker.ts runs as a worker thread');

port.on('message', ({ task, input }: { task: keyof Tasks; input: never }) => {
  // Inside a promise, so that a task that throws at once is answered like one that rejects.
  const run = tasks[task] as (input: never) => Promise<unknown>;
  Promise.resolve()
    .then(() => run(input))
    .then(
      (value) => port.postMessage({ ok: true, value: shared(value) }),
      (error: unknown) => port.postMessage({ ok: false, message: error instanceof Error ? error.message : 'failed' }),
    );
});
yieldToLoop();
// From here on a task's own time runs: loading this code is no fault of the first one's.
port.postMessage('ready');
