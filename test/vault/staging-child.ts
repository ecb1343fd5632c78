/** Child of `kill.test.ts`: takes in one large document after another, piece by piece, until it is killed; says each. */
import { writeSync } from 'node:fs';
import { sha256 } from '../../signing/digest.ts';
import { randomId, type DocumentId } from '../../signing/ids.ts';
import { systemClock } from '../../signing/clock.ts';
import { openVault } from '../../vault/vault.ts';
import { STAGED_PIECES, TRANSACTION } from './kill-names.ts';

const [, , file] = process.argv;
if (file === undefined) throw new Error('usage: staging-child FILE');
const vault = openVault(file, { clock: systemClock, newId: randomId, pieceBytes: STAGED_PIECES });
for (let number = vault.documents.ofTransaction(TRANSACTION).length; ; number += 1) {
  const id = `large-${number}` as DocumentId;
  const bytes = Buffer.alloc(20 * STAGED_PIECES + number, `document ${number} `);
  // The facts of no real document: only digest and length are looked at.
  const facts = { digest: sha256(bytes), byteLength: bytes.length } as Parameters<
    typeof vault.documents.insert
  >[0]['facts'];
  await vault.contents.whileStaged([bytes], ([staged]) => {
    if (staged === undefined) throw new Error('nothing is staged');
    writeSync(1, `${id} staged\n`);
    vault.write(() =>
      vault.documents.insert({ id, transaction: TRANSACTION, position: number, name: id, facts, bytes: staged }),
    );
  });
  writeSync(1, `${id} in\n`);
}
