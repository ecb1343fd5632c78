import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { IntakeDesk } from './intake-desk.ts';
import { describeRefusal } from '../cli/refusal-words.ts';

const LOOK_EVERY_MS = 2_000;

/**
 * The watched folder: a PDF that has stopped growing is taken in and moved to `accepted/`, or to `refused/` with a
 * text beside it that says why. Nothing is ever deleted.
 */
export class Inbox {
  readonly #folder: string;
  readonly #intake: IntakeDesk;
  readonly #sizes = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(folder: string, intake: IntakeDesk) {
    this.#folder = folder;
    this.#intake = intake;
    for (const name of ['', 'accepted', 'refused']) mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.look()).catch(() => undefined);
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** One look: files whose size is as it was at the last look are complete. */
  async look(): Promise<void> {
    for (const name of readdirSync(this.#folder).filter((entry) => /\.pdf$/i.test(entry))) {
      const path = join(this.#folder, name);
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats?.isFile() !== true) continue;
      if (this.#sizes.get(name) !== stats.size) {
        this.#sizes.set(name, stats.size);
        continue;
      }
      this.#sizes.delete(name);
      const result = await this.#intake.intake([{ name, bytes: readFileSync(path) }], 'folder');
      const target = freePath(join(this.#folder, result.ok ? 'accepted' : 'refused'), name);
      renameSync(path, target);
      if (!result.ok) writeFileSync(`${target}.txt`, `${describeRefusal(name, result.error.refusal.code)}\n`);
    }
  }
}

/** A name that is not taken yet: what came first keeps its own. */
function freePath(folder: string, name: string): string {
  const stem = basename(name).replace(/\.pdf$/i, '');
  for (let n = 1; ; n += 1) {
    const path = join(folder, n === 1 ? `${stem}.pdf` : `${stem} (${n}).pdf`);
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return path;
  }
}
