import { setImmediate as turn } from 'node:timers/promises';

/** So much is copied in one turn of the event loop: about a millisecond. */
const TURN_BYTES = 4 * 1024 * 1024;

/**
 * Memory for bytes that come in pieces and should end up alone in one buffer. Room is taken for as many as are expected: where
 * just so many come nothing is copied again, and the system gives memory only as it is written.
 */
export class Landing {
  #room: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(expected: number) {
    this.#room = new Uint8Array(Math.max(0, expected));
  }

  async push(bytes: Uint8Array): Promise<void> {
    const length = this.#length + bytes.length;
    if (length > this.#room.length) await this.#move(Math.max(length, 2 * this.#length));
    this.#room.set(bytes, this.#length);
    this.#length = length;
  }

  async whole(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#length !== this.#room.length) await this.#move(this.#length);
    return this.#room;
  }

  async #move(size: number): Promise<void> {
    const from = this.#room;
    this.#room = new Uint8Array(size);
    for (let at = 0; at < this.#length; at += TURN_BYTES) {
      if (at > 0) await turn();
      this.#room.set(from.subarray(at, Math.min(at + TURN_BYTES, this.#length)), at);
    }
  }
}
