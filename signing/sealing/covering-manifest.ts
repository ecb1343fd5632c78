import { createHash } from 'node:crypto';
import { SIGNATURE_MIME_TYPE, writeAsicManifest, type ManifestReference } from '../container/asic-manifest.ts';
import type { ZipEntry } from '../container/zip-writer.ts';
import type { Signer } from './signer.ts';
import { buildSignedData } from './signed-data.ts';

/** A manifest over some entries and the CAdES signature over its exact bytes (formats 4.3, 4.4). */
export async function coveringManifest(
  references: readonly ManifestReference[],
  names: { readonly manifest: string; readonly signature: string },
  by: { readonly signer: Signer; readonly signedAt: Date },
): Promise<readonly ZipEntry[]> {
  const bytes = writeAsicManifest({ signature: names.signature, signatureType: SIGNATURE_MIME_TYPE, references });
  const digest = createHash('sha256').update(bytes).digest();
  const cms = await buildSignedData({ profile: 'cades', digest, signer: by.signer, signingTime: by.signedAt });
  return [
    { name: names.manifest, bytes },
    { name: names.signature, bytes: cms },
  ];
}
