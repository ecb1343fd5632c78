import { ConfigurationPuller } from '../../sync/kiosk/configuration-puller.ts';
import { Courier, systemTimers, type CourierEvent } from '../../sync/kiosk/courier.ts';
import { createDeviceTokenSource } from '../../sync/kiosk/device-token-source.ts';
import { createReceiptVerifier } from '../../sync/kiosk/receipt-verifier.ts';
import type { KioskContext } from './context.ts';

/** What delivers this kiosk's packages, with its keys; not yet started. */
export function newCourier(context: KioskContext, onEvent: (event: CourierEvent) => void): Courier {
  const { vault, keys, config, clock, identity } = context;
  return new Courier({
    store: vault.outbox,
    cloudUrl: config.cloudUrl,
    fetch,
    clock,
    timers: systemTimers,
    random: Math.random,
    token: deviceTokens(context),
    receipts: createReceiptVerifier(keys.receiptKeys(), { tenant: identity.tenant.id, kiosk: identity.kiosk }),
    onEvent,
  });
}

/** What asks the cloud how this kiosk is to work; not yet started. `taken` is told when something was. */
export function newConfigurationPuller(context: KioskContext, taken: () => void): ConfigurationPuller {
  const { config, configuration } = context;
  return new ConfigurationPuller({
    cloudUrl: config.cloudUrl,
    fetch,
    timers: systemTimers,
    random: Math.random,
    token: deviceTokens(context),
    received: async (jws) => {
      const outcome = await configuration.receive(jws);
      if (outcome === 'taken') taken();
      return outcome;
    },
    onFault: (error) => {
      process.stderr.write(`configuration: ${error instanceof Error ? error.name : 'unknown fault'}\n`);
    },
  });
}

function deviceTokens({ keys, config, clock, newId, identity }: KioskContext): () => Promise<string> {
  const key = keys.deviceKey();
  return createDeviceTokenSource({
    kiosk: identity.kiosk,
    audience: config.cloudUrl,
    key,
    algorithm: key.asymmetricKeyType === 'ec' ? 'ES256' : 'RS256',
    clock,
    newId,
  });
}
