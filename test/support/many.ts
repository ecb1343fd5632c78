import type { KioskApi } from '../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor } from '../../kiosk-shell/kiosk-api/staff.ts';
import type { TransactionDetail } from '../../kiosk-shell/kiosk-api/transaction.ts';
import { signatoryOf } from './kiosk-desk.ts';
import { must, nextAct } from './kiosk-rig.ts';
import { samplePdf } from './sample-pdf.ts';

/** A person of a large transaction: `order` as in a tag. */
export interface Person {
  readonly role: string;
  readonly order: number;
}

/** As many people as one transaction may have; those of one order number sit down as they come. */
export function people(count: number, perTurn: number): readonly Person[] {
  return Array.from({ length: count }, (_, i) => ({ role: `oseba-${i + 1}`, order: 1 + Math.floor(i / perTurn) }));
}

/** One page with a tag for each of these people, small enough that twenty find room in two columns. */
export function paperFor(title: string, signers: readonly Person[]): Promise<Uint8Array> {
  const tags = signers.map(({ role, order }, i) => ({
    text: `{{Podpis ${role};role=${role};type=signature;order=${order};width=200;height=48}}`,
    x: i % 2 === 0 ? 60 : 320,
    y: 700 - Math.floor(i / 2) * 60,
    size: 4,
    white: true,
  }));
  return samplePdf([{ texts: [{ text: title, x: 60, y: 790, size: 16 }, ...tags] }]);
}

/** One whole sitting of that role, from the clerk's tap to the good-bye. */
export async function sitDown(kiosk: KioskApi, detail: TransactionDetail, role: string, actor: Actor): Promise<void> {
  must(await kiosk.begin(detail.id, signatoryOf(detail, role), actor));
  while (kiosk.transaction(detail.id)?.ceremony?.step !== 'completed') await nextAct(kiosk, detail.id, actor);
}
