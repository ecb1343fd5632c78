import { createPrivateKey, generateKeyPair, X509Certificate, type KeyObject } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { equalBytes, fromUtf8, utf8 } from '../signing/bytes.ts';
import type { Clock } from '../signing/clock.ts';
import { recipientsAt } from '../signing/cms/capture-recipients.ts';
import { certificateFacts } from '../signing/cms/certificate-facts.ts';
import type { Sha256 } from '../signing/digest.ts';
import { err, ok, type Result } from '../signing/result.ts';
import type { Fetch } from '../sync/kiosk/line.ts';
import {
  requestEnrolment,
  requestsFor,
  type EnrolmentFault,
  type KeyRequests,
} from '../sync/kiosk/enrolment-client.ts';
import type { EnrolmentAnswer } from '../sync/protocol/enrolment.ts';
import type { EnrolmentCode } from '../sync/protocol/enrolment-code.ts';
import { completePendingKeys, writePendingKeys } from '../vault/key-generations.ts';
import { openKeyStore } from '../vault/key-store/key-store.ts';
import {
  hasKeyring,
  openKeyring,
  writeKeyring,
  writeKeyringConfig,
  writeKeyringReceiptKeys,
  type KeyMaterial,
} from '../vault/keyring.ts';
import { openPrivateFolder, readPrivateFile, writePrivateFile } from '../vault/private-files.ts';
import { DATA_LAYOUT, parseKioskEnrolment, type KioskEnrolment } from './enrolment.ts';

export type KioskKeyKind = 'p256' | 'rsa3072';
export interface EnrolOptions {
  readonly dataDir: string;
  readonly cloudUrl: string;
  readonly code: EnrolmentCode;
  readonly key: KioskKeyKind;
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  /** For a machine that is a kiosk already: new keys beside the old ones; vault and what waits in it stay. */
  readonly again?: boolean;
}
export type EnrolFault =
  | EnrolmentFault
  /** This folder has a kiosk already. */
  | { readonly kind: 'enrolled' }
  /** It is to be enrolled again, and has no kiosk, or the code is for another one. */
  | { readonly kind: 'another-kiosk' }
  /** What the cloud gave does not fit together; `problem` says what. Nothing was written. */
  | { readonly kind: 'unfit'; readonly problem: string };

const generate = promisify(generateKeyPair);
/** Keys that wait for their certificates; gone once the keyring is whole. */
const PENDING = {
  folder: ['kiosk', 'enrolling'],
  device: 'device.key.pem',
  seal: 'seal.key.pem',
  request: 'request.json',
};

/**
 * Makes this machine a kiosk. Its keys are made and kept here before the cloud is asked, so that a crash at any point ends
 * either in nothing, or in the same request being made again; the keyring's configuration is written last of all.
 */
export async function enrolKiosk(options: EnrolOptions): Promise<Result<KioskEnrolment, EnrolFault>> {
  const keyring = join(options.dataDir, ...DATA_LAYOUT.kioskKeys);
  const pendingFolder = join(options.dataDir, ...PENDING.folder);
  if (options.again === true) return enrolAgain(options, keyring, pendingFolder);
  if (hasKeyring(keyring)) {
    rmSync(pendingFolder, { recursive: true, force: true });
    return err({ kind: 'enrolled' });
  }
  const pending = await pendingKeys(pendingFolder, options.code.lookup, options.key);
  const answered = await requestEnrolment(options, options.code, pending.requests, options.signal);
  if (!answered.ok) return answered;
  const material = materialOf(answered.value, pending, options);
  if (!material.ok) return material;
  openPrivateFolder(join(options.dataDir, 'kiosk'));
  writeKeyring(keyring, material.value.keys);
  rmSync(pendingFolder, { recursive: true, force: true });
  return ok(material.value.config);
}

/** As after a renewal, only that a code was the proof: the keys become the newest in one step, the old ones stay. */
async function enrolAgain(
  options: EnrolOptions,
  folder: string,
  pendingFolder: string,
): Promise<Result<KioskEnrolment, EnrolFault>> {
  if (!hasKeyring(folder)) return err({ kind: 'another-kiosk' });
  const keyStore = openKeyStore(folder);
  const keys = openKeyring(folder, keyStore);
  const before = parseKioskEnrolment(keys.config());
  if (!before.ok) return err({ kind: 'unfit', problem: `the enrolment that is there: ${before.error}` });
  const pending = await pendingKeys(pendingFolder, options.code.lookup, options.key);
  const answered = await requestEnrolment(options, options.code, pending.requests, options.signal);
  if (!answered.ok) return answered;
  const { tenant, kiosk, sealChain } = answered.value;
  if (kiosk !== before.value.kiosk || tenant.id !== before.value.tenant.id) return err({ kind: 'another-kiosk' });
  const material = materialOf(answered.value, pending, options);
  if (!material.ok) return material;
  if (!equalBytes(material.value.keys.tenantRoot, keys.tenantRoot())) {
    return err({ kind: 'unfit', problem: 'it names another root of the tenant than the one that is pinned here' });
  }
  const { cloud } = material.value.config;
  const config = { ...before.value, ...(cloud === undefined ? {} : { cloud }) };
  writeKeyringReceiptKeys(folder, material.value.keys.receiptKeys);
  writeKeyringConfig(folder, config, keyStore);
  writePendingKeys(folder, pending, keyStore);
  completePendingKeys(
    folder,
    sealChain.map((text) => Uint8Array.from(Buffer.from(text, 'base64'))),
  );
  rmSync(pendingFolder, { recursive: true, force: true });
  return ok(config);
}

interface Pending {
  readonly device: KeyObject;
  readonly seal: KeyObject;
  readonly requests: KeyRequests;
}
const pendingRequest = z.object({ code: z.string(), device: z.string(), seal: z.string() });

/** The keys made for this code, now or before a crash; the request is written last. */
async function pendingKeys(folder: string, code: Sha256, kind: KioskKeyKind): Promise<Pending> {
  const file = (name: string): string => join(folder, name);
  if (existsSync(file(PENDING.request))) {
    const request = pendingRequest.parse(JSON.parse(fromUtf8(readPrivateFile(file(PENDING.request)))));
    if (request.code === code) {
      const key = (name: string): KeyObject => createPrivateKey(fromUtf8(readPrivateFile(file(name))));
      const { device, seal } = request;
      return { device: key(PENDING.device), seal: key(PENDING.seal), requests: { device, seal } };
    }
  }
  rmSync(folder, { recursive: true, force: true });
  const [device, seal] = [await newKey(kind), await newKey(kind)];
  const requests = requestsFor(device, seal);
  openPrivateFolder(folder);
  writePrivateFile(file(PENDING.device), privatePem(device));
  writePrivateFile(file(PENDING.seal), privatePem(seal));
  writePrivateFile(file(PENDING.request), utf8(JSON.stringify({ code, ...requests })));
  return { device, seal, requests };
}

export async function newKey(kind: KioskKeyKind): Promise<KeyObject> {
  const made =
    kind === 'p256' ? await generate('ec', { namedCurve: 'P-256' }) : await generate('rsa', { modulusLength: 3072 });
  return made.privateKey;
}

function privatePem(key: KeyObject): Uint8Array {
  return utf8(key.export({ type: 'pkcs8', format: 'pem' }).toString());
}

/** What is to be pinned, looked at before any of it is written. */
function materialOf(
  answer: EnrolmentAnswer,
  { device, seal }: Pending,
  { cloudUrl, clock }: EnrolOptions,
): Result<{ readonly keys: KeyMaterial; readonly config: KioskEnrolment }, EnrolFault> {
  const unfit = (problem: string): Result<never, EnrolFault> => err({ kind: 'unfit', problem });
  const ders = (list: readonly string[]): readonly Uint8Array[] =>
    list.map((text) => Uint8Array.from(Buffer.from(text, 'base64')));
  const [root = new Uint8Array()] = ders([answer.tenantRoot]);
  const [deviceChain, sealChain] = [ders(answer.deviceChain), ders(answer.sealChain)];
  const now = clock.now();
  const problem =
    chainProblem('device', deviceChain, root, device, now) ?? chainProblem('seal', sealChain, root, seal, now);
  if (problem !== null) return unfit(problem);
  const { tenant, branch, kiosk, facts } = answer;
  const cloud = { address: cloudUrl, name: answer.cloud };
  const config = parseKioskEnrolment({ demo: false, ...facts, version: 1, tenant, branch, kiosk, cloud });
  if (!config.ok) return unfit(`the configuration cannot be read: ${config.error}`);
  const escrowCertificates = ders(answer.escrowCertificates);
  const recipients = recipientsAt(escrowCertificates, { at: new Date(now), demo: config.value.demo });
  if (!recipients.ok)
    return unfit(`pen data could not be sealed to its escrow certificates: ${recipients.error.problem}`);
  return ok({
    keys: {
      ...{ sealKey: seal, sealChain, deviceKey: device, escrowCertificates, tenantRoot: root },
      recordCertificates: ders(answer.recordCertificates),
      receiptKeys: answer.receiptKeys,
      config: config.value,
    },
    config: config.value,
  });
}

/** Why a chain is not one from our own key to the root, in force at `now`; null when it is. */
export function chainProblem(
  use: 'device' | 'seal',
  chain: readonly Uint8Array[],
  root: Uint8Array,
  key: KeyObject,
  now: number,
): string | null {
  try {
    const certificates = [...chain, root].map((der) => new X509Certificate(der));
    if (certificates[0]?.checkPrivateKey(key) !== true) return `the ${use} certificate is of another key`;
    const linked = certificates.every((certificate, place) => {
      const above = certificates[place + 1] ?? certificate;
      return certificate.checkIssued(above) && certificate.verify(above.publicKey);
    });
    if (!linked) return `the ${use} certificate does not lead to the tenant's root`;
    const inForce = [...chain, root].map(certificateFacts).every((facts) => {
      return facts.notBefore.getTime() <= now && now < facts.notAfter.getTime();
    });
    return inForce ? null : `a certificate above the ${use} certificate, or itself, is not in force`;
  } catch {
    return `the ${use} certificate cannot be read`;
  }
}
