/**
 * Fuzzing of parsers: real bytes, harmed at random from a seed, must come back as a value or a counted problem. To put a
 * parser under it, add a line to `parsers.ts`.
 */
export interface FuzzedParser {
  readonly name: string;
  /** Whole inputs the parser can read; what is tried is made of them. */
  readonly seeds: readonly Uint8Array[];
  /** Must not throw, whatever the bytes. Returns whether it could make something of them. */
  readonly parse: (bytes: Uint8Array) => boolean;
}
export interface FuzzOutcome {
  /** Inputs of which the parser made something: were it none, nothing behind its first check was tried. */
  readonly read: number;
  readonly refused: number;
  /** The first input on which it threw. */
  readonly failure: { readonly input: string; readonly error: unknown } | null;
}

export function fuzzParser({ seeds, parse }: FuzzedParser, runs: number, seed = 1): FuzzOutcome {
  const random = xorshift(seed);
  let read = 0;
  for (let run = 0; run < runs; run++) {
    const input = mutated(seeds, random);
    try {
      if (parse(input)) read++;
    } catch (error) {
      return { read, refused: run - read, failure: { input: Buffer.from(input).toString('hex'), error } };
    }
  }
  return { read, refused: runs - read, failure: null };
}

/** From 0 to below `limit`. */
type Random = (limit: number) => number;

export function xorshift(seed: number): Random {
  let state = (seed * 2654435761) >>> 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** Bytes at which parsers turn: ends of ranges, signs, item and report headers. */
const telling = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff, 0x26, 0x81, 0x85, 0xa1, 0xc0];
const longest = 8192;

/** One to four harms on one of the inputs. */
export function mutated(seeds: readonly Uint8Array[], random: Random): Uint8Array {
  const pick = (): Uint8Array => seeds[random(seeds.length)] ?? new Uint8Array(0);
  // Not `slice`, which of a Buffer would be the seed itself.
  let bytes = new Uint8Array(pick());
  for (let left = 1 + random(4); left > 0; left--) bytes = harms[random(harms.length)]?.(bytes, random, pick) ?? bytes;
  return bytes.subarray(0, longest);
}

type Harm = (bytes: Uint8Array<ArrayBuffer>, random: Random, pick: () => Uint8Array) => Uint8Array<ArrayBuffer>;
const harms: readonly Harm[] = [
  (bytes, random) => put(bytes, random, (byte) => byte ^ (1 << random(8))),
  (bytes, random) => put(bytes, random, () => random(256)),
  (bytes, random) => put(bytes, random, () => telling[random(telling.length)] ?? 0),
  (bytes, random) => bytes.slice(0, random(bytes.length + 1)),
  (bytes, random) => bytes.slice(random(bytes.length + 1)),
  (bytes, random) =>
    joined(
      bytes,
      Uint8Array.from({ length: random(24) }, () => random(256)),
    ),
  (bytes, random) => {
    const [from, length] = [random(bytes.length + 1), random(16)];
    return joined(bytes.slice(0, from), bytes.slice(from, from + length), bytes.slice(from));
  },
  (bytes, random, pick) => {
    const other = pick();
    return joined(bytes.slice(0, random(bytes.length + 1)), other.subarray(random(other.length + 1)));
  },
];

function put(
  bytes: Uint8Array<ArrayBuffer>,
  random: Random,
  change: (byte: number) => number,
): Uint8Array<ArrayBuffer> {
  if (bytes.length === 0) return bytes;
  const at = random(bytes.length);
  bytes[at] = change(bytes[at] ?? 0);
  return bytes;
}
function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
