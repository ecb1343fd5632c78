import { utf8 } from '../../../../signing/bytes.ts';
import { flipped, lastSignature, rewritten, withCms, withTail, type Tampering } from './tampering.ts';

const CONTENTS = /<[0-9a-f]{60000,}>/;
const keep = (old: string, replacement: string): string => replacement.padEnd(old.length);

function damage(name: string, alter: (bytes: Uint8Array) => Uint8Array): Tampering {
  return { class: 'damage', name, make: ({ once }) => ({ bytes: alter(once) }) };
}
const text = (name: string, alter: (text: string) => string): Tampering =>
  damage(name, (bytes) => rewritten(bytes, alter));
/** Eighteen ways to damage a signed file: each in the bytes that are signed, in the signature, or around both. */
export const DAMAGES: readonly Tampering[] = [
  damage('a bit of the page content', (bytes) => flipped(bytes, Buffer.from(bytes).indexOf('stream\n') + 20)),
  text('a letter of a key before the signature', (file) => file.replace('/MediaBox', '/MediaBoy')),
  damage('a bit of the picture of the signature', (bytes) => {
    const all = Buffer.from(bytes);
    return flipped(bytes, all.lastIndexOf('stream\n', all.lastIndexOf('endstream')) + 30);
  }),
  damage('a bit behind the signature', (bytes) => flipped(bytes, lastSignature(bytes).after + 12)),
  text('the claimed time', (file) => file.replace('D:20261123', 'D:20251123')),
  text('the digest of the sealed capture', (file) =>
    file.replace(/(SealedCapture <)(..)/, (_, key: string, hex: string) => key + (hex === '00' ? '01' : '00')),
  ),
  text('the name of the field', (file) => file.replace('(Clerk-signature)', '(Clerk-signaturf)')),
  damage('a bit of the signature value', (bytes) => {
    const { cms } = lastSignature(bytes);
    return withCms(bytes, flipped(cms, cms.length - 1));
  }),
  damage('a bit of the digest that was signed', (bytes) => {
    const { cms } = lastSignature(bytes);
    // OID 1.2.840.113549.1.9.4, then a SET of one OCTET STRING.
    const at = Buffer.from(cms).indexOf(Buffer.from('06092a864886f70d010904', 'hex')) + 15;
    return withCms(bytes, flipped(cms, at));
  }),
  damage('a bit of the certificate of the signer', (bytes) => {
    const { cms } = lastSignature(bytes);
    // A letter of the name it certifies.
    return withCms(bytes, flipped(cms, Buffer.from(cms).indexOf('poslovalnice')));
  }),
  text('a signature that is all zeros', (file) => file.replace(CONTENTS, (hex) => hex.replace(/[1-9a-f]/g, '0'))),
  text('a signature that is cut off in the middle', (file) =>
    file.replace(CONTENTS, (hex) => `${hex.slice(0, 800).padEnd(hex.length - 1, '0')}>`),
  ),
  text('a /Contents that is missing', (file) => file.replace('/Contents <', '/Contentz <')),
  text('a /ByteRange that is missing', (file) => file.replace('/ByteRange', '/ByteRangf')),
  text('a /ByteRange that ends early', (file) =>
    file.replace(/\[0 (\d+) (\d+) (\d+)\]/, (old, b: string, c: string, d: string) =>
      keep(old, `[0 ${b} ${c} ${Number(d) - 40}]`),
    ),
  ),
  damage('a file that is cut off', (bytes) => bytes.slice(0, bytes.length - 200)),
  text('padding behind the CMS that is not zero', (file) => file.replace(/00>/, '2a>')),
  damage('bytes behind the last %%EOF', (bytes) => withTail(bytes, utf8('% one line more\n'))),
];
