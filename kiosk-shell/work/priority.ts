import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/**
 * Puts the calling thread behind the others of this machine: where there are as many threads as processors, pens and screens
 * go first. Only Linux has priorities of threads; elsewhere nothing happens.
 */
export function yieldToLoop(): void {
  try {
    // `PID/task/TID`; the call takes the number of a thread as it takes that of a process (setpriority(2), notes).
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // As it was: slower for pens, not wrong.
  }
}
