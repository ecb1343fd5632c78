import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor } from '../../../kiosk-shell/kiosk-api/staff.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { systemClock } from '../../../signing/clock.ts';
import { randomId } from '../../../signing/ids.ts';
import { verifyPackage } from '../../../signing/verification/verify-package.ts';
import { openKeyring } from '../../../vault/keyring.ts';
import { openVault, type Vault } from '../../../vault/vault.ts';
import { pdfText } from '../../support/poppler.ts';
import { dotInk, IDENTITY, reach, signatoryOf, taggedPdf, takeIn } from '../../support/kiosk-desk.ts';
import {
  demoFolder,
  kioskConfig,
  must,
  signedIn,
  surfaceInk,
  until,
  walkToEnd,
  type DemoFolder,
} from '../../support/kiosk-rig.ts';
import { packageIn } from '../../support/vault-bytes.ts';
import { requireTool } from '../../support/tools.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const SIGN = 'Podpis stranke;role=customer;type=signature;order=1;width=180;height=60';
const COUNTERSIGN = 'Za banko;role=clerk;type=signature;order=2;width=180;height=60';

let folder: DemoFolder;
let kiosk: KioskApi;
let clerk: Actor;
let manager: Actor;

beforeAll(async () => {
  folder = await demoFolder();
  kiosk = await openKioskRuntime(kioskConfig(folder.dataDir));
  clerk = await signedIn(kiosk, folder.demo, 'clerk');
  manager = await signedIn(kiosk, folder.demo, 'manager');
});
afterAll(async () => {
  await kiosk.close();
  folder.remove();
});

const one = async (...tags: string[]): Promise<TransactionDetail> =>
  takeIn(kiosk, clerk, { Pogodba: await taggedPdf(tags) });
const now = (detail: { readonly id: string }): TransactionDetail => {
  const found = kiosk.transaction(detail.id);
  if (found === null) throw new Error('the transaction is gone');
  return found;
};
const events = (detail: { readonly id: string }): string[] =>
  kiosk.auditOf(detail.id).map(({ eventType }) => eventType);
const end = async (detail: { readonly id: string }): Promise<void> => {
  const { ceremony } = now(detail);
  if (ceremony !== null) await kiosk.cancel(ceremony.id, 'end of the test', clerk);
};
function inVault<T>(look: (vault: Vault) => T): T {
  const vault = openVault(join(folder.dataDir, 'kiosk', 'vault.sqlite'), { clock: systemClock, newId: randomId });
  try {
    return look(vault);
  } finally {
    vault.close();
  }
}
async function packaged(id: string): Promise<{ bytes: Uint8Array; roots: Uint8Array[] }> {
  const { packageDigest } = await until(kiosk, id, (detail) => detail.packageDigest !== null);
  const bytes = inVault((vault) => packageIn(vault, packageDigest));
  if (bytes === null) throw new Error('the package is gone');
  return { bytes, roots: [openKeyring(join(folder.dataDir, 'kiosk', 'keys')).tenantRoot()] };
}

describe('whose turn it is', () => {
  it('is decided by the server: the second signatory is refused until the first has signed', async () => {
    const detail = await one(SIGN, COUNTERSIGN);
    expect(await kiosk.begin(detail.id, signatoryOf(detail, 'clerk'), clerk)).toMatchObject({
      ok: false,
      error: { code: 'not-your-turn' },
    });
    must(await kiosk.begin(detail.id, signatoryOf(detail, 'customer'), clerk));
    await reach(kiosk, detail.id, clerk, 'completed');
    expect(now(detail).signatoryList.map(({ role, state }) => [role, state])).toEqual([
      ['customer', 'signed'],
      ['clerk', 'next'],
    ]);
    expect(await kiosk.begin(detail.id, signatoryOf(detail, 'customer'), clerk)).toMatchObject({
      ok: false,
      error: { code: 'not-your-turn' },
    });
    const done = await walkToEnd(kiosk, detail.id, clerk);
    expect([done.state, done.signatoriesDone]).toEqual(['complete', 2]);
    expect(new Set(done.signatoryList.map(({ shortCode }) => shortCode)).size).toBe(2);
  });

  it('is free among those of the same order number', async () => {
    const detail = await one(
      SIGN,
      'Drugi;role=guardian;type=signature;order=1',
      'Za banko;role=clerk;type=signature;order=2',
    );
    expect(detail.signatoryList.map(({ state }) => state)).toEqual(['next', 'next', 'waiting']);
    must(await kiosk.begin(detail.id, signatoryOf(detail, 'guardian'), clerk));
    await reach(kiosk, detail.id, clerk, 'completed');
    expect((await walkToEnd(kiosk, detail.id, clerk)).state).toBe('complete');
  });

  it('leaves the counter to one ceremony at a time', async () => {
    const [first, second] = [await one(SIGN), await one(SIGN)];
    must(await kiosk.begin(first.id, signatoryOf(first, 'customer'), clerk));
    for (const other of [first, second]) {
      expect(await kiosk.begin(other.id, signatoryOf(other, 'customer'), clerk)).toMatchObject({
        ok: false,
        error: { code: 'busy' },
      });
    }
    await end(first);
    must(await kiosk.begin(second.id, signatoryOf(second, 'customer'), clerk));
    await end(second);
  });
});

describe('what comes before a signature', () => {
  it('is the identity check: nothing else is possible, and nothing shown, before it', async () => {
    const detail = await one(SIGN);
    const { id } = must(await kiosk.begin(detail.id, signatoryOf(detail, 'customer'), clerk));
    const [document] = detail.documentList;
    const [doc, digest] = [document?.id ?? '', document?.digest ?? ''];
    const refused = [
      kiosk.pageSeen(id, doc, digest, 0, 100),
      kiosk.looking(id, doc, 0),
      kiosk.point(id, doc, 0, clerk),
      kiosk.finishReview(id),
      await kiosk.answerConsent(id, 'biometric', 'sl'),
      await kiosk.chooseDevice(id, { kind: 'surface' }, clerk),
      kiosk.mirrorSurface(id, [[[0.1, 0.1]]], false),
      await kiosk.clearInk(id),
      await kiosk.acceptInk(id, surfaceInk()),
      await kiosk.answerDoubt(id, true),
    ];
    expect(refused.map((act) => (act.ok ? 'done' : act.error.code))).toEqual(refused.map(() => 'wrong-state'));
    expect(kiosk.display()).toMatchObject({ kind: 'hold', message: 'identity' });
    expect(await kiosk.displayDocument(doc, digest)).toBeNull();
    const wrong = [
      { ...IDENTITY, picturesCompared: false },
      { ...IDENTITY, expiry: '2020-01-01' },
      { ...IDENTITY, numberEnding: '001234567' },
      { ...IDENTITY, name: ' ' },
    ];
    for (const input of wrong) {
      expect(await kiosk.attestIdentity(id, input, {}, clerk)).toMatchObject({ ok: false, error: { code: 'invalid' } });
    }
    expect(must(await kiosk.attestIdentity(id, IDENTITY, {}, clerk)).step).toBe('review');
    await end(detail);
  });

  it('is every page of the very revision to be signed', async () => {
    const detail = await takeIn(kiosk, clerk, { Pogodba: await taggedPdf([SIGN], 3) });
    const { id, shown } = await reach(kiosk, detail.id, clerk, 'review');
    const [{ document, digest, revision, pageCount }] = shown as [(typeof shown)[number]];
    expect([pageCount, revision]).toEqual([3, 1]);
    must(kiosk.pageSeen(id, document, digest, 0, 500));
    must(kiosk.pageSeen(id, document, digest, 2, 500));
    expect(kiosk.finishReview(id)).toMatchObject({ ok: false, error: { code: 'pages-unseen' } });
    const original = now(detail).documentList[0]?.originalDigest ?? '';
    expect(kiosk.pageSeen(id, document, original, 1, 500)).toMatchObject({
      ok: false,
      error: { code: 'revision-changed' },
    });
    expect(kiosk.pageSeen(id, document, digest, 3, 500)).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(kiosk.looking(id, document, 3)).toMatchObject({ ok: false, error: { code: 'invalid' } });
    must(kiosk.looking(id, document, 1));
    expect(now(detail).ceremony?.looking).toEqual({ document, page: 1 });
    must(kiosk.point(id, document, 1, clerk));
    expect(kiosk.display()).toMatchObject({ kind: 'review', pointer: { document, page: 1 } });
    must(kiosk.pageSeen(id, document, digest, 1, 500));
    must(kiosk.finishReview(id));
    await end(detail);
  });

  it('leaves nothing behind when the ceremony is cancelled while its fields are filled', async () => {
    const detail = await one(SIGN, 'Ime;role=customer;type=text;order=1;width=200;height=20');
    const { id } = must(await kiosk.begin(detail.id, signatoryOf(detail, 'customer'), clerk));
    const values = Object.fromEntries(
      detail.documentList[0]?.placements.filter(({ kind }) => kind === 'text').map(({ id: text }) => [text, 'Ana']) ??
        [],
    );
    const attesting = kiosk.attestIdentity(id, IDENTITY, values, clerk);
    must(await kiosk.cancel(id, 'changed their mind', clerk));
    expect(await attesting).toMatchObject({ ok: false, error: { code: 'wrong-state' } });
    expect(now(detail).documentList[0]).toMatchObject({ digest: detail.documentList[0]?.digest, revision: 1 });
    expect(now(detail).ceremony?.identity).toBeNull();
  });
});

describe('consent', () => {
  it('refused leads to a picture only: nothing of the writing is kept, and everything verifies', async () => {
    const detail = await one(SIGN);
    const { id } = await reach(kiosk, detail.id, clerk, 'consent');
    must(await kiosk.answerConsent(id, 'picture-only', 'sl'));
    must(await kiosk.chooseDevice(id, { kind: 'surface' }, clerk));
    expect(kiosk.display()).toMatchObject({ kind: 'capture', biometric: false });
    must(await kiosk.acceptInk(id, surfaceInk(5)));
    const done = now(detail);
    expect([done.state, done.ceremony?.signed[0]?.completeness]).toEqual(['complete', null]);
    expect(events(detail)).toContain('consent.refused');

    const [seal] = inVault((vault) => vault.seals.ofTransaction(detail.id));
    expect([seal?.sealedCapture, seal?.captureDigest, seal?.completeness]).toEqual([null, null, null]);
    const statement = JSON.parse(Buffer.from(seal?.binding ?? '').toString()) as Record<string, unknown>;
    expect(statement).toMatchObject({ consent: { answer: 'picture-only' } });
    expect(JSON.stringify(statement)).not.toMatch(/pressure|samples|"h2":"|"rate"/i);
    const { bytes, roots } = await packaged(detail.id);
    expect(Buffer.from(bytes).includes('captures/')).toBe(false);
    const report = await verifyPackage(bytes, { name: 'package', roots });
    expect([report.verdict, report.documents[0]?.signatures[0]?.commitment.outcome]).toEqual(['passed', 'absent']);
  });

  it('given seals the capture for the escrow holder and names the notice that was read', async () => {
    const detail = await one(SIGN);
    await walkToEnd(kiosk, detail.id, clerk);
    const [seal] = inVault((vault) => vault.seals.ofTransaction(detail.id));
    expect(seal?.sealedCapture?.length).toBeGreaterThan(1000);
    expect(now(detail).ceremony?.signed[0]?.completeness).toMatchObject({ samples: 240, word: 'complete' });
    const { bytes, roots } = await packaged(detail.id);
    const report = await verifyPackage(bytes, { name: 'package', roots });
    expect([report.verdict, report.documents[0]?.signatures[0]?.commitment.outcome]).toEqual(['passed', 'passed']);
  });
});

describe('a signatory who does not sign', () => {
  it('declines with a state of its own, which ends the transaction', async () => {
    const detail = await one(SIGN, COUNTERSIGN);
    const { id } = await reach(kiosk, detail.id, clerk, 'consent');
    must(await kiosk.decline(id));
    expect([now(detail).state, now(detail).ceremony?.step]).toEqual(['declined', 'declined']);
    expect(now(detail).signatoryList.map(({ state }) => state)).toEqual(['declined', 'waiting']);
    expect(kiosk.display()).toMatchObject({ kind: 'declined' });
    expect(events(detail).at(-1)).toBe('ceremony.declined');
    for (const role of ['customer', 'clerk']) {
      expect((await kiosk.begin(detail.id, signatoryOf(detail, role), clerk)).ok).toBe(false);
    }
    kiosk.dismiss(clerk);
    expect(kiosk.display()).toMatchObject({ kind: 'idle' });
  });

  it('may sit down again after the clerk has cancelled, and finds what they had sealed', async () => {
    const detail = await one(
      'Parafa;role=customer;type=initials;order=1;width=60;height=40',
      'Ime;role=customer;type=text;order=1;width=200;height=20',
      SIGN,
    );
    const { id } = await reach(kiosk, detail.id, clerk, 'capture');
    expect(await kiosk.cancel(id, '  ', clerk)).toMatchObject({ ok: false, error: { code: 'invalid' } });
    must(await kiosk.chooseDevice(id, { kind: 'surface' }, clerk));
    must(await kiosk.acceptInk(id, surfaceInk(1)));
    expect(now(detail).ceremony?.capture).toMatchObject({ index: 1, count: 2 });
    const sealed = now(detail).documentList[0];
    must(await kiosk.cancel(id, 'The customer has to fetch something', clerk));
    expect(now(detail).signatoryList[0]?.state).toBe('next');
    expect(kiosk.display()).toMatchObject({ kind: 'idle' });

    const again = must(await kiosk.begin(detail.id, signatoryOf(detail, 'customer'), clerk));
    expect(again.signatory.state).toBe('active');
    must(await kiosk.attestIdentity(again.id, IDENTITY, {}, clerk));
    // What the seal covers is neither asked for nor written again.
    expect(now(detail).documentList[0]?.digest).toBe(sealed?.digest);
    expect((await reach(kiosk, detail.id, clerk, 'capture')).capture).toMatchObject({ index: 0, count: 1 });
    expect((await walkToEnd(kiosk, detail.id, clerk)).state).toBe('complete');
    const report = must(await kiosk.verify(detail.id, manager));
    expect(report.documents[0]?.signatures.map(({ verdict }) => verdict)).toEqual(['passed', 'passed']);
  });
});

describe('several fields over two documents', () => {
  it('are filled, signed one after the other, and shown by another reader with č š ž', async (ctx) => {
    requireTool(ctx, 'pdftotext');
    const detail = await takeIn(kiosk, clerk, {
      Pogodba: await taggedPdf([
        'Parafa;role=customer;type=initials;order=1;width=60;height=40',
        'Kraj;role=customer;type=text;order=1;width=240;height=22',
        'Soglašam;role=customer;type=checkbox;order=1;width=16;height=16',
        'Datum;role=customer;type=date;order=1;width=120;height=22',
        SIGN,
        'Opomba banke;role=clerk;type=text;order=2;width=240;height=22',
        COUNTERSIGN,
      ]),
      Priloga: await taggedPdf([
        'Podpis priloge;role=customer;type=signature;order=1;width=160;height=50',
        'Datum banke;role=clerk;type=date;order=2;width=120;height=22',
      ]),
    });
    expect(detail.name).toBe('Pogodba (+1)');
    const done = await walkToEnd(kiosk, detail.id, clerk);
    expect([done.state, done.signatoryList.map(({ fields }) => fields)]).toEqual(['complete', [3, 1]]);
    const [contract, annex] = await Promise.all(
      done.documentList.map(({ id, digest }) => kiosk.documentBytes(done.id, id, digest)),
    );
    const today = new Intl.DateTimeFormat('sl-SI', { timeZone: 'Europe/Ljubljana', dateStyle: undefined }).format();
    const text = pdfText(contract ?? new Uint8Array());
    expect(text).toContain('Žiga Čuš, Šentjur');
    expect(text.replace(/\s/g, '')).toContain(today.replace(/\s/g, ''));
    expect(text).not.toContain('{{');
    // The clerk signs nothing in the annex: its date is that of their sitting.
    expect(pdfText(annex ?? new Uint8Array()).replace(/\s/g, '')).toContain(today.replace(/\s/g, ''));
    const { bytes, roots } = await packaged(done.id);
    const report = await verifyPackage(bytes, { name: 'package', roots });
    expect(report.documents.map(({ signatures }) => signatures.map(({ verdict }) => verdict))).toEqual([
      ['passed', 'passed', 'passed'],
      ['passed'],
    ]);
    expect(report.verdict).toBe('passed');
  });

  it('that are required and left empty keep the ceremony at the identity check', async () => {
    const detail = await one(SIGN, 'Kraj;role=customer;type=text;order=1;width=240;height=22;required=yes');
    const { id } = must(await kiosk.begin(detail.id, signatoryOf(detail, 'customer'), clerk));
    const required = detail.documentList[0]?.placements.find(({ kind }) => kind === 'text')?.required;
    expect(required).toBe(true);
    expect(await kiosk.attestIdentity(id, IDENTITY, {}, clerk)).toMatchObject({
      ok: false,
      error: { code: 'invalid' },
    });
    expect(now(detail).ceremony?.step).toBe('identity');
    await end(detail);
  });
});

describe('ink that is hardly any', () => {
  it('is asked about: a blank cannot be kept, only done again', async () => {
    const detail = await one(SIGN);
    const { id } = await reach(kiosk, detail.id, clerk, 'capture');
    must(await kiosk.chooseDevice(id, { kind: 'surface' }, clerk));
    expect(await kiosk.acceptInk(id, null)).toMatchObject({ ok: false, error: { code: 'no-ink' } });
    expect(must(await kiosk.acceptInk(id, dotInk(0)))).toEqual({ doubt: 'blank' });
    expect(now(detail).ceremony).toMatchObject({ step: 'questioned', capture: { doubt: 'blank' } });
    expect(await kiosk.answerDoubt(id, true)).toMatchObject({ ok: false, error: { code: 'no-ink' } });
    expect(await kiosk.acceptInk(id, surfaceInk())).toMatchObject({ ok: false, error: { code: 'wrong-state' } });
    must(await kiosk.answerDoubt(id, false));
    expect(now(detail).ceremony?.capture).toMatchObject({ cleared: 1, doubt: null });
    must(await kiosk.acceptInk(id, surfaceInk()));
    expect(now(detail).state).toBe('complete');
  });

  it('may be kept when it is a dot, is asked about once, and is sealed as it was', async () => {
    const detail = await one(SIGN);
    const { id } = await reach(kiosk, detail.id, clerk, 'capture');
    must(await kiosk.chooseDevice(id, { kind: 'surface' }, clerk));
    expect(must(await kiosk.acceptInk(id, dotInk()))).toEqual({ doubt: 'dot' });
    must(await kiosk.answerDoubt(id, true));
    expect(now(detail)).toMatchObject({ state: 'complete', ceremony: { signed: [{ completeness: { samples: 12 } }] } });
    expect(events(detail).filter((event) => event === 'capture.questioned')).toHaveLength(2);
  });

  it('counts what was wiped before', async () => {
    const detail = await one(SIGN);
    const { id } = await reach(kiosk, detail.id, clerk, 'capture');
    must(await kiosk.chooseDevice(id, { kind: 'surface' }, clerk));
    must(await kiosk.clearInk(id));
    must(await kiosk.clearInk(id));
    must(await kiosk.acceptInk(id, dotInk()));
    must(await kiosk.answerDoubt(id, false));
    expect(now(detail).ceremony?.capture?.cleared).toBe(3);
    must(await kiosk.acceptInk(id, surfaceInk()));
    expect(events(detail).filter((event) => event === 'capture.cleared')).toHaveLength(3);
  });

  it('is refused whole when its columns do not belong together', async () => {
    const detail = await one(SIGN);
    const { id } = await reach(kiosk, detail.id, clerk, 'capture');
    must(await kiosk.chooseDevice(id, { kind: 'surface' }, clerk));
    const ink = surfaceInk();
    for (const bad of [
      { ...ink, time: ink.time.slice(1) },
      { ...ink, x: [0.5, ...ink.x.slice(1)] },
      { ...ink, width: 0 },
    ]) {
      expect(await kiosk.acceptInk(id, bad)).toMatchObject({ ok: false, error: { code: 'invalid' } });
    }
    must(await kiosk.acceptInk(id, ink));
  });
});

describe("the customer's screen", () => {
  it('hands out what it shows and nothing else', async () => {
    const other = await one(SIGN);
    const detail = await takeIn(kiosk, clerk, {
      Pogodba: await taggedPdf([SIGN]),
      Priloga: await taggedPdf([COUNTERSIGN]),
    });
    const { shown } = await reach(kiosk, detail.id, clerk, 'review');
    const [own] = shown;
    expect(shown).toHaveLength(1);
    expect((await kiosk.displayDocument(own?.document ?? '', own?.digest ?? ''))?.length).toBeGreaterThan(1000);
    const [contract, annex] = detail.documentList;
    for (const [document, digest] of [
      [contract?.id, contract?.originalDigest],
      [annex?.id, annex?.digest],
      [annex?.id, contract?.digest],
      [other.documentList[0]?.id, other.documentList[0]?.digest],
    ]) {
      expect(await kiosk.displayDocument(document ?? '', digest ?? '')).toBeNull();
    }
    expect(await kiosk.documentBytes(other.id, contract?.id ?? '', contract?.digest ?? '')).toBeNull();
    await reach(kiosk, detail.id, clerk, 'consent');
    expect(await kiosk.displayDocument(own?.document ?? '', own?.digest ?? '')).toBeNull();
    await end(detail);
    expect(await kiosk.displayDocument(own?.document ?? '', own?.digest ?? '')).toBeNull();
  });

  it('gives the copy while it says good-bye, and is idle once the clerk has dismissed it', async () => {
    const detail = await one(SIGN, COUNTERSIGN);
    const { id } = await reach(kiosk, detail.id, clerk, 'consent');
    const document = detail.documentList[0]?.id ?? '';
    expect(await kiosk.copy(id, document)).toBeNull();
    await reach(kiosk, detail.id, clerk, 'completed');
    const view = kiosk.display();
    expect(view).toMatchObject({ kind: 'done', ceremony: id, biometric: true });
    expect(view.kind === 'done' ? view.shortCode : '').toBe(now(detail).signatoryList[0]?.shortCode);
    const copy = await kiosk.copy(id, document);
    expect(copy?.name).toBe('Pogodba.pdf');
    expect(Buffer.from(copy?.bytes ?? '')).toEqual(
      Buffer.from((await kiosk.documentBytes(detail.id, document, now(detail).documentList[0]?.digest ?? '')) ?? ''),
    );
    expect(events(detail).at(-1)).toBe('copy.released');
    expect(await kiosk.copy('another', document)).toBeNull();
    kiosk.dismiss(clerk);
    expect(kiosk.display()).toMatchObject({ kind: 'idle' });
    expect(await kiosk.copy(id, document)).toBeNull();
    await walkToEnd(kiosk, detail.id, clerk);
  });
});
