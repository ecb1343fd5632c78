import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import { systemClock } from '../../../signing/clock.ts';
import { randomId } from '../../../signing/ids.ts';
import { verifyPackage } from '../../../signing/verification/verify-package.ts';
import { openKeyring } from '../../../vault/keyring.ts';
import { openVault, type Vault } from '../../../vault/vault.ts';
import {
  copyOf,
  demoFolder,
  kioskConfig,
  NO_PADS,
  signedIn,
  walkToEnd,
  type DemoFolder,
} from '../../support/kiosk-rig.ts';
import { packageIn } from '../../support/vault-bytes.ts';

const CHILD = join(import.meta.dirname, '../../support/kiosk-child.ts');

interface Outcome {
  readonly signal: NodeJS.Signals | null;
  readonly report: { readonly drawn: number; readonly state: string } | null;
}

/** Thirty processes load the same modules: they read them ready-made. */
let compiled: string;

async function runKiosk(folder: DemoFolder, killAt: number): Promise<Outcome> {
  const order = JSON.stringify({ dataDir: folder.dataDir, demo: folder.demo, killAt });
  const child = spawn(process.execPath, [CHILD, order], { env: { ...process.env, NODE_COMPILE_CACHE: compiled } });
  let [said, errors] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => {
      if (signal === null && status !== 0) reject(new Error(errors.slice(-2000)));
      else resolve({ signal, report: said === '' ? null : (JSON.parse(said) as Outcome['report']) });
    });
  });
}

/** The next start, which need not be killed: in this process, where the modules are at hand. */
async function resumed(folder: DemoFolder): Promise<string> {
  const kiosk = await openKioskRuntime(kioskConfig(folder.dataDir), { pads: NO_PADS });
  const actor = await signedIn(kiosk, folder.demo, 'clerk');
  const { state } = await walkToEnd(kiosk, kiosk.transactions()[0]?.id ?? '', actor);
  await kiosk.close();
  return state;
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
    compiled = mkdtempSync(join(tmpdir(), 'countersign-compiled-'));
    const undisturbed = copyOf(tenant);
    steps = (await runKiosk(undisturbed, 0)).report?.drawn ?? 0;
    undisturbed.remove();
  });
  afterAll(() => {
    tenant.remove();
    rmSync(compiled, { recursive: true });
  });

  it('has a few dozen such steps in a transaction of two signatories', () => {
    expect(steps).toBeGreaterThan(25);
  });

  it('ends with every signature once, one package that verifies, and an unbroken chain', async () => {
    const kills = Array.from({ length: steps }, (_, i) => i + 1);
    // Two at a time: while one waits for the disk the other computes.
    const lane = async (): Promise<void> => {
      for (let at = kills.shift(); at !== undefined; at = kills.shift()) await killedAndResumed(at);
    };
    await Promise.all([lane(), lane()]);
  }, 900_000);

  async function killedAndResumed(killAt: number): Promise<void> {
    const folder = copyOf(tenant);
    const killed = await runKiosk(folder, killAt);
    expect(killed.signal, `at step ${killAt}`).toBe('SIGKILL');
    const sealedBefore = withVault(folder, (vault) =>
      vault.transactions.list().flatMap(({ id }) => vault.seals.ofTransaction(id).map((seal) => seal.bindingDigest)),
    );

    expect(await resumed(folder), `at step ${killAt}`).toBe('complete');

    const { bytes, seals, chain, packages } = withVault(folder, (vault) => {
      const [transaction] = vault.transactions.list();
      const id = transaction?.id ?? '';
      const queued = vault.outbox.ofTransaction(id);
      return {
        bytes: packageIn(vault, queued?.digest ?? null),
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
});
