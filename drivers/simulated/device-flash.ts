/** What survives a restart, with a count of writes: real flash wears out, so a driver reads before it writes (`pads.md` 1.13). */
export class DeviceFlash {
  readonly #cells = new Map<string, Uint8Array>();
  readonly #writes = new Map<string, number>();

  /** Fills a cell as the factory does: it is no write. */
  init(cell: string, value: readonly number[] | Uint8Array): void {
    this.#cells.set(cell, Uint8Array.from(value));
  }
  read(cell: string): Uint8Array | null {
    return this.#cells.get(cell)?.slice() ?? null;
  }
  /** Counts even where the value is the same: the pad does not look. */
  write(cell: string, value: Uint8Array): void {
    this.#cells.set(cell, value.slice());
    this.#writes.set(cell, this.writes(cell) + 1);
  }
  erase(cell: string): void {
    this.#cells.delete(cell);
    this.#writes.set(cell, this.writes(cell) + 1);
  }
  cells(): readonly string[] {
    return [...this.#cells.keys()];
  }
  /** For tests that ask about the second time. */
  resetCounts(): void {
    this.#writes.clear();
  }
  /** Writes of one cell, or of all. */
  writes(cell?: string): number {
    if (cell !== undefined) return this.#writes.get(cell) ?? 0;
    return [...this.#writes.values()].reduce((sum, count) => sum + count, 0);
  }
}
