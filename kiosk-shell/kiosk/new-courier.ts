import { createCloudClient } from '../../sync/kiosk/cloud-client.ts';
import { ConfigurationPuller } from '../../sync/kiosk/configuration-puller.ts';
import { Courier, type CourierEvent } from '../../sync/kiosk/courier.ts';
import { createDeviceTokenSource } from '../../sync/kiosk/device-token-source.ts';
import { JobPuller, type JobDesk } from '../../sync/kiosk/job-puller.ts';
import { createFollowingVerifier } from '../../sync/kiosk/receipt-keys.ts';
import { systemTimers } from '../../sync/kiosk/timers.ts';
import { writeKeyringReceiptKeys } from '../../vault/keyring.ts';
import type { KioskContext } from './context.ts';

const KEYS_PATIENCE_MS = 30_000;

/** What delivers this kiosk's packages, with its keys; not yet started. */
export function newCourier(context: KioskContext, onEvent: (event: CourierEvent) => void): Courier {
  const { vault, keys, config, clock, identity } = context;
  const { cloudUrl } = config;
  const token = deviceTokens(context);
  const client = createCloudClient({ cloudUrl, fetch, token, now: () => clock.now() });
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
    bytesPerSecond: identity.uploadBytesPerSecond,
    onEvent,
  });
}

/** What asks the cloud how this kiosk is to work; not yet started. `taken` is told when something was. */
export function newConfigurationPuller(context: KioskContext, taken: () => void): ConfigurationPuller {
  const { config, configuration, clock, watch } = context;
  return new ConfigurationPuller({
    cloudUrl: config.cloudUrl,
    fetch,
    clock,
    timers: systemTimers,
    random: Math.random,
    token: deviceTokens(context),
    received: async (jws) => {
      const outcome = await configuration.receive(jws);
      if (outcome === 'taken') taken();
      return outcome;
    },
    onFault: (error) => watch.fault('configuration', error),
  });
}

/** What takes jobs from the cloud and reports on them; not yet started. It looks up whenever something became of one. */
export function newJobPuller(context: KioskContext, desk: JobDesk): JobPuller {
  const { config, clock, events, vault, watch } = context;
  const puller = new JobPuller({
    cloudUrl: config.cloudUrl,
    fetch,
    clock,
    timers: systemTimers,
    random: Math.random,
    token: deviceTokens(context),
    desk,
    onFault: (error) => watch.fault('jobs', error),
  });
  events.subscribe((event) => {
    if (event.type === 'transaction' && vault.jobs.get(event.id) !== null && desk.unreported().length > 0)
      puller.poke();
  });
  return puller;
}

function deviceTokens({ keys, config, clock, newId, identity }: KioskContext): () => Promise<string> {
  const key = keys.deviceKey();
  return createDeviceTokenSource({
    kiosk: identity.kiosk,
    // The cloud's own name, so that it may move; a demo's cloud has only its address.
    audience: identity.cloud?.name ?? config.cloudUrl,
    key,
    algorithm: key.asymmetricKeyType === 'ec' ? 'ES256' : 'RS256',
    clock,
    newId,
  });
}
