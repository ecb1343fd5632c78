import type { KioskEvent } from '../kiosk-api/kiosk-api.ts';

/** Who listens to what the kiosk does; a listener that throws does not keep the others from hearing. */
export class KioskEvents {
  readonly #listeners = new Set<(event: KioskEvent) => void>();

  subscribe(listener: (event: KioskEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: KioskEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch {
        // A screen that went away mid-write: its stream ends by itself.
      }
    }
  }
}
