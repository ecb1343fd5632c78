/**
 * The stream of a Topaz BSB pad, bytes of a serial line (`pads.md` 3.3, "format 0", one public source). Packets of five
 * bytes, of which only the first has bit 7 set: a packet cut short or garbled costs itself and no more.
 *
 * "Format 1" is left out: its packets come over a line of seven bits, where there is no bit 7 to begin them with, and what
 * the source begins them with instead does not go with its own numbers.
 */

/** What has to be known of a Topaz pad before its first byte. */
export interface TopazTraits {
  /** The name in the kiosk's configuration. */
  readonly name: string;
  /** What the pad gives at the left and upper edges of its surface: samples count from there. */
  readonly left: number;
  readonly top: number;
}

export type TopazItem =
  | {
      readonly type: 'pen';
      readonly x: number;
      readonly y: number;
      readonly tip: boolean;
      readonly near: boolean;
      /** As last told by the pad; absent until it has told any. */
      readonly pressure?: number;
    }
  | { readonly type: 'bad'; readonly reason: 'malformed' | 'unknown' };

const packetLength = 5;
/** Both coordinates at the end of their range: noise of the line, no place. */
const noise = 0xfff;

/** Pure but for what it keeps between calls: bytes may come in any pieces. */
export class TopazParser {
  readonly #packet: number[] = [];
  #pressure: number | null = null;
  /** Bytes between packets are told once a gap, not once a byte. */
  #lost = false;

  feed(bytes: Uint8Array): readonly TopazItem[] {
    const items: TopazItem[] = [];
    for (const byte of bytes) this.#take(byte, items);
    return items;
  }

  #take(byte: number, items: TopazItem[]): void {
    if ((byte & 0x80) !== 0) {
      if (this.#packet.length > 0) items.push({ type: 'bad', reason: 'malformed' });
      this.#packet.length = 0;
      this.#packet.push(byte);
      this.#lost = false;
      return;
    }
    if (this.#packet.length === 0) {
      if (!this.#lost) items.push({ type: 'bad', reason: 'malformed' });
      this.#lost = true;
      return;
    }
    this.#packet.push(byte);
    if (this.#packet.length < packetLength) return;
    const item = this.#read(this.#packet);
    this.#packet.length = 0;
    if (item !== null) items.push(item);
  }

  #read(packet: readonly number[]): TopazItem | null {
    const [flags = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0] = packet;
    const type = (flags >> 2) & 0x07;
    switch (type) {
      case 0:
      case 1:
      case 4: {
        const [x, y] = [numberOf(b1, b2), numberOf(b3, b4)];
        if (x === noise && y === noise) return { type: 'bad', reason: 'malformed' };
        const tip = (flags & 0x01) !== 0;
        return {
          type: 'pen',
          x,
          y,
          tip,
          near: tip || (flags & 0x40) !== 0,
          ...(this.#pressure === null ? {} : { pressure: this.#pressure }),
        };
      }
      case 7:
        this.#pressure = ((b4 & 0x07) << 7) | (b3 & 0x7f);
        return null;
      case 2:
      case 3:
        // What the pad is, and answers to commands: none was asked.
        return null;
      default:
        return { type: 'bad', reason: 'unknown' };
    }
  }
}

const numberOf = (low: number, high: number): number => ((high & 0x1f) << 7) | (low & 0x7f);
