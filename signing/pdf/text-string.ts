/** Text strings (ISO 32000-1, 7.9.2.2; ISO 32000-2 adds UTF-8) and names of fields from bytes. */
import { latin1 } from './characters.ts';

/** Annex D.2: where PDFDocEncoding is not Latin-1. */
const DOC_ENCODING: ReadonlyMap<number, string> = new Map([
  ...Array.from('˘ˇˆ˙˝˛˚˜', (char, i): [number, string] => [0x18 + i, char]),
  ...Array.from('•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž', (char, i): [number, string] => [0x80 + i, char]),
  [0xa0, '€'],
]);

/** Undefined codes become U+FFFD: a name is shown to people, its bytes decide nothing. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return new TextDecoder('utf-8').decode(bytes);
  return latin1(bytes).replace(/[\x18-\x1f\x7f-\xa0]/g, (char) => DOC_ENCODING.get(char.charCodeAt(0)) ?? '\ufffd');
}
