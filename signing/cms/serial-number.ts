import type { RandomBytes } from '../access/session.ts';

/** 16 random octets for a certificate, positive and not starting with zero (RFC 5280 4.1.2.2). */
export function newSerialNumber(random: RandomBytes): Uint8Array {
  const serial = Uint8Array.from(random(16));
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}
