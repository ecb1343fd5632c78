import { concat } from '../../../../signing/bytes.ts';
import { sha256 } from '../../../../signing/digest.ts';
import { buildSignedData } from '../../../../signing/sealing/signed-data.ts';
import type { Signer } from '../../../../signing/sealing/signer.ts';
import { makePki, newKeys, samplePdf, type TestPki } from '../../../support/seal-fixtures.ts';
import { FIRST, sealOne, SECOND } from '../samples.ts';

/** Classes of formats 6, and plain damage. */
export const CLASSES = [
  'damage',
  'USF',
  'SWA',
  'CMS',
  'time-stamp',
  'ISA',
  'shadow',
  'EAA',
  'SSA',
  'override',
  'bomb',
] as const;

/** One way to tamper with a document that we signed. */
export interface Tampering {
  readonly class: (typeof CLASSES)[number];
  /** Unique; a row of the table in README.md. */
  readonly name: string;
  readonly make: (world: TamperWorld) => Tampered | Promise<Tampered>;
}

export interface Tampered {
  readonly bytes: Uint8Array;
  /** The document as it was signed, for judges that compare what is shown; the world's `once` unless told. */
  readonly signed?: Uint8Array;
}

/** A text field that lies over a line of the text. */
export const NOTE = { name: 'note', box: [60, 712, 240, 20] } as const;

/** Documents as the kiosk makes them, to tamper with. */
export interface TamperWorld {
  readonly pki: TestPki;
  /** Another tenant's, whom nobody trusts. */
  readonly strangerKey: ReturnType<typeof newKeys>['privateKey'];
  readonly unsigned: Uint8Array;
  /** Signed in `FIRST`; `SECOND` and the text field `NOTE` are empty. */
  readonly once: Uint8Array;
  /** Signed in `FIRST` and `SECOND`. */
  readonly twice: Uint8Array;
  /** A time-stamp token over any bytes, by an authority of the tenant. */
  readonly stamp: (content: Uint8Array) => Promise<Uint8Array>;
}

export async function makeWorld(stamp: TamperWorld['stamp'], pki: TestPki = makePki('p256')): Promise<TamperWorld> {
  const unsigned = await samplePdf({ fields: [FIRST, SECOND], texts: [NOTE] });
  const once = (await sealOne(pki, unsigned, FIRST)).bytes;
  const twice = (await sealOne(pki, once, SECOND)).bytes;
  return { pki, strangerKey: newKeys('p256').privateKey, unsigned, once, twice, stamp };
}

/** Rewritten as text of one byte a character. @throws Error when nothing changed: such a sample would show nothing. */
export function rewritten(bytes: Uint8Array, alter: (text: string) => string): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const other = alter(text);
  if (other === text) throw new Error('the sample was not tampered with');
  return Buffer.from(other, 'latin1');
}

export function withTail(bytes: Uint8Array, tail: Uint8Array): Uint8Array {
  return concat(bytes, tail);
}

/** Where the signature of the last revision stands: its ranges, and its CMS without padding. */
export interface SignaturePlace {
  readonly before: number;
  readonly after: number;
  readonly length: number;
  readonly cms: Uint8Array;
}

export function lastSignature(bytes: Uint8Array): SignaturePlace {
  const text = Buffer.from(bytes).toString('latin1');
  const [, b, c, d] = [...text.matchAll(/\/ByteRange \[0 (\d+) (\d+) (\d+)\]/g)].at(-1)!.map(Number);
  const padded = Buffer.from(text.slice(b! + 1, c! - 1), 'hex');
  return { before: b!, after: c!, length: d!, cms: padded.subarray(0, 4 + padded.readUInt16BE(2)) };
}

/** Another CMS in the room of the last signature, padded as ours are. */
export function withCms(bytes: Uint8Array, cms: Uint8Array): Uint8Array {
  const { before, after } = lastSignature(bytes);
  const room = after - before - 2;
  const hex = Buffer.from(cms).toString('hex').padEnd(room, '0');
  if (hex.length > room) throw new Error('the CMS does not fit');
  return concat(bytes.subarray(0, before + 1), Buffer.from(hex, 'latin1'), bytes.subarray(after - 1));
}

/** What the last signature signs, in one piece. */
export function signedBytes(bytes: Uint8Array): Uint8Array {
  const { before, after, length } = lastSignature(bytes);
  return concat(bytes.subarray(0, before), bytes.subarray(after, after + length));
}

/** The last signature as of another product: without our entry, signed again. */
export async function withoutOurEntry(bytes: Uint8Array, signer: Signer): Promise<Uint8Array> {
  const at = Buffer.from(bytes).lastIndexOf('/CSGN');
  const renamed = Uint8Array.from(bytes, (byte, index) => (index === at + 1 ? 0x58 : byte));
  const digest = Buffer.from(sha256(signedBytes(renamed)), 'hex');
  return withCms(renamed, await buildSignedData({ profile: 'pades', digest, signer }));
}

export function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ 1 : byte));
}
