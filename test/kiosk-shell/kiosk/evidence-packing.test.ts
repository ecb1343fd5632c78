import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import { systemClock } from '../../../signing/clock.ts';
import { certificatePem } from '../../../signing/cms/pem.ts';
import { packagedDocuments } from '../../../signing/container/packaged-documents.ts';
import { PACKAGE_PATHS, parsePackageHeader } from '../../../signing/container/package-format.ts';
import { readZip } from '../../../signing/container/zip.ts';
import { randomId } from '../../../signing/ids.ts';
import { verifyPackage } from '../../../signing/verification/verify-package.ts';
import { openKeyring } from '../../../vault/keyring.ts';
import { openVault } from '../../../vault/vault.ts';
import { makeAuthorities } from '../../support/authorities.ts';
import { serveAuthorities, type AuthorityHttp } from '../../support/authority-http.ts';
import { freeAddress, serveCloud } from '../../support/kiosk-cloud.ts';
import { taggedPdf } from '../../support/kiosk-desk.ts';
import {
  copyOf,
  demoFolder,
  kioskConfig,
  NO_PADS,
  signedIn,
  until,
  walkToEnd,
  type DemoFolder,
} from '../../support/kiosk-rig.ts';
import { packageIn } from '../../support/vault-bytes.ts';
import { makePki, scratch } from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';

const CHILD = path.join(import.meta.dirname, '../../support/kiosk-upload-child.ts');
/** Authorities of somebody else: their root is no tenant's. */
const pki = makePki('p256');
const work = scratch();
let tenant: DemoFolder;
let round = 0;

beforeAll(async () => {
  tenant = await demoFolder();
});
afterAll(() => {
  tenant.remove();
  work.end();
});

interface Counter {
  readonly folder: DemoFolder;
  readonly http: AuthorityHttp;
  /** Of the kiosk's tenant and of the authorities. */
  readonly roots: readonly Uint8Array[];
}

/** A counter that is to add time-stamps itself, and a cloud that knows their authority. */
async function counter(ctx: TestContext): Promise<Counter> {
  requireTool(ctx, 'openssl');
  const folder = copyOf(tenant);
  const dir = path.join(work.dir, String((round += 1)));
  mkdirSync(dir);
  const http = await serveAuthorities(makeAuthorities(pki, dir));
  ctx.onTestFinished(async () => {
    await http.close();
    folder.remove();
  });
  const services = { version: 1, timestamp: http.timestamp, roots: certificatePem(pki.root.certificate), goal: 'B-T' };
  for (const side of ['kiosk', 'cloud']) writeEvidence(folder, side, services);
  const roots = [openKeyring(path.join(folder.dataDir, 'kiosk', 'keys')).tenantRoot(), pki.root.certificate];
  return { folder, http, roots };
}

function writeEvidence(folder: DemoFolder, side: string, value: unknown): void {
  writeFileSync(path.join(folder.dataDir, side, 'keys', 'evidence.json'), JSON.stringify(value), { mode: 0o600 });
}

/** What the vault holds of its one complete transaction. */
async function packed({ folder }: Counter) {
  const vault = openVault(path.join(folder.dataDir, 'kiosk', 'vault.sqlite'), { clock: systemClock, newId: randomId });
  const [transaction] = vault.transactions.list({ state: 'complete' });
  const id = transaction?.id ?? '';
  const entry = vault.outbox.ofTransaction(id);
  const [document] = vault.documents.ofTransaction(id);
  const found = {
    bytes: packageIn(vault, entry?.digest ?? null) ?? new Uint8Array(),
    sealed: (await vault.documents.read(document?.id ?? '')) ?? new Uint8Array(),
    revisions: vault.documents.revisions(document?.id ?? ''),
    seals: vault.seals.ofTransaction(id).length,
    audit: vault.audit.ofTransaction(id),
    unbroken: vault.audit.verify().ok,
  };
  vault.close();
  return found;
}

/** Level, reason and the trail's word of it, of a package that has to verify. */
async function verified(at: Counter): Promise<{ readonly levels: readonly string[]; readonly built: unknown }> {
  const { bytes, sealed, revisions, audit, unbroken } = await packed(at);
  const report = await verifyPackage(bytes, { name: 'package', roots: at.roots });
  expect([report.verdict, unbroken]).toEqual(['passed', true]);
  const [document] = packagedDocuments(bytes) ?? [];
  expect(Buffer.compare(document!.bytes.subarray(0, sealed.length), sealed)).toBe(0);
  const zip = readZip(bytes);
  const entry = zip.ok ? zip.value.entries.find(({ name }) => name === PACKAGE_PATHS.header) : undefined;
  const header = parsePackageHeader(entry?.bytes ?? new Uint8Array());
  const listed = header.ok ? header.value.documents[0]!.revisions.map(({ digest }) => digest) : [];
  expect(listed).toEqual(expect.arrayContaining(revisions.slice(1).map(({ digest }) => digest)));
  expect(listed.at(-1)).toBe(document!.digest);
  const built = audit.filter(({ eventType }) => eventType === 'package.built');
  expect(built).toHaveLength(1);
  const { level = null, levelReason = null } = built[0]!.extra;
  const signatures = report.documents.flatMap((one) => one.signatures.filter(({ kind }) => kind === 'signature'));
  return { levels: [...new Set(signatures.map((one) => one.level))], built: [level, levelReason] };
}

describe('a kiosk that adds time-stamps itself', () => {
  it('packs documents at B-T over what was sealed; cloud and manager find them good and nothing is done twice', async (ctx) => {
    const at = await counter(ctx);
    const cloudUrl = await freeAddress();
    const served = await serveCloud(at.folder.dataDir, cloudUrl);
    const kiosk = await openKioskRuntime(kioskConfig(at.folder.dataDir, cloudUrl), { pads: NO_PADS });
    const clerk = await signedIn(kiosk, at.folder.demo, 'clerk');
    const [transaction] = kiosk.transactions();
    await walkToEnd(kiosk, transaction!.id, clerk);
    await until(kiosk, transaction!.id, ({ delivery }) => delivery === 'delivered');
    const [received] = await served.cloud.packages();
    expect(received).toMatchObject({ state: 'stored', arrivedLevel: 'B-T' });
    const manager = await signedIn(kiosk, at.folder.demo, 'manager');
    expect(await kiosk.verify(transaction!.id, manager)).toMatchObject({ ok: true, value: { verdict: 'passed' } });
    await kiosk.close();

    const reportFor = (tenant: string | null) =>
      served.cloud.packageReport(
        received!.digest,
        { format: 'json', language: 'en' },
        { id: 'c', name: 'Cene', role: 'auditor', tenant, mustChangeSecret: false },
      );
    expect(await reportFor('another-bank')).toBeNull();
    const saved = await reportFor(received!.tenant);
    // The tenant's root and that of the time-stamps, as the cloud judged it.
    expect(JSON.parse(Buffer.from(saved!.bytes).toString()).about.trust).toHaveLength(2);
    expect(await served.cloud.raiseLevels()).toBe(1);
    const [raised] = await served.cloud.packages();
    expect(raised!.longTerm).toMatchObject([{ level: 'B-T', reason: null, digest: null, since: raised!.arrivedAt }]);
    await served.close();
    expect(at.http.asked).toEqual(['/timestamp']);
    expect(await verified(at)).toEqual({ levels: ['B-T'], built: ['B-T', null] });
  });

  it('completes and packs as sealed when the authority hangs, and says why in the trail', async (ctx) => {
    const at = await counter(ctx);
    const patience = new AbortController();
    at.http.manner.timestamp = 'hang';
    let completeWhenAsked: string | undefined;
    const kiosk = await openKioskRuntime(kioskConfig(at.folder.dataDir), {
      pads: NO_PADS,
      evidencePatience: () => patience.signal,
    });
    const [transaction] = kiosk.transactions();
    at.http.onHang = () => {
      // Everybody at the counter has gone on: the customer has the copy, the clerk sees that it is done.
      completeWhenAsked = kiosk.transaction(transaction!.id)?.state;
      patience.abort();
    };
    const clerk = await signedIn(kiosk, at.folder.demo, 'clerk');
    await walkToEnd(kiosk, transaction!.id, clerk);
    await until(kiosk, transaction!.id, ({ delivery }) => delivery !== 'none');
    await kiosk.close();
    expect(completeWhenAsked).toBe('complete');
    expect(await verified(at)).toEqual({ levels: ['B-B'], built: ['B-B', 'service-timeout'] });
  });

  it('does not start on a setting it cannot read, and says which', async (ctx) => {
    const at = await counter(ctx);
    writeEvidence(at.folder, 'kiosk', { version: 1, timestamp: 'ftp://stamps.example.test' });
    await expect(openKioskRuntime(kioskConfig(at.folder.dataDir), { pads: NO_PADS })).rejects.toThrow(
      /evidence\.json.*\n.*timestamp/,
    );
  });

  it('killed while it waits for a time-stamp, packs once after its restart, with one', async (ctx) => {
    const at = await counter(ctx);
    const cloudUrl = await freeAddress();
    const document = work.file('contract.pdf', await taggedPdf(['Podpis;role=customer;type=signature;order=1']));
    const order = JSON.stringify({ dataDir: at.folder.dataDir, demo: at.folder.demo, cloudUrl, document });
    const run = (kill: boolean): Promise<{ signal: NodeJS.Signals | null; errors: string }> => {
      const child = spawn(process.execPath, [CHILD, order]);
      at.http.manner.timestamp = kill ? 'hang' : 'honest';
      at.http.onHang = () => void child.kill('SIGKILL');
      let errors = '';
      child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
      return new Promise((resolve) => child.once('close', (_, signal) => resolve({ signal, errors })));
    };
    expect(await run(true)).toEqual({ signal: 'SIGKILL', errors: '' });
    expect(await packed(at)).toMatchObject({ seals: 1, bytes: new Uint8Array() });

    const served = await serveCloud(at.folder.dataDir, cloudUrl);
    expect(await run(false)).toEqual({ signal: null, errors: '' });
    expect(await served.cloud.packages()).toMatchObject([{ state: 'stored', arrivedLevel: 'B-T' }]);
    await served.close();
    expect((await packed(at)).seals).toBe(1);
    expect(await verified(at)).toEqual({ levels: ['B-T'], built: ['B-T', null] });
    expect(at.http.asked).toEqual(['/timestamp', '/timestamp']);
  });
});
