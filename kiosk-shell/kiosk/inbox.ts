import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DOCUMENT_LIMITS } from '../../signing/documents/document.ts';
import type { NewId, TransactionId } from '../../signing/ids.ts';
import type { Result } from '../../signing/result.ts';
import type { IntakeFile } from './intake-readiness.ts';
import { describeRefusal } from '../cli/refusal-words.ts';

/** Why a file is not taken in: a code that `describeRefusal` has words for. */
interface FolderRefusal {
  readonly refusal: { readonly code: string };
}

const LOOK_EVERY_MS = 2_000;

export interface InboxPorts {
  /** `IntakeDesk` of a counter, or a cloud far away; a rejection is tried again at the next look. */
  readonly intake: {
    intake(
      files: readonly IntakeFile[],
      by: 'folder',
      as: { readonly id: TransactionId },
    ): Promise<Result<unknown, FolderRefusal>>;
    refuseUnread(name: string, bytes: number, by: 'folder'): Result<never, FolderRefusal>;
  };
  readonly newId: NewId;
  /** Whether a transaction of that id is in the vault. */
  readonly isTaken: (id: TransactionId) => boolean;
}

/**
 * The watched folder: a PDF that has stopped growing is taken in and moved to `accepted/`, or to `refused/` with a
 * text beside it that says why. Nothing is ever deleted.
 *
 * A file goes through `taking/ID/`, by the id its transaction will have: whatever instant a kill comes at, the next
 * start sees whether the vault has it, and takes nothing in twice.
 */
export class Inbox {
  readonly #folder: string;
  readonly #ports: InboxPorts;
  readonly #seen = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(folder: string, ports: InboxPorts) {
    this.#folder = folder;
    this.#ports = ports;
    for (const name of ['', 'taking', 'accepted', 'refused']) {
      mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
    }
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

  /** One look: what was begun is ended, then come files that are as they were at the last look. */
  async look(): Promise<void> {
    for (const id of readdirSync(join(this.#folder, 'taking'))) await this.#attempt(() => this.#take(id));
    for (const name of readdirSync(this.#folder).filter((entry) => /\.pdf$/i.test(entry))) {
      await this.#attempt(() => this.#begin(name));
    }
  }

  /** One file that cannot be read or moved must not keep the others out; it is tried again at the next look. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    await work().catch(() => undefined);
  }

  async #begin(name: string): Promise<void> {
    const path = join(this.#folder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isFile() !== true) return;
    const state = `${stats.size} ${stats.mtimeMs}`;
    if (this.#seen.get(name) !== state) {
      this.#seen.set(name, state);
      return;
    }
    this.#seen.delete(name);
    const id = this.#ports.newId();
    mkdirSync(join(this.#folder, 'taking', id), { mode: 0o700 });
    renameSync(path, join(this.#folder, 'taking', id, name));
    await this.#take(id);
  }

  async #take(id: string): Promise<void> {
    const own = join(this.#folder, 'taking', id);
    for (const name of readdirSync(own)) await this.#takeFile(id as TransactionId, join(own, name), name);
    rmdirSync(own);
  }

  async #takeFile(id: TransactionId, path: string, name: string): Promise<void> {
    const { intake, isTaken } = this.#ports;
    if (isTaken(id)) {
      renameSync(path, freePath(join(this.#folder, 'accepted'), name));
      return;
    }
    const { size } = statSync(path);
    const result =
      size > DOCUMENT_LIMITS.bytes
        ? intake.refuseUnread(name, size, 'folder')
        : await intake.intake([{ name, bytes: readFileSync(path) }], 'folder', { id });
    const target = freePath(join(this.#folder, result.ok ? 'accepted' : 'refused'), name);
    // The text first: a refused file is never seen without its reason.
    if (!result.ok) writeFileSync(`${target}.txt`, `${describeRefusal(name, result.error.refusal.code)}\n`);
    renameSync(path, target);
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
