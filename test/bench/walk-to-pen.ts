import type { CounterClient } from '../../kiosk-shell/cli/counter-client.ts';

/** A transaction's first signatory, up to the pen; `counter` is the customer's screen as well. @returns the ceremony. */
export async function walkToPen(counter: CounterClient, transaction: string): Promise<string> {
  const signatory = (await counter.transaction(transaction)).signatoryList[0];
  if (signatory === undefined) throw new Error('nobody signs this transaction');
  const ceremony = await counter.begin(transaction, signatory.id);
  await counter.identity(
    ceremony.id,
    {
      documentKind: 'identity-card',
      numberEnding: '0117',
      expiry: '2099-12-31',
      name: 'Bench',
      picturesCompared: true,
    },
    {},
  );
  const view = await counter.display();
  if (view.kind !== 'review') throw new Error('the document is not on the customer screen');
  for (const { id, digest, pages } of view.documents) {
    await counter.displayDocument(id, digest);
    for (let page = 0; page < pages; page += 1) await counter.seen(ceremony.id, id, digest, page, 400);
  }
  await counter.finishReview(ceremony.id);
  await counter.consent(ceremony.id, 'biometric', 'sl');
  return ceremony.id;
}
