import { expect, it, vi } from 'vitest';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import { freeAddress, serveCloud } from '../../support/kiosk-cloud.ts';
import { signatoryOf, takeIn, taggedPdf } from '../../support/kiosk-desk.ts';
import { demoFolder, kioskConfig, must, NO_PADS, signedIn, until, walkToEnd } from '../../support/kiosk-rig.ts';

// A whole kiosk and its cloud, on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000 });

function untilCounter(kiosk: KioskApi, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!holds()) return;
      stop();
      resolve();
    };
    const stop = kiosk.subscribe(look);
    look();
  });
}

it('a counter that its cloud shuts out finishes and keeps what it has, serves nobody new, and goes on when it is let in', async () => {
  const folder = await demoFolder();
  const cloudUrl = await freeAddress();
  const served = await serveCloud(folder.dataDir, cloudUrl);
  const kiosk = await openKioskRuntime(kioskConfig(folder.dataDir, cloudUrl), { pads: NO_PADS });
  const clerk = await signedIn(kiosk, folder.demo, 'clerk');
  const manager = await signedIn(kiosk, folder.demo, 'manager');
  const waiting = await takeIn(kiosk, clerk, {
    Kredit: await taggedPdf(['Podpis stranke;role=customer;type=signature;order=1;width=180;height=60']),
  });
  await untilCounter(kiosk, () => kiosk.counter().clock.state === 'right');
  expect(kiosk.counter().shutOut).toBeNull();

  const head = { name: 'Cene', tenant: null };
  const id = kiosk.counter().kiosk;
  expect(await served.cloud.devices.revoke(id, 'ukraden', head)).toBe(true);
  const [sample] = kiosk.transactions().filter((one) => one.id !== waiting.id);
  const signed = sample?.id ?? '';
  expect((await walkToEnd(kiosk, signed, clerk)).state).toBe('complete');
  await untilCounter(kiosk, () => kiosk.counter().shutOut !== null);
  const person = signatoryOf(waiting, 'customer');
  const begun = (): ReturnType<KioskApi['begin']> => kiosk.begin(waiting.id, person, clerk, { pictureOnly: true });
  expect(await begun()).toMatchObject({ ok: false, error: { code: 'shut-out' } });
  expect((await until(kiosk, signed, ({ packageDigest }) => packageDigest !== null)).delivery).toBe('waiting');
  expect(kiosk.counter().cloud.waiting).toBe(1);
  expect((await served.cloud.kiosks(null))[0]).toMatchObject({ id, state: 'revoked' });

  expect(await served.cloud.devices.reinstate(id, head)).toBe(true);
  // Whoever presses the button need not wait for the next try.
  kiosk.retryDelivery(signed, manager);
  await until(kiosk, signed, ({ delivery }) => delivery === 'delivered');
  expect(kiosk.counter()).toMatchObject({ shutOut: null, cloud: { waiting: 0 } });
  must(await begun());
  const [statement] = kiosk.auditOf(waiting.id).filter(({ eventType }) => eventType === 'ceremony.started');
  expect(statement?.extra).toMatchObject({ lastTrusted: expect.any(String), clockUncertaintyMs: expect.any(Number) });
  await kiosk.close();
  await served.close();
  folder.remove();
});
