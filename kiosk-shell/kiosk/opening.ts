import type { ActRefusal } from '../kiosk-api/acts.ts';
import { certificatesEnd } from './certificates-end.ts';
import type { KioskContext } from './context.ts';

/** Why nobody new is served at this counter now; null when somebody may be. What is under way is finished in any case. */
export function closedBy({ cloudWatch, configuration, keys, clock }: KioskContext): ActRefusal['code'] | null {
  if (cloudWatch.shutOut !== null) return 'shut-out';
  const now = clock.now();
  if (certificatesEnd(keys.sealKey().chain) <= now) return 'certificates-ended';
  const { until } = configuration.status();
  if (until !== null && Date.parse(until) <= now) return 'configuration-ended';
  cloudWatch.look();
  return cloudWatch.clock().state === 'refused' ? 'clock-wrong' : null;
}
