/** What reading and writing ISO/IEC 19794-7:2007 share (formats 1.4 to 1.7): names in bit order, codings. */
export const ISO_CHANNELS = [
  'X',
  'Y',
  'Z',
  'VX',
  'VY',
  'AX',
  'AY',
  'T',
  'DT',
  'F',
  'S',
  'TX',
  'TY',
  'Az',
  'El',
  'R',
] as const;
export type IsoChannel = (typeof ISO_CHANNELS)[number];

/** Stored as value + 32 768 (offset binary); the others as they are. */
export const ISO_SIGNED: ReadonlySet<IsoChannel> = new Set(['X', 'Y', 'VX', 'VY', 'AX', 'AY', 'TX', 'TY']);

/** Upper five bits E, lower eleven F: (1 + F / 2048) * 2^(E - 16) (formats 1.6). */
export function decodeScaling(code: number): number {
  return (1 + (code & 0x7ff) / 2048) * 2 ** ((code >> 11) - 16);
}

/** The nearest code; steps are 1/2048 of the leading power of two. Null outside 2^-16 to 65 520. */
export function encodeScaling(scaling: number): number | null {
  if (!(scaling > 0) || !Number.isFinite(scaling)) return null;
  let exponent = Math.floor(Math.log2(scaling));
  // The logarithm is a rounded one: exact powers of two may land beside themselves.
  if (2 ** (exponent + 1) <= scaling) exponent += 1;
  if (2 ** exponent > scaling) exponent -= 1;
  let fraction = Math.round((scaling / 2 ** exponent - 1) * 2048);
  if (fraction === 2048) [fraction, exponent] = [0, exponent + 1];
  const code = exponent + 16;
  return code < 0 || code > 31 ? null : (code << 11) | fraction;
}
