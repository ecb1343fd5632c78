import { auditDigest } from '../../../../signing/audit/chain.ts';
import { readZip } from '../../../../signing/container/zip.ts';
import { writeZip, type ZipEntry } from '../../../../signing/container/zip-writer.ts';
import type { Sha256 } from '../../../../signing/digest.ts';
import { eraseCaptures, type ErasureInput } from '../../../../signing/sealing/erase-captures.ts';
import type { PackageInput } from '../../../../signing/sealing/package.ts';
import { makePki, sealInput, type TestPki } from '../../../support/seal-fixtures.ts';
import { auditEntries, FIRST, packageInput, packaged, SECOND, sealed, sealOne, type SealedSample } from '../samples.ts';

/**
 * By whom: 'ZIP' and 'files' by anybody on the way; 'manifest' by anybody who can write one; 'kiosk' by somebody who holds the
 * device key and signs a lie anew; 'audit' and 'erasure' likewise, about the trail and about what was taken out.
 */
export const CLASSES = ['ZIP', 'files', 'manifest', 'kiosk', 'audit', 'erasure'] as const;

/** One way to tamper with a package that we made. */
export interface PackageTampering {
  readonly class: (typeof CLASSES)[number];
  /** Unique; a row of the table in README.md. */
  readonly name: string;
  readonly make: (world: PackageWorld) => Uint8Array | Promise<Uint8Array>;
}

/** Packages as the kiosk makes them, to tamper with. */
export interface PackageWorld {
  readonly pki: TestPki;
  /** Another tenant's. */
  readonly stranger: TestPki;
  readonly sample: SealedSample;
  readonly bytes: Uint8Array;
  readonly entries: readonly ZipEntry[];
  /** Another package of the same kiosk: other bytes, same shape, transaction-2. */
  readonly other: readonly ZipEntry[];
  /** The package after its first capture was erased. */
  readonly erased: readonly ZipEntry[];
}

export async function makePackageWorld(): Promise<PackageWorld> {
  const [pki, stranger] = [makePki('p256'), makePki('p256')];
  const sample = await sealedAt(pki, 1);
  const { bytes } = await packaged(pki, sample);
  const another = await sealedAt(pki, 2);
  const other = await packaged(pki, another);
  const erased = await erase(bytes, pki, { captures: [sample.seals[0]!.sealedCaptureDigest!] });
  return {
    ...{ pki, stranger, sample, bytes },
    entries: entriesOf(bytes),
    other: entriesOf(other.bytes),
    erased: entriesOf(erased),
  };
}

/** Both fields signed, bound to the second entry of the trail. */
async function sealedAt(pki: TestPki, pages: number): Promise<SealedSample> {
  const auditHead = auditDigest(auditEntries()[1]!);
  let sample = await sealed(pki, [], { sample: { pages, fields: [FIRST, SECOND] } });
  for (const field of [FIRST, SECOND]) {
    const { binding } = sealInput(pki, sample.bytes, field);
    const { seal, bytes } = await sealOne(pki, sample.bytes, field, { binding: { ...binding, auditHead } });
    sample = { ...sample, bytes, seals: [...sample.seals, seal], revisions: [...sample.revisions, bytes] };
  }
  return sample;
}

export function entriesOf(bytes: Uint8Array): readonly ZipEntry[] {
  const read = readZip(bytes);
  if (!read.ok) throw new Error(read.error.code);
  return read.value.entries;
}

export async function erase(bytes: Uint8Array, pki: TestPki, changes: Partial<ErasureInput> = {}): Promise<Uint8Array> {
  const result = await eraseCaptures({
    bytes,
    captures: 'all',
    request: { by: 'signatory', reference: 'VOP-2026-17' },
    legalBasis: 'GDPR Art. 17(1)(b)',
    carriedOutBy: 'Mojca',
    at: new Date('2027-01-10T10:00:00Z'),
    signer: pki.deviceSigner,
    ...changes,
  });
  if (!result.ok) throw new Error(result.error);
  return result.value.bytes;
}

/** As the kiosk would write and sign it, but with something else inside. */
export async function resigned({ pki, sample }: PackageWorld, changes: Partial<PackageInput>): Promise<Uint8Array> {
  return (await packaged(pki, sample, changes)).bytes;
}

/** What the honest package says, to be changed. */
export function honest({ pki, sample }: PackageWorld): PackageInput {
  return packageInput(pki, sample);
}

export function bytesOf(entries: readonly ZipEntry[], name: string): Uint8Array {
  const found = entries.find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found.bytes;
}

/** The entries with the bytes of one of them replaced. @throws Error when nothing changed: it would show nothing. */
export function withBytes(entries: readonly ZipEntry[], name: string, bytes: Uint8Array): readonly ZipEntry[] {
  if (Buffer.compare(bytesOf(entries, name), bytes) === 0) throw new Error('the sample was not tampered with');
  return entries.map((entry) => (entry.name === name ? { name, bytes } : entry));
}

export function without(entries: readonly ZipEntry[], ...names: readonly string[]): readonly ZipEntry[] {
  return entries.filter(({ name }) => !names.includes(name));
}

/** Two entries with each other's bytes. */
export function swapped(entries: readonly ZipEntry[], one: string, two: string): Uint8Array {
  const [first, second] = [bytesOf(entries, one), bytesOf(entries, two)];
  return writeZip(withBytes(withBytes(entries, one, second), two, first));
}

export const digestsOf = (sample: SealedSample): readonly Sha256[] =>
  sample.seals.map(({ sealedCaptureDigest }) => sealedCaptureDigest!);
