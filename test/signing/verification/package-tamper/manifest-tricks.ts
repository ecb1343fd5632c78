import { createHash } from 'node:crypto';
import { utf8 } from '../../../../signing/bytes.ts';
import {
  SIGNATURE_MIME_TYPE,
  writeAsicManifest,
  type ManifestReference,
} from '../../../../signing/container/asic-manifest.ts';
import { PACKAGE_PATHS } from '../../../../signing/container/package-format.ts';
import { writeZip, type ZipEntry } from '../../../../signing/container/zip-writer.ts';
import { sha256 } from '../../../../signing/digest.ts';
import { coveringManifest } from '../../../../signing/sealing/covering-manifest.ts';
import { buildSignedData } from '../../../../signing/sealing/signed-data.ts';
import type { Signer } from '../../../../signing/sealing/signer.ts';
import { bytesOf, without, type PackageTampering, type PackageWorld } from './package-tampering.ts';

const SIGNED_AT = new Date('2026-11-23T08:20:01Z');
const { contentManifest, contentSignature, captureManifest, captureSignature } = PACKAGE_PATHS;
const CONTENT = { manifest: contentManifest, signature: contentSignature };
const CAPTURES = { manifest: captureManifest, signature: captureSignature };

const manifest = (name: string, make: PackageTampering['make']): PackageTampering => ({
  class: 'manifest',
  name,
  make,
});
const referencesTo = (entries: readonly ZipEntry[], folder: RegExp): readonly ManifestReference[] =>
  entries
    .filter(({ name }) => folder.test(name))
    .map(({ name, bytes }) => ({ name, mimeType: null, digest: sha256(bytes) }));
const captures = (entries: readonly ZipEntry[]): readonly ManifestReference[] => referencesTo(entries, /^captures\//);

/** The manifest of the captures as text that was altered, signed anew by the kiosk. */
async function rewritten({ pki, entries }: PackageWorld, alter: (xml: string) => string): Promise<Uint8Array> {
  const honest = Buffer.from(bytesOf(entries, captureManifest)).toString();
  const xml = alter(honest);
  if (xml === honest) throw new Error('the sample was not tampered with');
  const digest = createHash('sha256').update(xml).digest();
  const cms = await buildSignedData({ profile: 'cades', digest, signer: pki.deviceSigner, signingTime: SIGNED_AT });
  return writeZip([
    ...without(entries, captureManifest, captureSignature),
    { name: captureManifest, bytes: utf8(xml) },
    { name: captureSignature, bytes: cms },
  ]);
}

/** The manifest of the captures by somebody else. */
async function signedBy({ entries }: PackageWorld, signer: Signer): Promise<Uint8Array> {
  return writeZip([
    ...without(entries, captureManifest, captureSignature),
    ...(await coveringManifest(captures(entries), CAPTURES, { signer, signedAt: SIGNED_AT })),
  ]);
}
const firstReference = /(  <asic:DataObjectReference[^]*?<\/asic:DataObjectReference>\n)/;
const weaker = (xml: string, uri: string, name: string): string =>
  xml
    .replace('http://www.w3.org/2001/04/xmlenc#sha256', uri)
    .replace(/(<ds:DigestValue>)([^<]*)/, (_, tag: string) => tag + createHash(name).update('x').digest('base64'));

/** Manifests written by others, or by the kiosk in a form that an honest one has not. */
export const MANIFEST_TRICKS: readonly PackageTampering[] = [
  manifest('the captures signed by another tenant', async (world) => signedBy(world, world.stranger.deviceSigner)),
  manifest('the captures signed by another key of the tenant', async (world) => signedBy(world, world.pki.signer)),
  manifest("the captures signed by another's key under the certificate of the kiosk", async (world) =>
    signedBy(world, { ...world.stranger.deviceSigner, chain: world.pki.deviceSigner.chain }),
  ),
  manifest('everything signed by another tenant', async (world) => {
    const content = referencesTo(world.entries, /^(?!captures\/|META-INF\/|mimetype)/);
    const by = { signer: world.stranger.deviceSigner, signedAt: SIGNED_AT };
    return writeZip([
      ...world.entries.filter(({ name }) => !name.startsWith('META-INF/')),
      ...(await coveringManifest(content, CONTENT, by)),
      ...(await coveringManifest(captures(world.entries), CAPTURES, by)),
    ]);
  }),
  manifest('a manifest more, by another key of the tenant', async (world) => {
    const names = { manifest: 'META-INF/ASiCManifest009.xml', signature: 'META-INF/signature009.p7s' };
    const by = { signer: world.pki.signer, signedAt: SIGNED_AT };
    return writeZip([...world.entries, ...(await coveringManifest(captures(world.entries), names, by))]);
  }),
  manifest('a file more, with a manifest of its own by another tenant', async (world) => {
    const extra = { name: 'note.txt', bytes: utf8('x') };
    const names = { manifest: 'META-INF/ASiCManifest003.xml', signature: 'META-INF/signature003.p7s' };
    const by = { signer: world.stranger.deviceSigner, signedAt: SIGNED_AT };
    return writeZip([...[...world.entries, extra], ...(await coveringManifest(referencesTo([extra], /./), names, by))]);
  }),
  manifest('a file more, with a manifest of its own by the kiosk', async (world) => {
    const extra = { name: 'note.txt', bytes: utf8('x') };
    const names = { manifest: 'META-INF/ASiCManifest003.xml', signature: 'META-INF/signature003.p7s' };
    const by = { signer: world.pki.deviceSigner, signedAt: SIGNED_AT };
    return writeZip([...[...world.entries, extra], ...(await coveringManifest(referencesTo([extra], /./), names, by))]);
  }),
  manifest('two manifests that name one signature', (world) => {
    const xml = writeAsicManifest({
      signature: contentSignature,
      signatureType: SIGNATURE_MIME_TYPE,
      references: captures(world.entries),
    });
    return writeZip([
      ...without(world.entries, captureManifest, captureSignature),
      { name: captureManifest, bytes: xml },
    ]);
  }),
  manifest('a file named twice', async (world) => rewritten(world, (xml) => xml.replace(firstReference, '$1$1'))),
  manifest('a file named twice, once in percent codes', async (world) =>
    rewritten(world, (xml) =>
      xml.replace(firstReference, (one) => one + one.replace('captures/001', 'captures/%30%30%31')),
    ),
  ),
  manifest('a digest by SHA-1', async (world) =>
    rewritten(world, (xml) => weaker(xml, 'http://www.w3.org/2000/09/xmldsig#sha1', 'sha1')),
  ),
  manifest('a digest by MD5', async (world) =>
    rewritten(world, (xml) => weaker(xml, 'http://www.w3.org/2001/04/xmldsig-more#md5', 'md5')),
  ),
  manifest('a digest of another file', async (world) =>
    rewritten(world, (xml) => xml.replace(/(<ds:DigestValue>)[^<]{4}/, '$1AAAA')),
  ),
  manifest('a document type with an entity', async (world) =>
    rewritten(world, (xml) => xml.replace('?>', '?><!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]>')),
  ),
  manifest('references hidden inside the reference to the signature', async (world) =>
    rewritten(world, (xml) =>
      xml.replace(
        /(<asic:SigReference[^>]*)\/>\n([^]*)<\/asic:ASiCManifest>/,
        '$1>\n$2</asic:SigReference></asic:ASiCManifest>',
      ),
    ),
  ),
  manifest('a reference out of the container', async (world) =>
    rewritten(world, (xml) => xml.replace('captures/001.p7m', '%2e%2e/captures/001.p7m')),
  ),
  manifest('a manifest of nothing', async (world) =>
    rewritten(world, (xml) => xml.replace(/ {2}<asic:DataObjectReference[^]*<\/asic:DataObjectReference>\n/, '')),
  ),
  manifest('a manifest as the reference to its own signature', async (world) =>
    rewritten(world, (xml) => xml.replace(captureSignature, captureManifest)),
  ),
];
