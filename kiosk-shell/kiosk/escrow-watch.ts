import { isDated, recipientsAt, sealableUntil } from '../../signing/cms/capture-recipients.ts';
import { isoTime } from '../../signing/clock.ts';
import type { EscrowStatus } from '../kiosk-api/counter.ts';
import type { KioskContext } from './context.ts';

type Holder = Pick<KioskContext, 'keys' | 'config' | 'clock'>;

/**
 * One sitting: who agreed while the certificates were in force is sealed to them although they end before the last field.
 * A ceremony that was left lying for longer is not.
 */
const SITTING_MS = 12 * 60 * 60_000;

/** Whether the movement of the pen can be recorded at this moment, and until when; read anew each time, as time passes. */
export function escrowStatus({ keys, config, clock }: Holder): EscrowStatus {
  const at = new Date(clock.now());
  const pair = recipientsAt(keys.escrowCertificates(), { at, demo: config.demo });
  if (!pair.ok) return { problem: pair.error.problem, until: null };
  // A demo seals to its own keys whatever is wrong with them: there is nothing to renew.
  const until = config.demo ? null : sealableUntil(keys.escrowCertificates(), at);
  return { problem: null, until: until === null ? null : isoTime(until.getTime()) };
}

/**
 * The pair that a capture is sealed to now: a kiosk may have run since before certificates ended, or before a new pair
 * began. Null when pen data must not be sealed.
 * @param agreed wall milliseconds at which the signatory agreed to be recorded.
 */
export function escrowPair({ keys, config, clock }: Holder, agreed: number): readonly Uint8Array[] | null {
  const certificates = keys.escrowCertificates();
  const { demo } = config;
  const now = clock.now();
  let pair = recipientsAt(certificates, { at: new Date(now), demo });
  if (!pair.ok && isDated(pair.error.problem) && Math.abs(now - agreed) <= SITTING_MS) {
    pair = recipientsAt(certificates, { at: new Date(agreed), demo });
  }
  return pair.ok ? [pair.value.escrow, pair.value.backup] : null;
}
