/** Seed values: what the author of a signature field asks of the signature (ISO 32000-2, 12.7.5.5, tables 237 to 239). */
import type { FormField } from './form.ts';
import { isArray, isDict, isName, isString, type PdfDict, type PdfObject } from './objects.ts';
import type { PdfFile } from './pdf-file.ts';
import { decodeText } from './text-string.ts';

/** Bits of /Ff of the seed value dictionary: the entry is required, not a wish. */
const REQUIRED = {
  Filter: 1,
  SubFilter: 2,
  V: 4,
  Reasons: 8,
  LegalAttestation: 16,
  AddRevInfo: 32,
  DigestMethod: 64,
  LockDocument: 128,
  AppearanceFilter: 256,
} as const;
/** Bits of /Ff of the certificate seed value dictionary. */
const CERT_REQUIRED = { Subject: 1, Issuer: 2, OID: 4, SubjectDN: 8, KeyUsage: 32, URL: 64 } as const;

export type SeedEntry = keyof typeof REQUIRED;
export type CertificateEntry = keyof typeof CERT_REQUIRED;

/** Entries that are absent, or of another type than the standard has, are null or empty. */
export interface SeedValues {
  readonly required: ReadonlySet<SeedEntry>;
  /** Bits of /Ff that the standard does not know; 0 for none. */
  readonly unknownFlags: number;
  readonly filter: string | null;
  readonly subFilters: readonly string[];
  readonly digestMethods: readonly string[];
  readonly version: number | null;
  readonly reasons: readonly string[];
  readonly addRevocation: boolean;
  readonly lockDocument: 'true' | 'false' | 'auto' | null;
  /** /MDP /P: 0 an approval signature, 1 to 3 a certification; null says nothing. */
  readonly certification: 0 | 1 | 2 | 3 | null;
  readonly timestampRequired: boolean;
  readonly certificate: CertificateSeed | null;
}

export interface CertificateSeed {
  readonly required: ReadonlySet<CertificateEntry>;
  /** DER certificates. */
  readonly subjects: readonly Uint8Array[];
  readonly issuers: readonly Uint8Array[];
  /** Each with the attributes it must have, by name as in `CN`. */
  readonly subjectNames: readonly Readonly<Record<string, string>>[];
  /** Patterns of 0, 1 and X, the first character for digitalSignature. */
  readonly keyUsages: readonly string[];
  readonly hasSignaturePolicy: boolean;
}

/** Null when the field asks for nothing. @throws PdfSyntaxError */
export function readSeedValues(file: PdfFile, field: FormField): SeedValues | null {
  const seed = file.resolve(field.dict.entries.get('SV'));
  if (!isDict(seed)) return null;
  const read = reader(file, seed);
  const flags = numberOf(read('Ff')) ?? 0;
  const timestamp = read('TimeStamp');
  const mdp = read('MDP');
  const certificate = read('Cert');
  const filter = read('Filter');
  return {
    required: bits(REQUIRED, flags),
    unknownFlags: flags & ~Object.values(REQUIRED).reduce((sum, bit) => sum | bit, 0),
    filter: isName(filter) ? filter.name : null,
    subFilters: words(file, read('SubFilter')),
    digestMethods: words(file, read('DigestMethod')),
    version: numberOf(read('V')),
    reasons: words(file, read('Reasons')),
    addRevocation: read('AddRevInfo') === true,
    lockDocument: lockWord(read('LockDocument')),
    certification: isDict(mdp) ? levelOf(file.resolve(mdp.entries.get('P'))) : null,
    timestampRequired: isDict(timestamp) && numberOf(file.resolve(timestamp.entries.get('Ff'))) === 1,
    certificate: isDict(certificate) ? certificateSeed(file, certificate) : null,
  };
}

function certificateSeed(file: PdfFile, seed: PdfDict): CertificateSeed {
  const read = reader(file, seed);
  return {
    required: bits(CERT_REQUIRED, numberOf(read('Ff')) ?? 0),
    subjects: byteStrings(file, read('Subject')),
    issuers: byteStrings(file, read('Issuer')),
    subjectNames: items(file, read('SubjectDN')).flatMap((item) => (isDict(item) ? [attributesOf(file, item)] : [])),
    keyUsages: words(file, read('KeyUsage')),
    hasSignaturePolicy: seed.entries.has('SignaturePolicyOID'),
  };
}

function reader(file: PdfFile, from: PdfDict): (key: string) => PdfObject {
  return (key) => file.resolve(from.entries.get(key));
}

function bits<K extends string>(table: Readonly<Record<K, number>>, flags: number): ReadonlySet<K> {
  return new Set((Object.keys(table) as K[]).filter((key) => (flags & table[key]) !== 0));
}

function items(file: PdfFile, list: PdfObject): readonly PdfObject[] {
  return isArray(list) ? list.items.map((item) => file.resolve(item)) : [];
}

/** Names and text strings alike: writers differ. */
function words(file: PdfFile, list: PdfObject): readonly string[] {
  return items(file, list).flatMap((item) =>
    isName(item) ? [item.name] : isString(item) ? [decodeText(item.bytes)] : [],
  );
}

function byteStrings(file: PdfFile, list: PdfObject): readonly Uint8Array[] {
  return items(file, list).flatMap((item) => (isString(item) ? [item.bytes] : []));
}

function attributesOf(file: PdfFile, name: PdfDict): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...name.entries].flatMap(([key, value]) => {
      const text = file.resolve(value);
      return isString(text) ? [[key, decodeText(text.bytes)]] : [];
    }),
  );
}

function numberOf(value: PdfObject): number | null {
  return typeof value === 'number' ? value : null;
}

function levelOf(value: PdfObject): SeedValues['certification'] {
  return value === 0 || value === 1 || value === 2 || value === 3 ? value : null;
}

function lockWord(value: PdfObject): SeedValues['lockDocument'] {
  if (!isName(value)) return null;
  return value.name === 'true' || value.name === 'false' || value.name === 'auto' ? value.name : null;
}
