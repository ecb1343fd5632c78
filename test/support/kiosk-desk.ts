import type { SurfaceInk } from '../../kiosk-shell/kiosk-api/capture.ts';
import type { CeremonyView } from '../../kiosk-shell/kiosk-api/ceremony.ts';
import type { KioskApi } from '../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor } from '../../kiosk-shell/kiosk-api/staff.ts';
import type { TransactionDetail } from '../../kiosk-shell/kiosk-api/transaction.ts';
import { must, nextAct } from './kiosk-rig.ts';
import { samplePdf } from './sample-pdf.ts';

export const IDENTITY = {
  documentKind: 'identity-card',
  numberEnding: '0117',
  expiry: '2099-12-31',
  name: 'Živa Čuš',
  picturesCompared: true,
} as const;

/** A one-page PDF with each of these tags in white, one under the other. */
export function taggedPdf(tags: readonly string[], pages = 1): Promise<Uint8Array> {
  const first = {
    texts: [
      { text: 'Pogodba', x: 60, y: 790, size: 16 },
      ...tags.map((tag, i) => ({
        text: `{{${tag}}}`,
        x: 60,
        y: 700 - i * 90,
        size: 6,
        white: true,
        font: 'sans' as const,
      })),
    ],
  };
  const more = Array.from({ length: pages - 1 }, (_, i) => ({ texts: [{ text: `Stran ${i + 2}`, x: 60, y: 700 }] }));
  return samplePdf([first, ...more]);
}

/** Takes documents in as a clerk would; the name of each is that of the document. */
export async function takeIn(
  kiosk: KioskApi,
  clerk: Actor,
  documents: Readonly<Record<string, Uint8Array>>,
): Promise<TransactionDetail> {
  const files = Object.entries(documents).map(([name, bytes]) => ({ name: `${name}.pdf`, bytes }));
  return must(await kiosk.intake(files, clerk));
}

export function signatoryOf(detail: TransactionDetail, role: string): string {
  const found = detail.signatoryList.find((signatory) => signatory.role === role);
  if (found === undefined) throw new Error(`no signatory ${role}`);
  return found.id;
}

/** Ordinary acts until the transaction's ceremony is at that step. */
export async function reach(
  kiosk: KioskApi,
  id: string,
  clerk: Actor,
  step: CeremonyView['step'],
): Promise<CeremonyView> {
  for (let acts = 0; acts < 50; acts += 1) {
    const ceremony = kiosk.transaction(id)?.ceremony ?? null;
    if (ceremony?.step === step) return ceremony;
    if (!(await nextAct(kiosk, id, clerk))) break;
  }
  throw new Error(`the ceremony never came to ${step}`);
}

/** Ink of so many points around one spot; `tip` up all the way is a blank. */
export function dotInk(tip: 0 | 1 = 1): SurfaceInk {
  const range = Array.from({ length: 12 }, (_, i) => i);
  return {
    width: 600,
    height: 300,
    pixelRatio: 1,
    pointerType: 'pen',
    x: range.map((i) => 30_000 + (i % 3)),
    y: range.map((i) => 15_000 + (i % 2)),
    tip: range.map(() => tip),
    time: range.map((i) => i * 5000),
    pressure: range.map(() => (tip === 1 ? 20_000 : 0)),
  };
}

/** A wavy line across the middle of the simulated pad's screen, pixels, the pen lifted at its end. */
export function padStroke(count = 120): readonly { x: number; y: number; p: number; tip: boolean; t: number }[] {
  return Array.from({ length: count }, (_, i) => ({
    x: 240 + i * 2.4,
    y: 210 + 40 * Math.sin(i / 8),
    p: 0.3 + 0.3 * Math.abs(Math.sin(i / 15)),
    tip: i < count - 2,
    t: i * 5,
  }));
}
