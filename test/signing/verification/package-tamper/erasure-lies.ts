import { canonicalBytes } from '../../../../signing/canonical-json.ts';
import { erasurePaths, type ErasureRecord } from '../../../../signing/container/erasure-record.ts';
import { PACKAGE_PATHS } from '../../../../signing/container/package-format.ts';
import { writeZip, type ZipEntry } from '../../../../signing/container/zip-writer.ts';
import { sha256 } from '../../../../signing/digest.ts';
import { coveringManifest } from '../../../../signing/sealing/covering-manifest.ts';
import type { Signer } from '../../../../signing/sealing/signer.ts';
import {
  bytesOf,
  digestsOf,
  entriesOf,
  erase,
  withBytes,
  without,
  type PackageTampering,
  type PackageWorld,
} from './package-tampering.ts';

const AT = new Date('2027-01-10T10:00:00Z');
const FIRST = erasurePaths(1);
const SECOND = erasurePaths(2);
const { captureManifest, captureSignature } = PACKAGE_PATHS;

const erasure = (name: string, make: PackageTampering['make']): PackageTampering => ({
  class: 'erasure',
  name,
  make,
});
const recordIn = (entries: readonly ZipEntry[], path: string = FIRST.record): ErasureRecord =>
  JSON.parse(Buffer.from(bytesOf(entries, path)).toString()) as ErasureRecord;

/** A record that says something else, signed anew. */
async function recorded(
  entries: readonly ZipEntry[],
  signer: Signer,
  change: (record: ErasureRecord) => ErasureRecord,
  names: typeof FIRST = FIRST,
): Promise<readonly ZipEntry[]> {
  const bytes = canonicalBytes(change(recordIn(entries)));
  const reference = { name: names.record, mimeType: 'application/json', digest: sha256(bytes) };
  return [
    ...without(entries, names.record, names.manifest, names.signature),
    { name: names.record, bytes },
    ...(await coveringManifest([reference], names, { signer, signedAt: AT })),
  ];
}
const lie = (name: string, change: (record: ErasureRecord, world: PackageWorld) => ErasureRecord): PackageTampering =>
  erasure(name, async (world) =>
    writeZip(await recorded(world.erased, world.pki.deviceSigner, (record) => change(record, world))),
  );
async function capturesSigned(entries: readonly ZipEntry[], signer: Signer): Promise<readonly ZipEntry[]> {
  const captures = entries.filter(({ name }) => name.startsWith('captures/'));
  const references = captures.map(({ name, bytes }) => ({ name, mimeType: null, digest: sha256(bytes) }));
  const names = { manifest: captureManifest, signature: captureSignature };
  return [
    ...without(entries, captureManifest, captureSignature),
    ...(await coveringManifest(references, names, { signer, signedAt: AT })),
  ];
}
const back = ({ entries, erased }: PackageWorld): readonly ZipEntry[] => [
  ...erased,
  { name: 'captures/001.p7m', bytes: bytesOf(entries, 'captures/001.p7m') },
];

/** A package whose first capture was erased, and what could be said of that untruly. */
export const ERASURE_LIES: readonly PackageTampering[] = [
  erasure('the record altered', ({ erased }) =>
    writeZip(withBytes(erased, FIRST.record, canonicalBytes({ ...recordIn(erased), carriedOutBy: 'Ana' }))),
  ),
  erasure('the record taken out', ({ erased }) =>
    writeZip(without(erased, FIRST.record, FIRST.manifest, FIRST.signature)),
  ),
  erasure('the record of another package', async ({ erased, other, pki }) => {
    const theirs = entriesOf(await erase(writeZip(other), pki));
    const own = [FIRST.record, FIRST.manifest, FIRST.signature];
    return writeZip(
      erased.map((entry) => (own.includes(entry.name) ? { ...entry, bytes: bytesOf(theirs, entry.name) } : entry)),
    );
  }),
  erasure('another capture taken out as well', ({ erased }) => writeZip(without(erased, 'captures/002.p7m'))),
  erasure('the other captures taken out with their manifest', ({ erased }) =>
    writeZip(without(erased, 'captures/002.p7m', captureManifest, captureSignature)),
  ),
  erasure('the capture put back', (world) => writeZip(back(world))),
  erasure('the capture put back, signed by the kiosk', async (world) =>
    writeZip(await capturesSigned(back(world), world.pki.deviceSigner)),
  ),
  erasure('the record signed by another tenant', async ({ bytes, sample, stranger }) =>
    erase(bytes, stranger, { captures: digestsOf(sample).slice(0, 1) }),
  ),
  erasure('the captures that stay signed by another key of the tenant', async ({ erased, pki }) =>
    writeZip(await capturesSigned(erased, pki.signer)),
  ),
  erasure('a second record of the same erasure', async ({ erased, pki }) =>
    writeZip(await recorded(erased, pki.deviceSigner, (record) => record, SECOND)),
  ),
  erasure('a second record about the same package as the first', async ({ erased, pki }) => {
    const all = entriesOf(await erase(writeZip(erased), pki));
    const { package: same } = recordIn(erased);
    return writeZip(
      await recorded(all, pki.deviceSigner, () => ({ ...recordIn(all, SECOND.record), package: same }), SECOND),
    );
  }),
  erasure('the first record missing, the second there', async ({ erased, pki }) => {
    const all = entriesOf(await erase(writeZip(erased), pki));
    return writeZip(without(all, FIRST.record, FIRST.manifest, FIRST.signature));
  }),
  lie('a capture that never was', (record) => ({
    ...record,
    captures: [...record.captures, { path: 'captures/003.p7m', sealedCapture: record.package }],
  })),
  lie('one capture twice', (record) => ({ ...record, captures: [record.captures[0]!, record.captures[0]!] })),
  lie('a capture that is still there', (record, { sample }) => ({
    ...record,
    captures: digestsOf(sample).map((sealedCapture, i) => ({ path: `captures/00${i + 1}.p7m`, sealedCapture })),
  })),
  lie('a record that names another transaction', (record) => ({ ...record, transaction: 'transaction-2' })),
  lie('a record that names another tenant', (record) => ({ ...record, tenant: 'tenant-2' })),
  lie('a record from before the transaction was complete', (record) => ({
    ...record,
    erasedAt: '2026-11-23T08:19:59.000Z',
  })),
];
