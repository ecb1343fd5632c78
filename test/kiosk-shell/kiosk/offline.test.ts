import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compactVerify, importJWK, type JWK } from 'jose';
import { PDFDocument } from 'pdf-lib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import { systemClock } from '../../../signing/clock.ts';
import { randomId } from '../../../signing/ids.ts';
import { sha256 } from '../../../signing/digest.ts';
import { openKeyring } from '../../../vault/keyring.ts';
import { openVault } from '../../../vault/vault.ts';
import { freeAddress, serveCloud } from '../../support/kiosk-cloud.ts';
import { taggedPdf } from '../../support/kiosk-desk.ts';
import {
  copyOf,
  demoFolder,
  kioskConfig,
  signedIn,
  until,
  walkToEnd,
  type DemoFolder,
} from '../../support/kiosk-rig.ts';
import { packageIn } from '../../support/vault-bytes.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let tenant: DemoFolder;
let scratch: string;
beforeAll(async () => {
  tenant = await demoFolder();
  scratch = mkdtempSync(join(tmpdir(), 'countersign-offline-'));
});
afterAll(() => {
  tenant.remove();
  rmSync(scratch, { recursive: true });
});

describe('a counter whose line is down', () => {
  it('completes a ceremony of two, queues it with its age, and delivers it once the cloud is back', async () => {
    const folder = copyOf(tenant);
    const cloudUrl = await freeAddress();
    const kiosk = await openKioskRuntime(kioskConfig(folder.dataDir, cloudUrl));
    const clerk = await signedIn(kiosk, folder.demo, 'clerk');
    const manager = await signedIn(kiosk, folder.demo, 'manager');
    const before = Date.now();
    const [sample] = kiosk.transactions();
    const id = sample?.id ?? '';
    expect((await walkToEnd(kiosk, id, clerk)).state).toBe('complete');
    const queued = await until(kiosk, id, ({ packageDigest }) => packageDigest !== null);
    expect(queued.delivery).toBe('waiting');
    // Told by the courier's own event.
    await until(kiosk, id, () => kiosk.counter().cloud.state === 'down');
    const { waiting, oldestWaiting } = kiosk.counter().cloud;
    expect(waiting).toBe(1);
    expect(Date.parse(oldestWaiting ?? '')).toBeGreaterThanOrEqual(before);
    expect(Date.parse(oldestWaiting ?? '')).toBeLessThanOrEqual(Date.now());

    const served = await serveCloud(folder.dataDir, cloudUrl);
    // Nothing to retry, but whoever presses the button need not wait for the next try of the line.
    expect(kiosk.retryDelivery(id, manager)).toMatchObject({ ok: false, error: { code: 'wrong-state' } });
    await until(kiosk, id, ({ delivery }) => delivery === 'delivered');
    expect(kiosk.counter().cloud).toMatchObject({ state: 'up', waiting: 0, oldestWaiting: null, setAside: 0 });
    const received = await served.cloud.packages();
    expect(received).toMatchObject([{ digest: queued.packageDigest, transaction: id, state: 'stored' }]);
    expect((await served.cloud.package(queued.packageDigest ?? ''))?.report?.verdict).toBe('passed');
    expect(
      kiosk
        .auditOf(id)
        .slice(-2)
        .map(({ eventType }) => eventType),
    ).toEqual(['package.sent', 'package.receipt-verified']);
    await kiosk.close();
    await served.close();

    const keys = openKeyring(join(folder.dataDir, 'kiosk', 'keys'));
    const vault = openVault(join(folder.dataDir, 'kiosk', 'vault.sqlite'), { clock: systemClock, newId: randomId });
    const entry = vault.outbox.ofTransaction(id);
    const [pinned] = keys.receiptKeys();
    const { payload } = await compactVerify(entry?.receipt ?? '', await importJWK(pinned as JWK, 'ES256'));
    const claims = JSON.parse(Buffer.from(payload).toString()) as Record<string, unknown>;
    const bytes = packageIn(vault, entry?.digest ?? null) ?? new Uint8Array();
    expect(JSON.stringify(claims)).toContain(sha256(bytes));
    expect(vault.audit.verify().ok).toBe(true);
    vault.close();
    folder.remove();
  });
});

describe('a kiosk killed in the middle of an upload', () => {
  it('delivers the same package exactly once after its restart', async () => {
    const folder = copyOf(tenant);
    const cloudUrl = await freeAddress();
    // Larger than two parts of an upload: some of it has arrived for good when the kill comes.
    const pdf = await PDFDocument.load(await taggedPdf(['Podpis;role=customer;type=signature;order=1']));
    pdf.context.register(pdf.context.stream(randomBytes(20 * 1024 * 1024)));
    const document = join(scratch, 'large.pdf');
    writeFileSync(document, await pdf.save({ useObjectStreams: false }));
    const order = JSON.stringify({ dataDir: folder.dataDir, demo: folder.demo, cloudUrl, document });

    let kill: (() => void) | null = null;
    const served = await serveCloud(folder.dataDir, cloudUrl, {
      onBytes: ({ method, received }) => {
        if (method === 'PATCH' && received > 1_000_000) kill?.();
      },
    });
    const run = (killIt: boolean): Promise<{ signal: NodeJS.Signals | null; said: string; errors: string }> => {
      const child = spawn(process.execPath, [join(import.meta.dirname, '../../support/kiosk-upload-child.ts'), order]);
      kill = killIt ? () => void child.kill('SIGKILL') : null;
      let [said, errors] = ['', ''];
      child.stdout.on('data', (text: Buffer) => (said += text.toString()));
      child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
      return new Promise((resolve) => child.once('close', (_, signal) => resolve({ signal, said, errors })));
    };
    const killed = await run(true);
    expect(killed).toEqual({ signal: 'SIGKILL', said: '', errors: '' });
    expect(await served.cloud.packages()).toEqual([]);

    const resumed = await run(false);
    expect([resumed.signal, resumed.errors]).toEqual([null, '']);
    const { transaction, digest } = JSON.parse(resumed.said) as { transaction: string; digest: string };
    expect(await served.cloud.packages()).toMatchObject([{ transaction, digest, state: 'stored' }]);
    expect((await run(false)).said).toBe(resumed.said);
    expect(await served.cloud.packages()).toHaveLength(1);
    await served.close();
    folder.remove();
  });
});
