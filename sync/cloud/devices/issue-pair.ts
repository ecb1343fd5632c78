import type { KeyObject } from 'node:crypto';
import { equalBytes } from '../../../signing/bytes.ts';
import { certificateFacts } from '../../../signing/cms/certificate-facts.ts';
import { readCertificationRequest } from '../../../signing/cms/certification-request.ts';
import { certificatePem } from '../../../signing/cms/pem.ts';
import type { Sha256 } from '../../../signing/digest.ts';
import { err, ok, type Result } from '../../../signing/result.ts';
import type { EnrolmentRefusalReason } from '../../protocol/enrolment.ts';
import type { Sql } from '../database.ts';
import type { TenantAuthority } from './authority.ts';
import { insertCertificate } from './kiosk-certificates.ts';

export interface Refused {
  readonly reason: EnrolmentRefusalReason;
  readonly detail: string;
}

export interface WantedKey {
  readonly key: KeyObject;
  readonly kind: 'p256' | 'rsa';
}
export interface WantedPair {
  readonly device: WantedKey;
  readonly seal: WantedKey;
}

/** A device certificate and one for sealing, both of them chains in DER, own first, without the root. */
export interface IssuedPair {
  readonly device: readonly Uint8Array[];
  readonly seal: readonly Uint8Array[];
  readonly devicePem: string;
  readonly sealPem: string;
  keep(sql: Sql, kiosk: string, at: number, request: Sha256): Promise<void>;
}

/** One year; renewed before two thirds of it are over (`kiosk-shell/kiosk/identity-care.ts`). */
const LIFE_MS = 365 * 86_400_000;
/** Two machines' clocks differ; a certificate that is not valid yet would keep a new kiosk closed. */
const BACKDATE_MS = 3600_000;

/** Reads both PKCS#10 requests. The name is the code's or the token's to say; a request may repeat it, and no other. */
export function readRequests(
  request: { readonly device: string; readonly seal: string },
  kiosk: string,
): Result<WantedPair, Refused> {
  const device = readOne('device', request.device, kiosk);
  const seal = readOne('seal', request.seal, kiosk);
  if (!device.ok) return device;
  if (!seal.ok) return seal;
  const [one, other] = [device, seal].map(({ value }) => value.key.export({ type: 'spki', format: 'der' }));
  if (one !== undefined && other !== undefined && equalBytes(one, other)) {
    return err({ reason: 'malformed', detail: 'one key for both uses' });
  }
  return ok({ device: device.value, seal: seal.value });
}

function readOne(use: string, der64: string, kiosk: string): Result<WantedKey, Refused> {
  const read = readCertificationRequest(Buffer.from(der64, 'base64'));
  if (!read.ok) return err({ reason: read.error, detail: `the request for the ${use} certificate` });
  const { publicKey, commonName } = read.value;
  if (commonName !== null && commonName !== kiosk) {
    return err({ reason: 'wrong-name', detail: `the request for the ${use} certificate names another kiosk` });
  }
  return ok({ key: publicKey, kind: publicKey.asymmetricKeyType === 'rsa' ? 'rsa' : 'p256' });
}

/** @param now wall milliseconds */
export async function issuePair(
  authority: TenantAuthority,
  wanted: WantedPair,
  names: { readonly kiosk: string; readonly branch: string; readonly tenant: string },
  now: number,
): Promise<Result<IssuedPair, Refused>> {
  // Nothing outlives those who vouch for it: a chain is as good as its shortest part.
  const ends = [...authority.chain, authority.root].map((der) => certificateFacts(der).notAfter.getTime());
  const notAfter = Math.min(now + LIFE_MS, ...ends);
  if (notAfter <= now) return err({ reason: 'no-authority', detail: "the tenant's issuing certificate has ended" });
  const dates = { notBefore: wholeSeconds(now - BACKDATE_MS), notAfter: wholeSeconds(notAfter) };
  const organization = names.tenant;
  const own = { ...dates, organization };
  const device = await authority.issue({
    ...{ ...own, profile: 'device', commonName: names.kiosk, publicKey: wanted.device.key },
  });
  const seal = await authority.issue({
    ...{ ...own, profile: 'seal', commonName: `${names.branch} ${names.kiosk}`, publicKey: wanted.seal.key },
  });
  const chains = { device: [device, ...authority.chain], seal: [seal, ...authority.chain] };
  return ok({
    ...chains,
    devicePem: certificatePem(device),
    sealPem: certificatePem(seal),
    keep: async (sql, kiosk, at, request) => {
      for (const use of ['device', 'seal'] as const) {
        await insertCertificate(sql, { kiosk, use, chain: chains[use], at, request });
      }
    },
  });
}

function wholeSeconds(millis: number): Date {
  return new Date(Math.floor(millis / 1000) * 1000);
}
