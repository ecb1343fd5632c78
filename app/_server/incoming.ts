import { setImmediate as turn } from 'node:timers/promises';

/** What waits in memory comes without a turn of the event loop between its pieces: after so much of it, one is taken. */
const TURN_BYTES = 1024 * 1024;

/** A body that cannot be read as what it says it is. */
export class Unreadable extends Error {
  readonly code: 'invalid' | 'too-long';
  constructor(code: 'invalid' | 'too-long' = 'invalid') {
    super(code);
    this.code = code;
  }
}

/** A body as it comes from the network: of its pieces one is held, and what of the one before is not told apart yet. */
export class Incoming {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #held = Buffer.alloc(0);
  /** Announced bytes that have not come. */
  #awaited: number;
  #sinceTurn = 0;

  constructor(body: AsyncIterable<Uint8Array>, length: number) {
    this.#pieces = body[Symbol.asyncIterator]();
    this.#awaited = length;
  }

  /** Announced bytes that were not handed out. */
  get remaining(): number {
    return this.#awaited + this.#held.length;
  }

  async take(count: number): Promise<Buffer> {
    while (this.#held.length < count) await this.#fetch();
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return taken;
  }

  /** All before `mark`, as it comes; `mark` is taken too. What is yielded stands until the next is asked for. */
  async *upTo(mark: Buffer): AsyncGenerator<Buffer, void, void> {
    for (;;) {
      const at = this.#held.indexOf(mark);
      // Behind a mark that has not come whole, its first bytes may be here.
      const end = at >= 0 ? at : Math.max(0, this.#held.length - mark.length + 1);
      if (end > 0) yield this.#held.subarray(0, end);
      this.#held = this.#held.subarray(at >= 0 ? at + mark.length : end);
      if (at >= 0) return;
      await this.#fetch();
    }
  }

  async skip(mark: Buffer): Promise<void> {
    const pieces = this.upTo(mark);
    while (!((await pieces.next()).done ?? false));
  }

  /** To the end of the body; one that is longer than announced, or was broken off, is let go. */
  async readPast(): Promise<void> {
    this.#held = Buffer.alloc(0);
    try {
      while ((await this.#next()) !== null);
    } catch {
      await this.#pieces.return?.().catch(() => undefined);
    }
  }

  async #fetch(): Promise<void> {
    const piece = await this.#next();
    if (piece === null) throw new Unreadable();
    this.#held = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece]);
  }

  async #next(): Promise<Buffer<ArrayBuffer> | null> {
    const next = await this.#pieces.next().catch(() => {
      throw new Unreadable();
    });
    if (next.done === true) return null;
    const { value } = next;
    this.#sinceTurn += value.length;
    if (this.#sinceTurn >= TURN_BYTES) {
      this.#sinceTurn = 0;
      await turn();
    }
    this.#awaited -= value.length;
    if (this.#awaited < 0) throw new Unreadable('too-long');
    return Buffer.from(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength);
  }
}
