import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provisionDemo, type DemoSecrets } from '../../kiosk-shell/demo/provision.ts';
import type { Config } from '../../kiosk-shell/config.ts';
import type { SurfaceInk } from '../../kiosk-shell/kiosk-api/capture.ts';
import type { CeremonyView } from '../../kiosk-shell/kiosk-api/ceremony.ts';
import type { KioskApi } from '../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor } from '../../kiosk-shell/kiosk-api/staff.ts';
import type { TransactionDetail } from '../../kiosk-shell/kiosk-api/transaction.ts';
import type { PadService } from '../../kiosk-shell/pad-host/client.ts';
import { seededRandom } from './pen.ts';

/** Nobody listens there: the line is down. */
export const DEAD_CLOUD = 'http://127.0.0.1:9';

export interface DemoFolder {
  readonly dataDir: string;
  readonly demo: DemoSecrets;
  remove(): void;
}

/** A counter without pads: everybody signs on the screen, and no host process is started. */
export const NO_PADS: PadService = {
  pads: () => [],
  onChange: () => () => undefined,
  showIdle: () => Promise.resolve(),
  showWaiting: () => Promise.resolve(),
  showWord: () => Promise.resolve(),
  showMessage: () => Promise.resolve(),
  startCapture: () => Promise.resolve({ ok: false, error: 'unplugged' }),
  stopCapture: () => Promise.resolve(),
  simulated: null,
  hostPid: null,
  close: () => Promise.resolve(),
};

/** Keys take seconds to make: one tenant serves a whole test file, each test works on a copy. */
export async function demoFolder(cloudUrl = DEAD_CLOUD): Promise<DemoFolder> {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-rig-'));
  const demo = await provisionDemo(dataDir, { kioskUrl: 'http://127.0.0.1:3000', cloudUrl, now: new Date() });
  return { dataDir, demo, remove: () => rmSync(dataDir, { recursive: true, force: true }) };
}

export function copyOf(folder: DemoFolder): DemoFolder {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-rig-'));
  // Modes matter: keys that others could read are refused.
  execFileSync('cp', ['-a', `${folder.dataDir}/.`, dataDir]);
  return { dataDir, demo: folder.demo, remove: () => rmSync(dataDir, { recursive: true, force: true }) };
}

/** The tenant wants its contracts about accounts certified; before its kiosk is opened. */
export function certifyAccounts({ dataDir }: DemoFolder): void {
  const file = join(dataDir, 'kiosk', 'keys', 'config.json');
  const enrolment = JSON.parse(readFileSync(file, 'utf8')) as { documentTypes: { id: string; certify?: boolean }[] };
  for (const type of enrolment.documentTypes) if (type.id === 'account') type.certify = true;
  writeFileSync(file, JSON.stringify(enrolment));
}

export function kioskConfig(dataDir: string, cloudUrl = DEAD_CLOUD): Config {
  return {
    role: 'kiosk',
    dataDir,
    kioskUrl: 'http://127.0.0.1:3000',
    cloudUrl,
    demo: true,
    simulatedPads: [],
    serialPads: [],
    epadReach: null,
    padSettings: null,
    logLevel: 'warning',
    drainSeconds: 0,
  };
}

export async function signedIn(kiosk: KioskApi, demo: DemoSecrets, role: 'clerk' | 'manager'): Promise<Actor> {
  const account = demo.signIns.find((entry) => entry.role === role);
  const session = await kiosk.signIn(account?.name ?? '', account?.pin ?? '', '127.0.0.1');
  if (!session.ok) throw new Error(`${role} could not sign in: ${session.error.code}`);
  return { staff: session.value.staff, ip: '127.0.0.1' };
}

/** A signature-like scribble on the customer's screen, with pen pressure; the same for the same seed. */
export function surfaceInk(seed = 1): SurfaceInk {
  const random = seededRandom(seed);
  const columns = {
    x: [] as number[],
    y: [] as number[],
    tip: [] as (0 | 1)[],
    time: [] as number[],
    pressure: [] as number[],
  };
  for (let i = 0; i < 240; i += 1) {
    const phase = i / 9;
    columns.x.push(Math.round(6000 + i * 180 + 2500 * Math.cos(phase) + random() * 20));
    columns.y.push(Math.round(15000 + 7000 * Math.sin(phase) + random() * 20));
    columns.tip.push(i % 120 === 119 ? 0 : 1);
    columns.time.push(i * 5000);
    columns.pressure.push(i % 120 === 119 ? 0 : Math.round(30000 + 20000 * Math.sin(i / 5)));
  }
  return { width: 600, height: 300, pixelRatio: 1, pointerType: 'pen', ...columns };
}

/** What the next person would do now, done; false when the transaction has nothing left to do at the counter. */
export async function nextAct(kiosk: KioskApi, id: string, actor: Actor): Promise<boolean> {
  const detail = kiosk.transaction(id);
  if (detail === null) throw new Error('the transaction is gone');
  const current = detail.ceremony;
  if (current === null || ['completed', 'declined', 'cancelled'].includes(current.step)) {
    const next = detail.signatoryList.find(({ state }) => state === 'next');
    if (next === undefined) return false;
    must(await kiosk.begin(id, next.id, actor));
    return true;
  }
  await act(kiosk, detail, current, actor);
  return true;
}

async function act(kiosk: KioskApi, detail: TransactionDetail, current: CeremonyView, actor: Actor): Promise<void> {
  switch (current.step) {
    case 'identity': {
      const values: Record<string, string | boolean> = {};
      for (const placement of detail.documentList.flatMap(({ placements }) => placements)) {
        if (placement.signatory !== current.signatory.id) continue;
        if (placement.kind === 'text') values[placement.id] = 'Žiga Čuš, Šentjur';
        if (placement.kind === 'checkbox') values[placement.id] = true;
      }
      const identity = {
        documentKind: 'identity-card',
        numberEnding: '0117',
        expiry: '2099-12-31',
        name: 'Živa Čuš',
        picturesCompared: true,
      } as const;
      must(await kiosk.attestIdentity(current.id, identity, values, actor));
      return;
    }
    case 'review': {
      const unseen = current.shown.flatMap(({ document, digest, pageCount, pagesSeen }) =>
        Array.from({ length: pageCount }, (_, page) => ({ document, digest, page })).filter(
          ({ page }) => !pagesSeen.includes(page),
        ),
      );
      if (unseen.length === 0) must(kiosk.finishReview(current.id));
      for (const { document, digest, page } of unseen) must(kiosk.pageSeen(current.id, document, digest, page, 700));
      return;
    }
    case 'consent':
      must(await kiosk.answerConsent(current.id, 'biometric', 'sl'));
      return;
    case 'capture':
      must(await kiosk.chooseDevice(current.id, { kind: 'surface' }, actor));
      must(await kiosk.acceptInk(current.id, surfaceInk(current.capture?.index ?? 0)));
      return;
    case 'questioned':
      must(await kiosk.answerDoubt(current.id, false));
      return;
    case 'completed':
    case 'declined':
    case 'cancelled':
      return;
  }
}

/** Every act until nobody at the counter has anything left to do. */
export async function walkToEnd(kiosk: KioskApi, id: string, actor: Actor): Promise<TransactionDetail> {
  for (let steps = 0; steps < 200; steps += 1) {
    if (!(await nextAct(kiosk, id, actor))) break;
  }
  const detail = kiosk.transaction(id);
  if (detail === null) throw new Error('the transaction is gone');
  return detail;
}

export function must<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown },
): T {
  if (result.ok) return result.value;
  throw new Error(`refused: ${JSON.stringify(result.error)}`);
}

/** The transaction as it is when `holds` first does; told by the kiosk's own events. */
export function until(
  kiosk: KioskApi,
  id: string,
  holds: (detail: TransactionDetail) => boolean,
): Promise<TransactionDetail> {
  return new Promise((resolve) => {
    const look = (): void => {
      const detail = kiosk.transaction(id);
      if (detail === null || !holds(detail)) return;
      stop();
      resolve(detail);
    };
    const stop = kiosk.subscribe(look);
    look();
  });
}

/** Fields of nobody known become people's of their own, in reading order; a document without any gets one on page 1, on a free spot. */
export async function placeByHand(
  kiosk: KioskApi,
  detail: TransactionDetail,
  actor: Actor,
  spots: readonly number[] = [1 / 4, 1 / 2, 1 / 100],
): Promise<TransactionDetail> {
  const [spot = 0, ...others] = spots;
  const documents = detail.documentList.map(({ id, facts, placements }) => {
    const signatures = placements.filter(({ kind }) => kind === 'signature');
    const assigned = signatures
      .filter(({ fieldName }) => facts.unassigned.includes(fieldName))
      .map(({ fieldName, label }, i) => ({ fieldName, role: `podpisnik ${i + 1}`, order: i + 1, label }));
    const [x0, y0, x1, y1] = facts.pages[0]?.cropBox ?? [0, 0, 595, 842];
    const box = {
      x: x0 + (x1 - x0) * spot,
      y: y0 + (y1 - y0) * spot,
      width: Math.min(160, (x1 - x0) / 2),
      height: Math.min(60, (y1 - y0) / 2),
    };
    const person = { role: 'customer', order: 1, label: 'Podpis', required: true } as const;
    const placed = { kind: 'signature', ...person, page: 0, box } as const;
    return { document: id, placements: signatures.length > 0 ? [] : [placed], assigned };
  });
  const done = await kiosk.place(detail.id, { documents }, actor);
  const covers = !done.ok && done.error.code === 'box-over-content' && done.error.where?.page === 0;
  return covers && others.length > 0 ? placeByHand(kiosk, detail, actor, others) : must(done);
}
