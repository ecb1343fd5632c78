import type { KeyObject } from 'node:crypto';
import { createCloudClient, type CloudClientPorts, type CloudContact } from '../../sync/kiosk/cloud-client.ts';
import { ConfigurationPuller } from '../../sync/kiosk/configuration-puller.ts';
import { Courier, type CourierEvent } from '../../sync/kiosk/courier.ts';
import { createDeviceTokenSource } from '../../sync/kiosk/device-token-source.ts';
import { JobPuller, type JobDesk } from '../../sync/kiosk/job-puller.ts';
import { StatusReporter } from '../../sync/kiosk/status-reporter.ts';
import { createFollowingVerifier } from '../../sync/kiosk/receipt-keys.ts';
import { systemTimers } from '../../sync/kiosk/timers.ts';
import { writeKeyringReceiptKeys } from '../../vault/keyring.ts';
import type { KioskContext } from './context.ts';
import { RenewalDesk } from './renewal-desk.ts';
import { RenewalRound } from './renewal-round.ts';
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
  const { configuration, watch } = context;
  return new ConfigurationPuller({
    ...lineOf(context),
    timers: systemTimers,
    random: Math.random,
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
  const { events, vault, watch } = context;
  const puller = new JobPuller({
    ...lineOf(context),
    timers: systemTimers,
    random: Math.random,
    desk,
    onFault: (error) => watch.fault('jobs', error),
  });
  events.subscribe((event) => {
    if (event.type === 'transaction' && vault.jobs.get(event.id) !== null && desk.unreported().length > 0)
      puller.poke();
  });
  return puller;
}

/** What tells the cloud how this kiosk is; not yet started. */
export function newStatusReporter(context: KioskContext): StatusReporter {
  return new StatusReporter({
    client: createCloudClient(lineOf(context)),
    timers: systemTimers,
    random: Math.random,
    read: () => statusOf(context),
    onFault: (error) => context.watch.fault('status', error),
  });
}

/** What gets this kiosk new certificates in time; not yet started. */
export function newRenewalRound({ watch }: KioskContext, desk: RenewalDesk, renewed: () => void): RenewalRound {
  return new RenewalRound(desk, { timers: systemTimers, renewed, onFault: (error) => watch.fault('renewal', error) });
}

export function newRenewalDesk(context: KioskContext): RenewalDesk {
  return new RenewalDesk({
    ...context,
    client: (key) => createCloudClient({ ...lineOf(context), token: tokensOf(context, key) }),
  });
}

/** How anything of this kiosk speaks with its cloud. */
function lineOf(context: KioskContext): CloudClientPorts {
  const { config, clock, cloudWatch, identity } = context;
  const onContact = (contact: CloudContact): void => cloudWatch.heard(contact);
  // Where it was enrolled; a demo's cloud is where this machine was told.
  const cloudUrl = identity.cloud?.address ?? config.cloudUrl;
  return { cloudUrl, fetch, clock, token: deviceTokens(context), onContact };
}

/** By the device key in use: after a renewal the next token is of the new one. */
function deviceTokens(context: KioskContext): () => Promise<string> {
  let key = context.keys.deviceKey();
  let source = tokensOf(context, key);
  return () => {
    const inUse = context.keys.deviceKey();
    if (inUse !== key) [key, source] = [inUse, tokensOf(context, inUse)];
    return source();
  };
}

function tokensOf({ config, clock, newId, identity }: KioskContext, key: KeyObject): () => Promise<string> {
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
