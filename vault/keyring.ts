import { createPrivateKey, createPublicKey, X509Certificate, type JsonWebKey, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fromUtf8, utf8 } from '../signing/bytes.ts';
import { canonicalText } from '../signing/canonical-json.ts';
import { localSigner } from '../signing/sealing/local-signer.ts';
import type { Signer } from '../signing/sealing/signer.ts';
import { generationFiles, generations } from './key-generations.ts';
import { openKeyStore, type KeyStore } from './key-store/key-store.ts';
import { readAtRest, sealedName, writeAtRest } from './key-store/sealed-file.ts';
import { openPrivateFolder, readPrivateFile, writePrivateFile } from './private-files.ts';

/** Everything a kiosk got at its enrolment. Certificates are DER. */
export interface KeyMaterial {
  /** Seals documents and packages; `sealChain` has its certificate first, then intermediates, no root. */
  readonly sealKey: KeyObject;
  readonly sealChain: readonly Uint8Array[];
  /** Proves the kiosk to the cloud. */
  readonly deviceKey: KeyObject;
  /** Escrow holder first, then its backup: both can open a capture. */
  readonly escrowCertificates: readonly Uint8Array[];
  /** The tenant's, to which identity and ceremony records are enveloped: one, or one and its backup. */
  readonly recordCertificates: readonly Uint8Array[];
  /** Root of the seal chain. */
  readonly tenantRoot: Uint8Array;
  /** Public keys that receipts may be signed with; several while one is being replaced. Each has a `kid`. */
  readonly receiptKeys: readonly JsonWebKey[];
  /** Plain facts of the enrolment: tenant, branch, kiosk ... The runtime parses them. */
  readonly config: object;
}

export interface SealKey {
  readonly privateKey: KeyObject;
  /** Own first, without the root. */
  readonly chain: readonly Uint8Array[];
}

/** What was read; see `KeyMaterial` for what each is. */
export interface Keyring {
  readonly folder: string;
  /**
   * As the work threads take it; a `Signer` cannot cross to them. The newest, or (`at`, wall milliseconds) the newest whose
   * certificate had begun then.
   */
  sealKey(at?: number): SealKey;
  signer(): Signer;
  deviceKey(): KeyObject;
  escrowCertificates(): readonly Uint8Array[];
  recordCertificates(): readonly Uint8Array[];
  tenantRoot(): Uint8Array;
  receiptKeys(): readonly JsonWebKey[];
  config(): unknown;
  /** Takes the keys that came by renewal since they were read; what holds for older moments stays in hand. */
  readRenewed(): void;
}

export type KeyringErrorCode = 'malformed' | 'key-mismatch';
/** The folder's files do not make a keyring; `file` says which. Missing or readable by others: PrivateFileError. */
export class KeyringError extends Error {
  readonly code: KeyringErrorCode;
  readonly file: string;
  constructor(code: KeyringErrorCode, file: string, message: string) {
    super(`${file}: ${message}`);
    this.name = 'KeyringError';
    this.code = code;
    this.file = file;
  }
}

export const KEYRING_FILES = {
  sealKey: 'seal.key.pem',
  sealChain: 'seal.chain.pem',
  deviceKey: 'device.key.pem',
  escrow: 'escrow.certs.pem',
  record: 'record.certs.pem',
  root: 'tenant.root.pem',
  receiptKeys: 'receipt.keys.json',
  config: 'config.json',
} as const;

/** Whether an enrolment was completed here: the configuration is written last. */
export function hasKeyring(folder: string): boolean {
  const { config } = KEYRING_FILES;
  return [config, sealedName(config)].some((file) => existsSync(join(folder, file)));
}

/**
 * Writes all files, each whole and durable, folder 0700 and files 0600; the configuration last. Private keys are sealed when
 * the folder has a key store.
 * @throws KeyStoreError when there is one and it does not open
 */
export function writeKeyring(folder: string, material: KeyMaterial, keyStore = openKeyStore(folder)): void {
  const put = (file: string, text: string): void => writePrivateFile(join(folder, file), utf8(text));
  const putKey = (file: string, key: KeyObject): void => {
    const pem = Buffer.from(key.export({ type: 'pkcs8', format: 'pem' }));
    writeAtRest(folder, file, pem, keyStore);
    pem.fill(0);
  };
  putKey(KEYRING_FILES.sealKey, material.sealKey);
  put(KEYRING_FILES.sealChain, certificatesPem(material.sealChain));
  putKey(KEYRING_FILES.deviceKey, material.deviceKey);
  put(KEYRING_FILES.escrow, certificatesPem(material.escrowCertificates));
  put(KEYRING_FILES.record, certificatesPem(material.recordCertificates));
  put(KEYRING_FILES.root, certificatesPem([material.tenantRoot]));
  put(KEYRING_FILES.receiptKeys, canonicalText(material.receiptKeys));
  writeKeyringConfig(folder, material.config, keyStore);
}

/** Replaces the configuration alone (a pull from the cloud). An open keyring keeps what it has read. */
export function writeKeyringConfig(folder: string, config: object, keyStore = openKeyStore(folder)): void {
  writeAtRest(folder, KEYRING_FILES.config, utf8(canonicalText(config)), keyStore);
}

/** Replaces the pinned receipt keys alone: the cloud named the next one. An open keyring keeps what it has read. */
export function writeKeyringReceiptKeys(folder: string, keys: readonly JsonWebKey[]): void {
  writePrivateFile(join(folder, KEYRING_FILES.receiptKeys), utf8(canonicalText(keys)));
}

/**
 * Reads and checks everything at once: a kiosk with half its keys must not open for customers.
 * @throws PrivateFileError for files that are missing or that others can read; KeyringError for what is in them;
 *   KeyStoreError when the keys are sealed and what opens them is not there.
 */
export function openKeyring(folder: string, keyStore = openKeyStore(folder)): Keyring {
  openPrivateFolder(folder);
  const text = (file: string): string => fromUtf8(readPrivateFile(join(folder, file)));
  const identity = (files: { readonly device: string; readonly seal: string; readonly chain: string }): Identity => {
    const seal = privateKey(folder, files.seal, keyStore);
    const chain = certificates(files.chain, text(files.chain));
    assertMatches(seal, chain, files.chain);
    const [own] = chain;
    const begins = own === undefined ? 0 : new X509Certificate(own).validFromDate.getTime();
    return { device: privateKey(folder, files.device, keyStore), seal: { privateKey: seal, chain }, begins };
  };
  const { deviceKey: device, sealKey: seal, sealChain: chain } = KEYRING_FILES;
  const enrolled = identity({ device, seal, chain });
  /** Oldest first. */
  const renewed = (): readonly Identity[] => generations(folder).map((number) => identity(generationFiles(number)));
  let identities = [enrolled, ...renewed()];
  const newest = (): Identity => identities.at(-1) ?? enrolled;
  const escrow = certificates(KEYRING_FILES.escrow, text(KEYRING_FILES.escrow));
  const record = certificates(KEYRING_FILES.record, text(KEYRING_FILES.record));
  const root = oneCertificate(KEYRING_FILES.root, text(KEYRING_FILES.root));
  const receiptKeys = publicKeys(KEYRING_FILES.receiptKeys, text(KEYRING_FILES.receiptKeys));
  const config = json(KEYRING_FILES.config, fromUtf8(atRest(folder, KEYRING_FILES.config, keyStore)));
  return {
    folder,
    sealKey: (at) =>
      (at === undefined ? newest() : (identities.findLast(({ begins }) => begins <= at) ?? enrolled)).seal,
    signer: () => localSigner(newest().seal.privateKey, newest().seal.chain),
    deviceKey: () => newest().device,
    escrowCertificates: () => escrow,
    recordCertificates: () => record,
    tenantRoot: () => root,
    receiptKeys: () => receiptKeys,
    config: () => config,
    readRenewed: () => {
      identities = [enrolled, ...renewed()];
    },
  };
}

interface Identity {
  readonly device: KeyObject;
  readonly seal: SealKey;
  /** Since when the seal certificate holds, wall milliseconds. */
  readonly begins: number;
}

/** The root alone: it is public, so no key store is needed. @throws as `openKeyring` */
export function readTenantRoot(folder: string): Uint8Array {
  openPrivateFolder(folder);
  return oneCertificate(KEYRING_FILES.root, fromUtf8(readPrivateFile(join(folder, KEYRING_FILES.root))));
}

function certificatesPem(chain: readonly Uint8Array[]): string {
  return chain.map((der) => new X509Certificate(der).toString()).join('');
}

function privateKey(folder: string, file: string, keyStore: KeyStore | null): KeyObject {
  const key = atRest(folder, file, keyStore);
  try {
    // The cause is left out: OpenSSL's message may speak of the contents.
    return parsed(file, 'is not a private key in PEM', () => createPrivateKey({ key, format: 'pem' }));
  } finally {
    key.fill(0);
  }
}

function atRest(folder: string, file: string, keyStore: KeyStore | null): Buffer {
  const bytes = readAtRest(folder, file, keyStore);
  if (bytes === null) throw new KeyringError('malformed', sealedName(file), 'is not sealed for this key store');
  return bytes;
}

function certificates(file: string, pem: string): readonly Uint8Array[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new KeyringError('malformed', file, 'has no certificate in PEM');
  return parsed(file, 'has a damaged certificate', () =>
    blocks.map((block) => Uint8Array.from(new X509Certificate(block).raw)),
  );
}

function oneCertificate(file: string, pem: string): Uint8Array {
  const [only, ...more] = certificates(file, pem);
  if (only === undefined || more.length > 0) throw new KeyringError('malformed', file, 'has one certificate');
  return only;
}

function publicKeys(file: string, text: string): readonly JsonWebKey[] {
  const keys = json(file, text);
  if (!Array.isArray(keys) || keys.length === 0) throw new KeyringError('malformed', file, 'is a list of keys');
  return keys.map((key: unknown) => {
    if (typeof key !== 'object' || key === null || 'd' in key || 'k' in key) {
      throw new KeyringError('malformed', file, 'has public keys only');
    }
    const jwk = key as JsonWebKey;
    parsed(file, 'has a damaged key', () => createPublicKey({ key: jwk, format: 'jwk' }));
    return jwk;
  });
}

function json(file: string, text: string): unknown {
  return parsed(file, 'is not JSON', (): unknown => JSON.parse(text));
}

function parsed<T>(file: string, problem: string, work: () => T): T {
  try {
    return work();
  } catch {
    throw new KeyringError('malformed', file, problem);
  }
}

function assertMatches(key: KeyObject, [own]: readonly Uint8Array[], file: string): void {
  if (own !== undefined && new X509Certificate(own).checkPrivateKey(key)) return;
  throw new KeyringError('key-mismatch', file, 'its first certificate is of another key');
}
