import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor } from '../../../kiosk-shell/kiosk-api/staff.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { systemClock } from '../../../signing/clock.ts';
import { randomId } from '../../../signing/ids.ts';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import { openKeyring } from '../../../vault/keyring.ts';
import { openVault } from '../../../vault/vault.ts';
import { freeAddress, serveCloud, type ServedCloud } from '../../support/kiosk-cloud.ts';
import { signatoryOf, takeIn } from '../../support/kiosk-desk.ts';
import { pdfsig, qpdfStatus, trustTenant } from '../../support/kiosk-judges.ts';
import {
  certifyAccounts,
  demoFolder,
  kioskConfig,
  must,
  NO_PADS,
  signedIn,
  until,
  type DemoFolder,
} from '../../support/kiosk-rig.ts';
import { paperFor, people, sitDown, type Person } from '../../support/many.ts';
import { requireTool } from '../../support/tools.ts';

// A whole kiosk and its cloud on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 600_000 });

let folder: DemoFolder;
let served: ServedCloud;
let kiosk: KioskApi;
let clerk: Actor;
let scratch: string;

beforeAll(async () => {
  folder = await demoFolder();
  certifyAccounts(folder);
  scratch = mkdtempSync(join(tmpdir(), 'countersign-many-'));
  const cloudUrl = await freeAddress();
  served = await serveCloud(folder.dataDir, cloudUrl);
  const ports = { pads: NO_PADS, intakeTimeoutMs: 120_000 };
  kiosk = await openKioskRuntime(kioskConfig(folder.dataDir, cloudUrl), ports);
  clerk = await signedIn(kiosk, folder.demo, 'clerk');
});
afterAll(async () => {
  await kiosk.close();
  await served.close();
  folder.remove();
  rmSync(scratch, { recursive: true });
});

const now = ({ id }: { readonly id: string }): TransactionDetail => {
  const found = kiosk.transaction(id);
  if (found === null) throw new Error('the transaction is gone');
  return found;
};
const roots = (): Uint8Array[] => [openKeyring(join(folder.dataDir, 'kiosk', 'keys')).tenantRoot()];
const bytesOf = async (id: string, document: string, digest: string): Promise<Uint8Array> => {
  const bytes = await kiosk.documentBytes(id, document, digest);
  if (bytes === null) throw new Error('the document is gone');
  return bytes;
};
/** The lowest turn whose people have not all signed, in words of this test and not of the product. */
function mayCome(crowd: readonly Person[], signed: ReadonlySet<string>): readonly Person[] {
  const left = crowd.filter(({ role }) => !signed.has(role));
  const turn = Math.min(...left.map(({ order }) => order));
  return left.filter(({ order }) => order === turn);
}
async function refused(detail: TransactionDetail, those: readonly Person[]): Promise<void> {
  for (const { role } of those) {
    expect(await kiosk.begin(detail.id, signatoryOf(detail, role), clerk)).toMatchObject({
      ok: false,
      error: { code: 'not-your-turn' },
    });
  }
}

describe('fifty documents and twenty people', () => {
  // Four turns of five; one paper is everybody's, each of the others has two people of different turns.
  const crowd = people(20, 5);
  const coming = [3, 0, 4, 1, 2, 9, 5, 8, 7, 6, 10, 14, 12, 11, 13, 18, 19, 15, 17, 16];
  let done: TransactionDetail;

  beforeAll(async () => {
    const papers: Record<string, Uint8Array> = { 'Skupna pogodba': await paperFor('Skupna pogodba', crowd) };
    for (let i = 1; i < 50; i += 1) {
      const signers = [i % 20, (i + 7) % 20].flatMap((at) => crowd[at] ?? []);
      papers[`Priloga ${i}`] = await paperFor(`Priloga ${i}`, signers);
    }
    const detail = await takeIn(kiosk, clerk, papers);
    expect([detail.state, detail.documents, detail.signatories]).toEqual(['open', 50, 20]);
    const signed = new Set<string>();
    for (const at of coming) {
      const person = crowd[at];
      if (person === undefined) throw new Error('nobody there');
      const free = mayCome(crowd, signed).map(({ role }) => role);
      const next = now(detail).signatoryList.filter(({ state }) => state === 'next');
      expect(next.map(({ role }) => role).toSorted()).toEqual(free.toSorted());
      await refused(
        detail,
        crowd.filter(({ role }) => !free.includes(role)),
      );
      await sitDown(kiosk, detail, person.role, clerk);
      signed.add(person.role);
    }
    done = await until(kiosk, detail.id, ({ delivery }) => delivery === 'delivered');
  });

  it('end in one package that verifies, here and in the cloud', async () => {
    expect([done.state, done.signatoriesDone, done.delivery]).toEqual(['complete', 20, 'delivered']);
    const manager = await signedIn(kiosk, folder.demo, 'manager');
    expect(must(await kiosk.verify(done.id, manager)).verdict).toBe('passed');
    expect(await served.cloud.packages()).toMatchObject([{ transaction: done.id, state: 'stored' }]);
    expect((await served.cloud.package(done.packageDigest ?? ''))?.report?.verdict).toBe('passed');
  });

  it('leave fifty documents of which each signature is valid and each person is in', async () => {
    const fields: number[] = [];
    for (const { id, digest, placements } of done.documentList) {
      const report = await verifyPdf(await bytesOf(done.id, id, digest), { name: 'x', roots: roots() });
      expect(report.verdict).toBe('passed');
      expect(report.signatures.map(({ verdict }) => verdict)).toEqual(placements.map(() => 'passed'));
      fields.push(report.signatures.length);
    }
    expect(fields).toEqual([20, ...Array.from({ length: 49 }, () => 2)]);
  });

  it('keep every signature of the common paper valid after each of the twenty', async () => {
    const [common] = done.documentList;
    const vault = openVault(join(folder.dataDir, 'kiosk', 'vault.sqlite'), { clock: systemClock, newId: randomId });
    const revisions = vault.documents.revisions(common?.id ?? '');
    vault.close();
    const whole = await bytesOf(done.id, common?.id ?? '', common?.digest ?? '');
    const sealed = revisions.filter(({ kind }) => kind === 'sealed');
    expect(sealed).toHaveLength(20);
    for (const [index, { length }] of sealed.entries()) {
      const report = await verifyPdf(whole.subarray(0, length), { name: 'x', roots: roots() });
      expect(report.verdict).toBe('passed');
      expect(report.signatures.map(({ verdict }) => verdict)).toEqual(Array(index + 1).fill('passed'));
    }
  });

  it('hold outside: the common paper and two others', async (ctx) => {
    requireTool(ctx, 'pdfsig', 'qpdf', 'certutil');
    const database = trustTenant(folder.dataDir, scratch);
    for (const at of [0, 1, 49]) {
      const document = done.documentList[at];
      const file = join(scratch, `${at}.pdf`);
      writeFileSync(file, await bytesOf(done.id, document?.id ?? '', document?.digest ?? ''));
      const judged = pdfsig(file, database);
      expect(judged).toHaveLength(at === 0 ? 20 : 2);
      for (const { valid, certificate } of judged) {
        expect([valid, certificate]).toEqual(['Signature is Valid.', 'Certificate is Trusted.']);
      }
      expect(judged.filter(({ whole }) => whole)).toHaveLength(1);
      expect(qpdfStatus(file)).toBe(0);
    }
  });
});

describe('any order that the turns allow', () => {
  // Who comes to the counter, again and again, until all have signed; some are sent away once before they have read.
  const crowds = fc.record({
    orders: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 4 }),
    papers: fc.array(fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 3 }), { maxLength: 2 }),
    coming: fc.infiniteStream(fc.nat(3)),
    sentAway: fc.nat(3),
  });

  it('ends complete and valid, certified papers too, and whoever comes too early is refused', async () => {
    await fc.assert(
      fc.asyncProperty(crowds, async ({ orders, papers, coming, sentAway }) => {
        const crowd = orders.map((order, i): Person => ({ role: `oseba-${i + 1}`, order }));
        const files: Record<string, Uint8Array> = { 'Pogodba o računu': await paperFor('Pogodba', crowd) };
        for (const [at, signers] of papers.entries()) {
          const own = crowd.filter((_, i) => signers.includes(i));
          if (own.length > 0) files[`Dopis ${at}`] = await paperFor('Dopis', own);
        }
        const detail = await takeIn(kiosk, clerk, files);
        const signed = new Set<string>();
        let away = crowd[sentAway]?.role;
        for (const at of coming) {
          const person = crowd[at % crowd.length];
          if (person === undefined) throw new Error('nobody there');
          if (!mayCome(crowd, signed).includes(person)) {
            await refused(detail, [person]);
            continue;
          }
          if (person.role === away) {
            away = undefined;
            const { id } = must(await kiosk.begin(detail.id, signatoryOf(detail, person.role), clerk));
            must(await kiosk.cancel(id, 'comes back later', clerk));
            continue;
          }
          await sitDown(kiosk, detail, person.role, clerk);
          signed.add(person.role);
          if (signed.size === crowd.length) break;
        }
        expect(now(detail).state).toBe('complete');
        await until(kiosk, detail.id, ({ delivery }) => delivery === 'delivered');
        for (const { id, digest, placements } of now(detail).documentList) {
          const report = await verifyPdf(await bytesOf(detail.id, id, digest), { name: 'x', roots: roots() });
          expect([report.verdict, report.signatures.length]).toEqual(['passed', placements.length]);
        }
      }),
      { numRuns: 4, endOnFailure: true },
    );
  });
});
