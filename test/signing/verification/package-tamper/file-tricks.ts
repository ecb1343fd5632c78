import { utf8 } from '../../../../signing/bytes.ts';
import { canonicalBytes } from '../../../../signing/canonical-json.ts';
import { PACKAGE_PATHS } from '../../../../signing/container/package-format.ts';
import { writeZip, type ZipEntry } from '../../../../signing/container/zip-writer.ts';
import { bytesOf, swapped, withBytes, without, type PackageTampering, type PackageWorld } from './package-tampering.ts';

const files = (name: string, make: (world: PackageWorld) => Uint8Array): PackageTampering => ({
  class: 'files',
  name,
  make,
});
/** Replaced by the file of that name in another package of the same kiosk. */
const exchanged = (name: string): PackageTampering['make'] => {
  return ({ entries, other }) => writeZip(withBytes(entries, name, bytesOf(other, name)));
};
const pair = (entries: readonly ZipEntry[], ...names: readonly string[]): readonly ZipEntry[] =>
  names.map((name) => ({ name, bytes: bytesOf(entries, name) }));
function edited(entries: readonly ZipEntry[], name: string, members: Readonly<Record<string, string>>): Uint8Array {
  const old = JSON.parse(Buffer.from(bytesOf(entries, name)).toString()) as Record<string, never>;
  return writeZip(withBytes(entries, name, canonicalBytes({ ...old, ...members })));
}
const { contentManifest, contentSignature, captureManifest, captureSignature, ceremony, header } = PACKAGE_PATHS;

/** Files taken out, put in and exchanged by somebody without a key. */
export const FILE_TRICKS: readonly PackageTampering[] = [
  files('a file more', ({ entries }) => writeZip([...entries, { name: 'extra.txt', bytes: utf8('x') }])),
  files('a file more beside the manifests', ({ entries }) =>
    writeZip([...entries, { name: 'META-INF/manifest.xml', bytes: utf8('<x/>') }]),
  ),
  files('the document taken out', ({ entries }) => writeZip(without(entries, 'documents/001.pdf'))),
  files('the document of another package', (world) => exchanged('documents/001.pdf')(world) as Uint8Array),
  files('the document without its last signature', ({ entries, sample }) =>
    writeZip(withBytes(entries, 'documents/001.pdf', sample.revisions[1]!)),
  ),
  files('the header altered', ({ entries }) => edited(entries, header, { branch: 'branch-2' })),
  files('a binding statement altered', ({ entries }) => edited(entries, 'bindings/001.json', { role: 'clerk' })),
  files('binding statements swapped', ({ entries }) => swapped(entries, 'bindings/001.json', 'bindings/002.json')),
  files('sealed captures swapped', ({ entries }) => swapped(entries, 'captures/001.p7m', 'captures/002.p7m')),
  files('a sealed capture there twice', ({ entries }) =>
    writeZip(withBytes(entries, 'captures/002.p7m', bytesOf(entries, 'captures/001.p7m'))),
  ),
  files('a sealed capture taken out', ({ entries }) => writeZip(without(entries, 'captures/001.p7m'))),
  files('a sealed capture of another package', (world) => exchanged('captures/001.p7m')(world) as Uint8Array),
  files('all captures and their manifest taken out, no record', ({ entries }) =>
    writeZip(without(entries, 'captures/001.p7m', 'captures/002.p7m', captureManifest, captureSignature)),
  ),
  files('ceremony records of another package', (world) => exchanged(ceremony)(world) as Uint8Array),
  files('the audit trail taken out', ({ entries }) => writeZip(without(entries, 'audit.json'))),
  files('the manifest of another package', ({ entries, other }) =>
    writeZip([
      ...without(entries, contentManifest, contentSignature),
      ...pair(other, contentManifest, contentSignature),
    ]),
  ),
  files('the manifest of the captures of another package', ({ entries, other }) =>
    writeZip([
      ...without(entries, captureManifest, captureSignature),
      ...pair(other, captureManifest, captureSignature),
    ]),
  ),
  files('the signatures of the manifests swapped', ({ entries }) =>
    swapped(entries, contentSignature, captureSignature),
  ),
  files('the signature of a manifest taken out', ({ entries }) => writeZip(without(entries, contentSignature))),
  files('both manifests taken out', ({ entries }) => writeZip(without(entries, contentManifest, captureManifest))),
  files('a manifest whose name is in small letters', ({ entries }) =>
    writeZip(
      entries.map((entry) =>
        entry.name === captureManifest ? { name: entry.name.toLowerCase(), bytes: entry.bytes } : entry,
      ),
    ),
  ),
];
