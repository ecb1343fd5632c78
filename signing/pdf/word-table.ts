import { latin1 } from './characters.ts';

/** A power of two. */
const SLOTS = 4096;
/** Longer words hardly come twice. */
const MAX_LENGTH = 32;

/** One value for each word, shared while it is remembered: the same few words come over and over in a file. */
export class WordTable<T> {
  readonly #slots: ({ readonly text: string; readonly value: T } | undefined)[] = Array.from({ length: SLOTS });
  readonly #make: (text: string) => T;

  constructor(make: (text: string) => T) {
    this.#make = make;
  }

  get(bytes: Uint8Array, start: number, end: number): T {
    if (end - start > MAX_LENGTH) return this.#make(latin1(bytes, start, end));
    let sum = end - start;
    for (let at = start; at < end; at += 1) sum = (Math.imul(sum, 31) + (bytes[at] ?? 0)) | 0;
    const slot = (sum ^ (sum >>> 15)) & (SLOTS - 1);
    const known = this.#slots[slot];
    if (known?.text.length === end - start && isText(bytes, start, known.text)) return known.value;
    const text = latin1(bytes, start, end);
    const value = this.#make(text);
    this.#slots[slot] = { text, value };
    return value;
  }
}

function isText(bytes: Uint8Array, start: number, text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
}
