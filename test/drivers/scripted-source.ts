import type { ClosedReason, PenSource } from '../../drivers/pad.ts';

/** A way to a pad whose bytes come from the test: a serial line as it is, and what a HID device has of one. */
export class ScriptedSource implements PenSource {
  closed: ClosedReason | null = null;
  readonly #inputs = new Set<(bytes: Uint8Array) => void>();
  readonly #closings = new Set<(reason: ClosedReason) => void>();

  send(bytes: Uint8Array): void {
    for (const listener of [...this.#inputs]) listener(bytes);
  }
  end(reason: ClosedReason): void {
    if (this.closed !== null) return;
    this.closed = reason;
    for (const listener of [...this.#closings]) listener(reason);
  }
  onInput(listener: (bytes: Uint8Array) => void): () => void {
    this.#inputs.add(listener);
    return () => this.#inputs.delete(listener);
  }
  onClosed(listener: (reason: ClosedReason) => void): () => void {
    this.#closings.add(listener);
    return () => this.#closings.delete(listener);
  }
  close(): Promise<void> {
    this.end('asked');
    return Promise.resolve();
  }
}
