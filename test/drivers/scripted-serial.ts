import type { SerialPort } from '../../drivers/serial/serial-port.ts';

type Closed = 'unplugged' | 'failed' | 'asked';

/** A serial line whose bytes come from the test. */
export class ScriptedSerial implements SerialPort {
  closed: Closed | null = null;
  readonly #inputs = new Set<(bytes: Uint8Array) => void>();
  readonly #closings = new Set<(reason: Closed) => void>();

  send(bytes: Uint8Array): void {
    for (const listener of [...this.#inputs]) listener(bytes);
  }
  end(reason: Closed): void {
    if (this.closed !== null) return;
    this.closed = reason;
    for (const listener of [...this.#closings]) listener(reason);
  }
  onInput(listener: (bytes: Uint8Array) => void): () => void {
    this.#inputs.add(listener);
    return () => this.#inputs.delete(listener);
  }
  onClosed(listener: (reason: Closed) => void): () => void {
    this.#closings.add(listener);
    return () => this.#closings.delete(listener);
  }
  close(): Promise<void> {
    this.end('asked');
    return Promise.resolve();
  }
}
