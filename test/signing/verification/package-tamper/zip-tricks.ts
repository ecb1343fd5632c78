import { crc32 } from 'node:zlib';
import { concat, utf8 } from '../../../../signing/bytes.ts';
import { writeZip, type ZipEntry } from '../../../../signing/container/zip-writer.ts';
import { rawZip, type RawEntry } from '../../../support/raw-zip.ts';
import { bytesOf, type PackageTampering, type PackageWorld } from './package-tampering.ts';

const zip = (name: string, make: (world: PackageWorld) => Uint8Array): PackageTampering => ({
  class: 'ZIP',
  name,
  make,
});
/** The honest entries, one of them said otherwise. */
const said = (entries: readonly ZipEntry[], name: string, otherwise: Partial<RawEntry>): readonly RawEntry[] => {
  bytesOf(entries, name);
  return entries.map((entry) => (entry.name === name ? { ...entry, ...otherwise } : entry));
};
const PDF = 'documents/001.pdf';
const other = ({ other: entries }: PackageWorld): Uint8Array => bytesOf(entries, PDF);

/** Info-ZIP Unicode Path (APPNOTE 4.6.9): another name, valid while the checksum is that of the header's name. */
function unicodePath(name: string, shown: string): Uint8Array {
  const text = utf8(shown);
  const field = Buffer.alloc(9 + text.length);
  field.writeUInt16LE(0x7075, 0);
  field.writeUInt16LE(5 + text.length, 2);
  field.writeUInt8(1, 4);
  field.writeUInt32LE(crc32(utf8(name)), 5);
  field.set(text, 9);
  return field;
}

/** What the container says of itself, twisted so that two readers would see two packages. */
export const ZIP_TRICKS: readonly PackageTampering[] = [
  zip('two entries of one name, the second other bytes', (world) =>
    rawZip([...world.entries, { name: PDF, bytes: other(world) }]),
  ),
  zip('two entries of one name, the first other bytes', (world) =>
    rawZip([{ name: PDF, bytes: other(world) }, ...world.entries]),
  ),
  zip('two entries whose names differ in case', (world) =>
    rawZip([...world.entries, { name: 'Documents/001.PDF', bytes: other(world) }]),
  ),
  zip('two entries whose names differ by a full stop at the end', (world) =>
    rawZip([...world.entries, { name: `${PDF}.`, bytes: other(world) }]),
  ),
  zip('two entries whose names differ by a sign without width', (world) =>
    rawZip([...world.entries, { name: 'documents/001\u200b.pdf', bytes: other(world) }]),
  ),
  zip('other bytes behind the local header than the directory says', (world) =>
    rawZip(said(world.entries, PDF, { local: { bytes: other(world) } })),
  ),
  zip('another name in the local header', ({ entries }) =>
    rawZip(said(entries, PDF, { local: { name: 'documents/002.pdf' } })),
  ),
  zip('another name in an extra field', ({ entries }) =>
    rawZip(said(entries, PDF, { extra: unicodePath(PDF, 'documents/002.pdf') })),
  ),
  zip('another size in the local header', ({ entries }) => rawZip(said(entries, PDF, { local: { size: 10 } }))),
  zip('an entry that the directory leaves out', (world) =>
    rawZip([...world.entries, { name: 'documents/002.pdf', bytes: other(world), unlisted: true }]),
  ),
  zip('a name with ../', ({ entries }) => rawZip([...entries, { name: '../../evil.sh', bytes: utf8('x') }])),
  zip('an absolute name', ({ entries }) => rawZip([...entries, { name: '/etc/evil', bytes: utf8('x') }])),
  zip('a name with backslashes', ({ entries }) => rawZip([...entries, { name: '..\\..\\evil', bytes: utf8('x') }])),
  zip('a symbolic link in the place of the document', ({ entries }) =>
    rawZip(said(entries, PDF, { bytes: utf8('/etc/passwd'), mode: 0o120777 })),
  ),
  zip('bytes before the container', ({ bytes }) => concat(utf8('MZ it runs, too\n'), bytes)),
  zip('bytes before the container, its offsets moved', ({ entries }) =>
    rawZip(entries, { prefix: utf8('#!/bin/sh\nexit\n') }),
  ),
  zip('bytes behind the container', ({ bytes }) => concat(bytes, utf8('x'))),
  zip('a comment on the container', ({ entries }) => rawZip(entries, { comment: utf8('approved') })),
  zip('another container as its comment', ({ entries, other: inside }) =>
    rawZip(entries, { comment: writeZip(inside.filter(({ bytes }) => bytes.length < 10_000)) }),
  ),
  zip('the document compressed', ({ entries }) => rawZip(said(entries, PDF, { deflated: true }))),
  zip('the type compressed', ({ entries }) => rawZip(said(entries, 'mimetype', { deflated: true }))),
  zip('the type not first', ({ entries }) => writeZip([...entries.slice(1), entries[0]!])),
  zip('the type of another container', ({ entries }) =>
    writeZip([{ name: 'mimetype', bytes: utf8('application/vnd.etsi.asic-s+zip') }, ...entries.slice(1)]),
  ),
  zip('a compression that nobody else knows', ({ entries }) => rawZip(said(entries, PDF, { method: 99 }))),
  zip('an entry that claims to be encrypted', ({ entries }) => rawZip(said(entries, PDF, { flags: 1 }))),
  zip('a ZIP64 end record', ({ entries }) => rawZip(entries, { zip64: true })),
  zip('300 KB that swell to 300 MiB', ({ entries }) =>
    rawZip([...entries, { name: 'documents/002.pdf', bytes: Buffer.alloc(300 * 1024 * 1024), deflated: true }]),
  ),
  zip('a size said smaller than what it swells to', ({ entries }) =>
    rawZip(said(entries, PDF, { bytes: Buffer.alloc(1_000_000), deflated: true, size: 1000 })),
  ),
];
