import { createHash, randomBytes } from 'node:crypto';
import { systemClock } from '../signing/clock.ts';
import { createEvidenceClient } from '../sync/evidence/evidence-client.ts';
import { serviceHttp } from '../sync/evidence/service-http.ts';
import { readKioskEvidence } from './evidence-file.ts';
import { look, ok, stop, type Finding } from './finding.ts';

const NAME = 'time-stamps';

/** Whether the evidence this kiosk is to add can be had: one time-stamp is asked for, over random bytes. */
export async function evidenceFindings(
  dataDir: string,
  options: { readonly now: number; readonly roots: readonly Uint8Array[]; readonly patienceMs: number },
): Promise<readonly Finding[]> {
  const read = readKioskEvidence(dataDir);
  if (!read.ok) {
    const what = read.error.replace(/^✖ /gm, '').replaceAll('\n', ' ').replace(/\.$/, '');
    return [
      stop(NAME, `evidence.json beside the keys of this kiosk cannot be used: ${what}. Mend it or take it away.`),
    ];
  }
  if (read.value === null) return [ok(NAME, 'Evidence for the long term is added by the cloud.')];
  const { services, goal } = read.value;
  const client = createEvidenceClient({
    services,
    http: { ...serviceHttp, deadline: () => AbortSignal.timeout(options.patienceMs) },
    clock: { ...systemClock, now: () => options.now },
    random: (count) => randomBytes(count),
  });
  const digest = createHash('sha256').update(randomBytes(32)).digest();
  const token = await client.timestamp(digest, [...options.roots, ...services.roots]);
  return [
    token.ok
      ? ok(NAME, `The time-stamp authority answers; documents leave this kiosk at ${goal} while it does.`)
      : look(NAME, `${token.error.detail} Until that is mended, documents leave at B-B and the cloud raises them.`),
  ];
}
