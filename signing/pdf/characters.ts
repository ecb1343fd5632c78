/** Classes of characters (ISO 32000-1, 7.2.2), and bytes as text. */

/** Table 1 and table 2, by byte: asked of every byte that is read. */
const WHITESPACE = 1;
const DELIMITER = 2;
const KINDS = new Uint8Array(256);
for (const byte of [0x20, 0x0a, 0x0d, 0x09, 0x0c, 0x00]) KINDS[byte] = WHITESPACE;
for (const char of '()<>[]{}/%') KINDS[char.charCodeAt(0)] = DELIMITER;

export function isWhitespace(byte: number): boolean {
  return KINDS[byte] === WHITESPACE;
}
export function isDelimiter(byte: number): boolean {
  return KINDS[byte] === DELIMITER;
}
export function isRegular(byte: number): boolean {
  return KINDS[byte] === 0;
}
export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
const HEX = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit += 1) {
  for (const char of [digit.toString(16), digit.toString(16).toUpperCase()]) HEX[char.charCodeAt(0)] = digit;
}
/** Value of a hex digit, -1 for anything else. */
export function hexValue(byte: number): number {
  return HEX[byte] ?? -1;
}

/** One character per byte. */
export function latin1(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}
