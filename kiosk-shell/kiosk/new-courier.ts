import { Courier, type CourierEvent } from '../../sync/kiosk/courier.ts';
import { createDeviceTokenSource } from '../../sync/kiosk/device-token-source.ts';
import { createReceiptVerifier } from '../../sync/kiosk/receipt-verifier.ts';
import { systemTimers } from '../../sync/kiosk/timers.ts';
import type { KioskContext } from './context.ts';

/** What delivers this kiosk's packages, with its keys; not yet started. */
export function newCourier(
  { vault, keys, config, clock, newId, identity }: KioskContext,
  onEvent: (event: CourierEvent) => void,
): Courier {
  return new Courier({
    store: vault.outbox,
    cloudUrl: config.cloudUrl,
    fetch,
    clock,
    timers: systemTimers,
    random: Math.random,
    token: createDeviceTokenSource({
      kiosk: identity.kiosk,
      audience: config.cloudUrl,
      key: keys.deviceKey(),
      algorithm: keys.deviceKey().asymmetricKeyType === 'ec' ? 'ES256' : 'RS256',
      clock,
      newId,
    }),
    receipts: createReceiptVerifier(keys.receiptKeys(), { tenant: identity.tenant.id, kiosk: identity.kiosk }),
    bytesPerSecond: identity.uploadBytesPerSecond,
    onEvent,
  });
}
