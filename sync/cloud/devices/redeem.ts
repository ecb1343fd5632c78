import { verify } from 'node:crypto';
import { z } from 'zod';
import { toBase64 } from '../../../signing/bytes.ts';
import { isoTime } from '../../../signing/clock.ts';
import { parseCertificatesPem } from '../../../signing/cms/pem.ts';
import type { Sha256 } from '../../../signing/digest.ts';
import { err, ok, type Result } from '../../../signing/result.ts';
import { codeVerifier } from '../../protocol/enrolment-code.ts';
import {
  ENROLMENT_SKEW_MS,
  ENROLMENT_TYPE,
  requestDigest,
  statementBytes,
  type EnrolmentAnswer,
  type EnrolmentRefusalReason,
  type EnrolmentRequest,
} from '../../protocol/enrolment.ts';
import type { Sql } from '../database.ts';
import { countWrong, forgetAttempts, isShutOut } from './attempts.ts';
import type { CodePorts } from './codes.ts';
import { recordEvent } from './device-events.ts';
import { issuePair, readRequests, type IssuedPair, type Refused, type WantedPair } from './issue-pair.ts';
import { certificatesOf, endOlder } from './kiosk-certificates.ts';
import type { ReceiptRing } from './receipt-ring.ts';

export interface RedeemPorts extends Omit<CodePorts, 'receiptKeyId'> {
  readonly ring: ReceiptRing;
}

/** Wrong signatures under one code, then it is not looked at any more: only who read the database knows what to sign under. */
const WRONG_SIGNATURES = 5;

/**
 * A kiosk's request with a one-time code: certificates for its keys, and everything that it has to pin, as a JWS of the
 * receipt key that the code recognises. The same request is answered the same way until the code ends, so that a kiosk that
 * was cut off in between asks again; any other request with a code that was used is refused, and the database says which of
 * two came first.
 *
 * @param source address of the peer: wrong codes are counted by it
 */
export async function redeem(
  ports: RedeemPorts,
  request: EnrolmentRequest,
  source: string,
): Promise<Result<string, Refused>> {
  const { database, clock } = ports;
  const offset = Date.parse(request.time) - clock.now();
  if (Math.abs(offset) > ENROLMENT_SKEW_MS) return refuse('clock-wrong', `${Math.round(offset / 1000)} s off`);
  if (await isShutOut(database, source, clock)) return refuse('too-many-attempts', 'too many wrong codes');
  const redeemed = await database.transaction((sql) => inTransaction(ports, sql, request));
  if (!redeemed.ok && redeemed.error.reason === 'code-unknown') await countWrong(database, source, clock);
  await forgetAttempts(database, clock);
  return redeemed;
}

const codeRow = z.object({
  id: z.string(),
  public_key: z.string(),
  tenant: z.string(),
  tenant_name: z.string(),
  branch: z.string(),
  branch_name: z.string(),
  kiosk: z.string(),
  receipt_key: z.string(),
  expires_at: z.date(),
  attempts: z.number(),
  withdrawn_at: z.date().nullable(),
  request: z.string().nullable(),
  again: z.boolean(),
  new_kiosks: z
    .object({ escrow: z.string(), records: z.string(), facts: z.record(z.string(), z.unknown()) })
    .nullable(),
});
type Code = z.infer<typeof codeRow>;

async function inTransaction(
  ports: RedeemPorts,
  sql: Sql,
  request: EnrolmentRequest,
): Promise<Result<string, Refused>> {
  const now = ports.clock.now();
  // The row is the lock: of two requests with one code the second waits here, and finds it used.
  const [found] = await sql.query(
    `select c.*, t.name as tenant_name, t.new_kiosks from enrolment_codes c join tenants t on t.id = c.tenant
     where c.lookup = $1 for update of c`,
    [request.code],
  );
  if (found === undefined) return refuse('code-unknown', 'no such code');
  const code = codeRow.parse(found);
  if (code.attempts >= WRONG_SIGNATURES) return refuse('too-many-attempts', 'too many wrong requests with this code');
  if (!verify(null, statementBytes(request), codeVerifier(code.public_key), Buffer.from(request.signature, 'base64'))) {
    await sql.query('update enrolment_codes set attempts = attempts + 1 where id = $1', [code.id]);
    return refuse('code-unknown', 'no such code');
  }
  const wanted = readRequests(request, code.kiosk);
  if (!wanted.ok) return wanted;
  const digest = requestDigest(request);
  if (code.request !== null && code.request !== digest) return refuse('code-used', 'another kiosk used this code');
  if (code.expires_at.getTime() <= now)
    return refuse('code-expired', `it ended at ${isoTime(code.expires_at.getTime())}`);
  if (code.withdrawn_at !== null) return refuse('code-withdrawn', 'it was taken back');
  const issued = code.request === null ? await enrol(ports, sql, code, wanted.value, digest) : await again(sql, code);
  return issued.ok ? ok(await answer(ports, sql, code, digest, issued.value)) : issued;
}

async function enrol(
  ports: RedeemPorts,
  sql: Sql,
  code: Code,
  wanted: WantedPair,
  request: Sha256,
): Promise<Result<IssuedPair, Refused>> {
  const now = ports.clock.now();
  const authority = ports.authorities.get(code.tenant);
  if (authority === undefined) return refuse('no-authority', 'this tenant has no issuing authority here');
  const [known] = await sql.query('select 1 from kiosks where id = $1 for update', [code.kiosk]);
  if (known !== undefined && !code.again) return refuse('code-used', 'a kiosk of this name was enrolled meanwhile');
  const names = { kiosk: code.kiosk, branch: code.branch_name, tenant: code.tenant_name };
  const issued = await issuePair(authority, wanted, names, now);
  if (!issued.ok) return issued;
  if (known === undefined) {
    await sql.query(
      `insert into kiosks (id, tenant, branch, device_certificate, seal_certificate) values ($1, $2, $3, $4, $5)`,
      [code.kiosk, code.tenant, code.branch, issued.value.devicePem, issued.value.sealPem],
    );
  }
  await issued.value.keep(sql, code.kiosk, now, request);
  // Who asks for this has lost the keys before, or somebody else has them. What they sealed until now is taken.
  for (const use of ['device', 'seal'] as const) {
    const [own] = issued.value[use];
    if (own !== undefined) await endOlder(sql, code.kiosk, use, own, now);
  }
  await sql.query('update enrolment_codes set request = $2, used_at = $3 where id = $1', [
    code.id,
    request,
    isoTime(now),
  ]);
  const detail = {
    code: code.id,
    branch: code.branch,
    deviceKey: wanted.device.kind,
    sealKey: wanted.seal.kind,
    again: code.again,
  };
  await recordEvent(sql, now, { tenant: code.tenant, kiosk: code.kiosk, event: 'enrolled', account: null, detail });
  return issued;
}

/** What was issued for this very request. */
async function again(sql: Sql, code: Code): Promise<Result<Pick<IssuedPair, 'device' | 'seal'>, Refused>> {
  const issued = (await certificatesOf(sql, code.kiosk)).filter(({ request }) => request === code.request);
  const [device, seal] = (['device', 'seal'] as const).map((use) => issued.find((one) => one.use === use));
  if (device === undefined || seal === undefined) throw new Error(`the certificates of ${code.kiosk} are not there`);
  return ok({ device: device.chain, seal: seal.chain });
}

async function answer(
  ports: RedeemPorts,
  sql: Sql,
  code: Code,
  request: Sha256,
  issued: Pick<IssuedPair, 'device' | 'seal'>,
): Promise<string> {
  const authority = ports.authorities.get(code.tenant);
  if (authority === undefined || code.new_kiosks === null) throw new Error(`${code.tenant} cannot enrol kiosks`);
  const [named] = await sql.query('select name from cloud_name');
  const base64 = (chain: readonly Uint8Array[]): string[] => chain.map(toBase64);
  const claims: EnrolmentAnswer = {
    type: 'countersign.enrolment',
    version: 1,
    request,
    time: isoTime(ports.clock.now()),
    tenant: { id: code.tenant, name: code.tenant_name },
    branch: { id: code.branch, name: code.branch_name },
    kiosk: code.kiosk,
    cloud: z.string().parse(named?.['name']),
    deviceChain: base64(issued.device),
    sealChain: base64(issued.seal),
    tenantRoot: toBase64(authority.root),
    escrowCertificates: base64(parseCertificatesPem(code.new_kiosks.escrow)),
    recordCertificates: base64(parseCertificatesPem(code.new_kiosks.records)),
    receiptKeys: [...(await ports.ring.publicKeys(sql))],
    facts: code.new_kiosks.facts,
  };
  return ports.ring.statement(code.receipt_key, ENROLMENT_TYPE, claims);
}

function refuse(reason: EnrolmentRefusalReason, detail: string): Result<never, Refused> {
  return err({ reason, detail });
}
