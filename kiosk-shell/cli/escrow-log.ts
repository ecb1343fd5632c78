import { closeSync, constants, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { utf8 } from '../../signing/bytes.ts';
import { isoTime } from '../../signing/clock.ts';
import {
  nextReleaseLine,
  parseReleaseLog,
  type ReleaseEntry,
  type ReleaseEvent,
  type ReleaseLogProblem,
} from '../../signing/escrow/release-log.ts';
import type { Result } from '../../signing/result.ts';

/** The log as a file that is only ever appended to; every line is on the disk before the call returns. */
export class ReleaseLogFile {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }

  entries(): Result<readonly ReleaseEntry[], ReleaseLogProblem> {
    return parseReleaseLog(existsSync(this.path) ? readFileSync(this.path) : new Uint8Array());
  }

  /** Read anew each time: another release may have been written meanwhile. @throws Error when the log is damaged */
  append(event: ReleaseEvent, at: number, release: number | null): ReleaseEntry {
    const entries = this.entries();
    if (!entries.ok) throw new Error(`the release log is damaged at line ${entries.error.line}`);
    const { entry, line } = nextReleaseLine(entries.value, event, { at: isoTime(at), release });
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const file = openSync(this.path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600);
    try {
      // One write, so that a second process never lands in the middle of a line.
      writeSync(file, utf8(line));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    return entry;
  }
}
