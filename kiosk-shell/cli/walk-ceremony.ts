import type { SignatoryView } from '../kiosk-api/ceremony.ts';
import type { TransactionDetail } from '../kiosk-api/transaction.ts';
import { CounterRefusal, type CounterClient } from './counter-client.ts';

export interface InkFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The ceremony could not be walked to its end; the message is a sentence for people. */
export class WalkProblem extends Error {}

const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 25;

/**
 * One signatory from identity to "thank you", by the steps a clerk and a customer would take, signing on the
 * simulated pad. `inks` are used in turn, the last one for every further field.
 */
export async function walkCeremony(
  counter: CounterClient,
  transaction: TransactionDetail,
  signatory: SignatoryView,
  nextInk: () => InkFile,
): Promise<void> {
  const ceremony = await counter.begin(transaction.id, signatory.id);
  await counter.identity(
    ceremony.id,
    {
      documentKind: signatory.role === 'clerk' ? 'staff-account' : 'identity-card',
      numberEnding: '0117',
      expiry: '2031-12-31',
      name: signatory.role === 'clerk' ? 'Ana' : 'Primer Podpisnik',
      picturesCompared: true,
    },
    valuesFor(transaction, signatory),
  );
  const view = await counter.display();
  if (view.kind !== 'review') throw new WalkProblem('The customer screen did not show the document.');
  for (const document of view.documents) {
    await counter.displayDocument(document.id, document.digest);
    for (let page = 0; page < document.pages; page += 1) {
      await counter.seen(ceremony.id, document.id, document.digest, page, 400);
    }
  }
  await counter.finishReview(ceremony.id);
  await counter.consent(ceremony.id, 'biometric', 'sl');

  let signedFields = 0;
  const deadline = performance.now() + PATIENCE_MS;
  let replayed = -1;
  for (;;) {
    const now = await counter.transaction(transaction.id);
    const current = now.ceremony;
    if (current?.id !== ceremony.id || current.step === 'completed') return;
    if (current.step === 'questioned') {
      if (current.capture?.doubt === 'blank')
        throw new WalkProblem('The ink file holds no stroke that can be a signature.');
      await counter.answerDoubt(ceremony.id, true);
    } else if (current.step === 'capture' && current.capture !== null && !current.capture.sealing) {
      if (current.capture.problem !== null) throw new WalkProblem(`The pad had a problem: ${current.capture.problem}.`);
      if (current.capture.device.kind !== 'pad') throw new WalkProblem('There is no simulated pad to sign on.');
      // A pad that still draws its screen takes no ink.
      if (current.capture.taking && current.capture.index !== replayed) {
        const ink = nextInk();
        try {
          await counter.replay(ink.name, ink.bytes);
        } catch (problem) {
          if (problem instanceof CounterRefusal)
            throw new WalkProblem(`The ink file ${ink.name} was not taken by the simulated pad.`);
          throw problem;
        }
        replayed = current.capture.index;
        signedFields += 1;
        await counter.press('ok');
      }
    }
    if (performance.now() > deadline) {
      throw new WalkProblem(`The signature was not sealed within ${PATIENCE_MS / 1000} s (field ${signedFields}).`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** Something sensible in every text and box that asks this signatory. */
function valuesFor(transaction: TransactionDetail, signatory: SignatoryView): Record<string, string | boolean> {
  const values: Record<string, string | boolean> = {};
  for (const placement of transaction.documentList.flatMap((document) => document.placements)) {
    if (placement.signatory !== signatory.id) continue;
    if (placement.kind === 'text') values[placement.id] = 'Primer: čšž ČŠŽ';
    if (placement.kind === 'checkbox') values[placement.id] = true;
  }
  return values;
}
