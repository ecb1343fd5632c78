import { z } from 'zod';
import { toBase64 } from '../../../signing/bytes.ts';
import { canonicalBytes } from '../../../signing/canonical-json.ts';
import { sha256 } from '../../../signing/digest.ts';
import { err, ok, type Result } from '../../../signing/result.ts';
import type { RenewalAnswer, RenewalRequest } from '../../protocol/enrolment.ts';
import type { EnrolledKiosk } from '../enrolment.ts';
import { recordEvent } from './device-events.ts';
import { issuePair, readRequests, type Refused } from './issue-pair.ts';
import { certificatesOf, endOlder } from './kiosk-certificates.ts';
import type { RedeemPorts } from './redeem.ts';

/** The certificates before stay good for this long: the kiosk may not have got its answer, or not yet written it. */
export const OVERLAP_MS = 7 * 86_400_000;

/**
 * New certificates for a kiosk that proved itself with a device token, for the same keys or new ones. Asked again with the
 * same request it is answered the same; asked in the first half of a certificate's life it is refused, as no kiosk needs that.
 */
export function renew(
  ports: RedeemPorts,
  kiosk: EnrolledKiosk,
  request: RenewalRequest,
): Promise<Result<RenewalAnswer, Refused>> {
  const now = ports.clock.now();
  const digest = sha256(canonicalBytes(request));
  return ports.database.transaction(async (sql) => {
    await sql.query('select id from kiosks where id = $1 for update', [kiosk.id]);
    const known = await certificatesOf(sql, kiosk.id);
    const before = known.filter((one) => one.request === digest);
    const [device, seal] = (['device', 'seal'] as const).map((use) => before.find((one) => one.use === use)?.chain);
    if (device !== undefined && seal !== undefined) return ok(answerOf(device, seal));
    const newest = (['device', 'seal'] as const).map((use) => known.find((one) => one.use === use));
    if (newest.every((one) => one !== undefined && now < one.from + (one.until - one.from) / 2)) {
      return err({ reason: 'too-early', detail: 'more than half of their time is left' });
    }
    const wanted = readRequests(request, kiosk.id);
    if (!wanted.ok) return wanted;
    const authority = ports.authorities.get(kiosk.tenant);
    if (authority === undefined)
      return err({ reason: 'no-authority', detail: 'this tenant has no issuing authority here' });
    const [tenant] = await sql.query('select name from tenants where id = $1', [kiosk.tenant]);
    const names = { kiosk: kiosk.id, branch: kiosk.branch, tenant: z.string().parse(tenant?.['name']) };
    const issued = await issuePair(authority, wanted.value, names, now);
    if (!issued.ok) return issued;
    await issued.value.keep(sql, kiosk.id, now, digest);
    for (const use of ['device', 'seal'] as const) {
      const [own] = issued.value[use];
      if (own !== undefined) await endOlder(sql, kiosk.id, use, own, now + OVERLAP_MS);
    }
    const detail = { request: digest };
    await recordEvent(sql, now, { tenant: kiosk.tenant, kiosk: kiosk.id, event: 'renewed', account: null, detail });
    return ok(answerOf(issued.value.device, issued.value.seal));
  });
}

function answerOf(device: readonly Uint8Array[], seal: readonly Uint8Array[]): RenewalAnswer {
  return { deviceChain: device.map(toBase64), sealChain: seal.map(toBase64) };
}
