/**
 * The main job once, whole, without a browser: a document, a customer who writes on a STU-530 that this kernel sees, the
 * pad host's own process, the seal and the sealed package, judged by verification.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import { signScreen } from '../../../drivers/screen/sign-screen.ts';
import { systemClock } from '../../../signing/clock.ts';
import { randomId } from '../../../signing/ids.ts';
import { verifyPackage } from '../../../signing/verification/verify-package.ts';
import { reach, taggedPdf, takeIn } from '../../support/kiosk-desk.ts';
import { packageIn } from '../../support/vault-bytes.ts';
import { kioskConfig, must, signedIn, until as untilDetail } from '../../support/kiosk-rig.ts';
import { openKeyring } from '../../../vault/keyring.ts';
import { openVault } from '../../../vault/vault.ts';
import type { Drill } from '../drill.ts';
import type { PenMoment } from '../virtual/pad-core.ts';
import { withPad } from './attached.ts';
import { until } from './until.ts';

const SIGN = 'Podpis stranke;role=customer;type=signature;order=1;width=180;height=60';
const SCREEN = { width: 800, height: 480, colour: 'rgb24' } as const;
const SAMPLES = 120;
const MS = 5;

export const drills: readonly Drill[] = [
  {
    name: 'a whole ceremony on a STU-530 of this kernel: from the document to a sealed package that verification accepts',
    timeoutMs: 600_000,
    run: async (lab) => {
      const tenant = await lab.machine.demoTenant();
      const dataDir = join(lab.folder, 'tenant');
      execFileSync('cp', ['-r', '--preserve=mode', tenant.dataDir, dataDir]);
      await withPad('stu-530', { vid: 0x056a, pid: 0x00a5 }, async ({ pad }) => {
        const kiosk = await openKioskRuntime(kioskConfig(dataDir));
        let done: TransactionDetail;
        try {
          await until('the pad is ready at the counter', () => isReady(kiosk), 120_000);
          const clerk = await signedIn(kiosk, tenant.demo, 'clerk');
          const taken = await takeIn(kiosk, clerk, { Pogodba: await taggedPdf([SIGN]) });
          const { id } = await reach(kiosk, taken.id, clerk, 'consent');
          must(await kiosk.answerConsent(id, 'biometric', 'sl'));
          await untilDetail(kiosk, taken.id, ({ ceremony }) => ceremony?.capture?.taking === true);
          await pad.pen(signature());
          await pad.pen(press());
          done = await untilDetail(kiosk, taken.id, ({ packageDigest }) => packageDigest !== null);
        } finally {
          await kiosk.close();
        }
        const completeness = done.ceremony?.signed[0]?.completeness;
        assert.ok(completeness);
        assert.equal(completeness.lostReports, 0);
        const vault = openVault(join(dataDir, 'kiosk', 'vault.sqlite'), { clock: systemClock, newId: randomId });
        const bytes = packageIn(vault, done.packageDigest);
        vault.close();
        const roots = [openKeyring(join(dataDir, 'kiosk', 'keys')).tenantRoot()];
        const report = await verifyPackage(bytes ?? new Uint8Array(), { name: 'package', roots });
        assert.deepEqual(
          [report.verdict, report.documents[0]?.signatures[0]?.commitment.outcome],
          ['passed', 'passed'],
        );
        lab.tell(`${completeness.samples} samples, ${completeness.word}; the package passed`);
      });
    },
  },
];

/** The one pad there is, and no simulated one in its place. */
function isReady(kiosk: KioskApi): boolean {
  const pads = kiosk.counter().pads;
  return pads.length === 1 && pads.every(({ simulated, state }) => !simulated && state === 'ready');
}

/** Where things are on the pad's screen does not depend on the words. */
function screen(): ReturnType<typeof signScreen> {
  const labels = { ok: '', clear: '', cancel: '' };
  return signScreen(SCREEN, { tenant: '', document: '', label: '', signatory: '', page: '', labels });
}

/** Loops across the paper, the pen lifted at the end. */
function signature(): readonly PenMoment[] {
  const { x, y, width, height } = screen().ink;
  return Array.from({ length: SAMPLES }, (_, i) => {
    const down = i < SAMPLES - 4;
    return {
      x: (x + width * (0.2 + (0.6 * i) / SAMPLES)) / SCREEN.width,
      y: (y + height * (0.5 + 0.3 * Math.sin(i / 6))) / SCREEN.height,
      pressure: down ? 0.3 + 0.3 * Math.abs(Math.sin(i / 15)) : 0,
      tip: down,
      inRange: true,
      t: i * MS,
    };
  });
}

function press(): readonly PenMoment[] {
  const { x, y, width, height } = screen().buttons.ok;
  const at = { x: (x + width / 2) / SCREEN.width, y: (y + height / 2) / SCREEN.height };
  return [0, 1, 2, 3, 4, 5, 6, 7].map((i) => {
    const down = i > 0 && i < 6;
    return { ...at, pressure: down ? 0.5 : 0, tip: down, inRange: i < 7, t: i * MS };
  });
}
