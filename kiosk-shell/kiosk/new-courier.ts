import { createCloudClient, type CloudClientPorts, type CloudContact } from '../../sync/kiosk/cloud-client.ts';
import { ConfigurationPuller } from '../../sync/kiosk/configuration-puller.ts';
import { Courier, type CourierEvent } from '../../sync/kiosk/courier.ts';
import { createDeviceTokenSource } from '../../sync/kiosk/device-token-source.ts';
import { StatusReporter } from '../../sync/kiosk/status-reporter.ts';
import { createFollowingVerifier } from '../../sync/kiosk/receipt-keys.ts';
import { systemTimers } from '../../sync/kiosk/timers.ts';
import { writeKeyringReceiptKeys } from '../../vault/keyring.ts';
import type { KioskContext } from './context.ts';
import { statusOf } from './status-report.ts';

const KEYS_PATIENCE_MS = 30_000;

/** What delivers this kiosk's packages, with its keys; not yet started. */
export function newCourier(context: KioskContext, onEvent: (event: CourierEvent) => void): Courier {
  const { vault, keys, identity } = context;
  const line = lineOf(context);
  const client = createCloudClient(line);
  return new Courier({
    store: vault.outbox,
    ...line,
    timers: systemTimers,
    random: Math.random,
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
  const { configuration } = context;
  return new ConfigurationPuller({
    ...lineOf(context),
    timers: systemTimers,
    random: Math.random,
    received: async (jws) => {
      const outcome = await configuration.receive(jws);
      if (outcome === 'taken') taken();
      return outcome;
    },
    onFault: fault('configuration'),
  });
}

/** What tells the cloud how this kiosk is; not yet started. */
export function newStatusReporter(context: KioskContext): StatusReporter {
  return new StatusReporter({
    client: createCloudClient(lineOf(context)),
    timers: systemTimers,
    random: Math.random,
    read: () => statusOf(context),
    onFault: fault('status'),
  });
}

/** How anything of this kiosk speaks with its cloud. */
function lineOf(context: KioskContext): CloudClientPorts {
  const { config, clock, cloudWatch } = context;
  const onContact = (contact: CloudContact): void => cloudWatch.heard(contact);
  return { cloudUrl: config.cloudUrl, fetch, clock, token: deviceTokens(context), onContact };
}

function fault(what: string): (error: unknown) => void {
  return (error) => {
    process.stderr.write(`${what}: ${error instanceof Error ? error.name : 'unknown fault'}\n`);
  };
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
