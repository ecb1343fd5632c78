import { certificateFacts, type CertificateFacts } from '../cms/certificate-facts.ts';
import { DerError } from '../cms/der-reader.ts';
import { isArray, isDict, isStream, type PdfDict } from '../pdf/objects.ts';
import { PdfSyntaxError, type PdfFile } from '../pdf/pdf-file.ts';
import type { RevocationData } from './revocation.ts';

/** What a document's DSS holds (ISO 32000-2 12.8.4.3); each piece still has to prove itself. */
export interface ValidationData extends RevocationData {
  readonly certificates: readonly CertificateFacts[];
}

const MAX_ENTRIES = 100;
const MAX_CERTIFICATE_BYTES = 64 * 1024;
const MAX_REVOCATION_BYTES = 4 * 1024 * 1024;
/** All of one kind together: each is read in full. */
const MAX_TOTAL_BYTES = 16 * 1024 * 1024;

/** Entries that cannot be read are passed over: nothing rests on data that is missing. */
export function readValidationData(file: PdfFile | undefined): ValidationData {
  const dss = file?.resolve(file.catalog.entries.get('DSS')) ?? null;
  if (file === undefined || !isDict(dss)) return { certificates: [], ocsps: [], crls: [] };
  return {
    certificates: streams(file, dss, 'Certs', MAX_CERTIFICATE_BYTES).flatMap(readCertificate),
    ocsps: streams(file, dss, 'OCSPs', MAX_REVOCATION_BYTES),
    crls: streams(file, dss, 'CRLs', MAX_REVOCATION_BYTES),
  };
}

function streams(file: PdfFile, dss: PdfDict, key: string, maxBytes: number): readonly Uint8Array[] {
  const list = file.resolve(dss.entries.get(key));
  if (!isArray(list)) return [];
  let left = MAX_TOTAL_BYTES;
  return list.items.slice(0, MAX_ENTRIES).flatMap((item) => {
    try {
      const stream = file.resolve(item);
      if (!isStream(stream) || left <= 0) return [];
      const bytes = file.decode(stream, Math.min(maxBytes, left));
      left -= bytes.length;
      return [bytes];
    } catch (error) {
      if (error instanceof PdfSyntaxError) return [];
      throw error;
    }
  });
}

function readCertificate(der: Uint8Array): readonly CertificateFacts[] {
  try {
    return [certificateFacts(der)];
  } catch (error) {
    if (error instanceof DerError) return [];
    throw error;
  }
}
