import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../signing/clock.ts';
import { randomId } from '../../../signing/ids.ts';
import { verifyPackage } from '../../../signing/verification/verify-package.ts';
import { openKeyring } from '../../../vault/keyring.ts';
import { openVault, type Vault } from '../../../vault/vault.ts';
import { copyOf, demoFolder, type DemoFolder } from '../../support/kiosk-rig.ts';

const CHILD = join(import.meta.dirname, '../../support/kiosk-child.ts');

interface Outcome {
  readonly signal: NodeJS.Signals | null;
  readonly report: { readonly drawn: number; readonly state: string } | null;
}

function runKiosk(folder: DemoFolder, killAt: number): Outcome {
  const order = JSON.stringify({ dataDir: folder.dataDir, demo: folder.demo, killAt });
  const { signal, stdout, stderr, status } = spawnSync(process.execPath, [CHILD, order], { encoding: 'utf8' });
  if (signal === null && status !== 0) throw new Error(stderr.slice(-2000));
  return { signal, report: stdout === '' ? null : (JSON.parse(stdout) as Outcome['report']) };
}

function withVault<T>(folder: DemoFolder, look: (vault: Vault) => T): T {
  const vault = openVault(join(folder.dataDir, 'kiosk', 'vault.sqlite'), { clock: systemClock, newId: randomId });
  try {
    return look(vault);
  } finally {
    vault.close();
  }
}

describe('a kiosk killed at any durable step of a ceremony', () => {
  let tenant: DemoFolder;
  let steps = 0;

  beforeAll(async () => {
    tenant = await demoFolder();
    const undisturbed = copyOf(tenant);
    steps = runKiosk(undisturbed, 0).report?.drawn ?? 0;
    undisturbed.remove();
  });
  afterAll(() => tenant.remove());

  it('has a few dozen such steps in a transaction of two signatories', () => {
    expect(steps).toBeGreaterThan(25);
  });

  it('ends with every signature once, one package that verifies, and an unbroken chain', async () => {
    for (let killAt = 1; killAt <= steps; killAt += 1) {
      const folder = copyOf(tenant);
      const killed = runKiosk(folder, killAt);
      expect(killed.signal, `at step ${killAt}`).toBe('SIGKILL');
      const sealedBefore = withVault(folder, (vault) =>
        vault.transactions.list().flatMap(({ id }) => vault.seals.ofTransaction(id).map((seal) => seal.bindingDigest)),
      );

      const resumed = runKiosk(folder, 0);
      expect(resumed.report?.state, `at step ${killAt}`).toBe('complete');

      const { bytes, seals, chain, packages } = withVault(folder, (vault) => {
        const [transaction] = vault.transactions.list();
        const id = transaction?.id ?? '';
        const queued = vault.outbox.ofTransaction(id);
        return {
          bytes: queued === null ? null : vault.outbox.bytes(queued.digest),
          seals: vault.seals.ofTransaction(id).map((seal) => seal.bindingDigest),
          chain: vault.audit.verify().ok,
          packages: vault.outbox.counts().waiting,
        };
      });
      expect(seals, `at step ${killAt}`).toHaveLength(2);
      expect(seals, `at step ${killAt}: nothing sealed is lost`).toEqual(expect.arrayContaining(sealedBefore));
      expect(chain, `at step ${killAt}`).toBe(true);
      expect(packages, `at step ${killAt}`).toBe(1);
      const roots = [openKeyring(join(folder.dataDir, 'kiosk', 'keys')).tenantRoot()];
      const report = await verifyPackage(bytes ?? new Uint8Array(), { name: 'package', roots });
      expect(report.verdict, `at step ${killAt}`).toBe('passed');
      folder.remove();
    }
  }, 900_000);
});
