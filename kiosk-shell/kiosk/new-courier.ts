import { createCloudClient } from '../../sync/kiosk/cloud-client.ts';
import { Courier, systemTimers, type CourierEvent } from '../../sync/kiosk/courier.ts';
import { createDeviceTokenSource } from '../../sync/kiosk/device-token-source.ts';
import { createFollowingVerifier } from '../../sync/kiosk/receipt-keys.ts';
import { writeKeyringReceiptKeys } from '../../vault/keyring.ts';
import type { KioskContext } from './context.ts';

const KEYS_PATIENCE_MS = 30_000;

/** What delivers this kiosk's packages, with its keys; not yet started. */
export function newCourier(
  { vault, keys, config, clock, newId, identity }: KioskContext,
  onEvent: (event: CourierEvent) => void,
): Courier {
  const { cloudUrl } = config;
  const token = createDeviceTokenSource({
    kiosk: identity.kiosk,
    // The cloud's own name, so that it may move; a demo's cloud has only its address.
    audience: identity.cloud?.name ?? cloudUrl,
    key: keys.deviceKey(),
    algorithm: keys.deviceKey().asymmetricKeyType === 'ec' ? 'ES256' : 'RS256',
    clock,
    newId,
  });
  const client = createCloudClient({ cloudUrl, fetch, token });
  return new Courier({
    store: vault.outbox,
    cloudUrl,
    fetch,
    clock,
    timers: systemTimers,
    random: Math.random,
    token,
    receipts: createFollowingVerifier({
      pinned: keys.receiptKeys(),
      kiosk: { tenant: identity.tenant.id, kiosk: identity.kiosk },
      statements: async () => {
        const reply = await client.receiptKeys(AbortSignal.timeout(KEYS_PATIENCE_MS));
        return reply.kind === 'done' ? reply.value : null;
      },
      keep: (pinned) => writeKeyringReceiptKeys(keys.folder, pinned),
    }),
    onEvent,
  });
}
