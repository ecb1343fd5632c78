/** Child of `kill.test.ts`: seals one field after another until it is killed; says each step that is durable. */
import { writeSync } from 'node:fs';
import { sha256 } from '../../signing/digest.ts';
import { randomId } from '../../signing/ids.ts';
import { systemClock } from '../../signing/clock.ts';
import { openVault } from '../../vault/vault.ts';
import { DOCUMENT, TRANSACTION } from './kill-names.ts';

const [, , file] = process.argv;
if (file === undefined) throw new Error('usage: writing-child FILE');
const vault = openVault(file, { clock: systemClock, newId: randomId });
let number = vault.documents.newest(DOCUMENT)?.number ?? 0;
for (;;) {
  number += 1;
  const step = number;
  const before = await vault.documents.read(DOCUMENT);
  if (before === null) throw new Error('the document is there');
  const head = vault.write(() => {
    // Several pages of the database each, so that a kill can fall between them.
    const increment = Buffer.alloc(3000 + ((step * 7919) % 60_000), `step ${step} `);
    const digest = sha256(before, increment);
    const length = before.length + increment.length;
    const added = vault.documents.appendRevision(
      DOCUMENT,
      increment,
      { digest, length, kind: 'sealed' },
      sha256(before),
    );
    if (!added.ok) throw new Error(added.error.code);
    vault.meta.set('step', step.toString());
    vault.audit.append({ eventType: 'signature.sealed', transactionId: TRANSACTION, extra: { step, digest } });
    return vault.audit.head();
  });
  // Straight to the pipe: what was said was durable before it was said.
  writeSync(1, `${step} ${head.digest}\n`);
}
