import { compactVerify, createLocalJWKSet, errors } from 'jose';
import { canonicalBytes, isCanonicalForm } from '../../signing/canonical-json.ts';
import { sha256, type Sha256 } from '../../signing/digest.ts';
import { err, ok, type Result } from '../../signing/result.ts';
import {
  CONFIGURATION_TYPE,
  MAX_CONFIGURATION_BYTES,
  parseConfigurationClaims,
  type ConfigurationClaims,
} from '../protocol/configuration.ts';
import type { PinnedKeys } from './receipt-verifier.ts';

/** What the kiosk holds against what came. */
export interface ConfigurationExpectation {
  readonly tenant: string;
  readonly branch: string;
  readonly kiosk: string;
  /** Wall milliseconds. */
  readonly now: number;
  /** The newest taken so far; null before the first. */
  readonly held: {
    readonly number: number;
    readonly content: Sha256;
    readonly notAfter: string;
  } | null;
}

export interface ConfigurationFault {
  readonly code:
    /** Not signed by a pinned key, or another kind of statement. */
    | 'untrusted'
    | 'malformed'
    /** Genuine, but for another tenant, branch or kiosk. */
    | 'other-kiosk'
    /** A number below the one that is held. */
    | 'older'
    /** The number that is held, with another content. */
    | 'same-number'
    | 'expired';
  readonly detail: string;
}

export interface VerifiedConfiguration {
  readonly claims: ConfigurationClaims;
  /** Digest of the whole content, parts that this version does not know included. */
  readonly content: Sha256;
  /** 'unchanged': nothing that is not held already. 'prolonged': the same, for longer. */
  readonly news: 'new' | 'prolonged' | 'unchanged';
}

/** Everything is judged before anything is applied. ES256 only: the algorithm is ours to say (RFC 8725 section 3.1). */
export async function verifyConfiguration(
  jws: string,
  keys: PinnedKeys,
  expected: ConfigurationExpectation,
): Promise<Result<VerifiedConfiguration, ConfigurationFault>> {
  if (jws.length > MAX_CONFIGURATION_BYTES) return err({ code: 'malformed', detail: 'larger than 1 MiB' });
  const payload = await verifiedPayload(jws, keys);
  if (!payload.ok) return payload;
  const read = readPayload(payload.value);
  if (!read.ok) return read;
  const { claims, content } = read.value;
  const { held } = expected;
  for (const member of ['tenant', 'branch', 'kiosk'] as const) {
    if (claims[member] !== expected[member]) return err({ code: 'other-kiosk', detail: `it is for another ${member}` });
  }
  if (held !== null && claims.number < held.number) {
    return err({ code: 'older', detail: `number ${String(claims.number)} after ${String(held.number)}` });
  }
  if (held?.number === claims.number && held.content !== content) {
    return err({ code: 'same-number', detail: `number ${String(claims.number)} with another content` });
  }
  if (Date.parse(claims.notAfter) <= expected.now) {
    return err({ code: 'expired', detail: `it ended on ${claims.notAfter}` });
  }
  const same = held?.number === claims.number;
  // Clouds' clocks differ around midnight: an end that is not later says nothing new.
  const later = held === null || claims.notAfter > held.notAfter;
  return ok({ claims, content, news: same ? (later ? 'prolonged' : 'unchanged') : 'new' });
}

export type HeldConfiguration = Omit<VerifiedConfiguration, 'news'>;

/**
 * One that was verified when it was stored: keys may have been replaced since, and its end may be over.
 * @throws Error when it is damaged.
 */
export function readStored(jws: string): HeldConfiguration {
  const read = readPayload(Buffer.from(jws.split('.')[1] ?? '', 'base64url'));
  if (!read.ok) throw new Error(`the stored configuration cannot be read: ${read.error.detail}`);
  return read.value;
}

function readPayload(bytes: Uint8Array): Result<HeldConfiguration, ConfigurationFault> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return err({ code: 'malformed', detail: 'not JSON' });
  }
  if (typeof value !== 'object' || value === null || !isCanonicalForm(value, bytes)) {
    return err({ code: 'malformed', detail: 'not canonical JSON (RFC 8785)' });
  }
  const claims = parseConfigurationClaims(value);
  if (!claims.ok) return err({ code: 'malformed', detail: claims.error });
  return ok({ claims: claims.value, content: sha256(canonicalBytes((value as { content: object }).content)) });
}

async function verifiedPayload(jws: string, keys: PinnedKeys): Promise<Result<Uint8Array, ConfigurationFault>> {
  try {
    const keySet = createLocalJWKSet({ keys: [...keys] });
    const { payload, protectedHeader } = await compactVerify(jws, keySet, { algorithms: ['ES256'] });
    if (protectedHeader.typ !== CONFIGURATION_TYPE) return err({ code: 'untrusted', detail: 'wrong token type' });
    return ok(payload);
  } catch (error) {
    if (error instanceof errors.JOSEError) return err({ code: 'untrusted', detail: error.code });
    if (error instanceof TypeError) return err({ code: 'untrusted', detail: 'not a compact JWS' });
    throw error;
  }
}
