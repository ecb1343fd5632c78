import { canonicalText } from '../signing/canonical-json.ts';
import { identityDigest, type IdentityCheck } from '../signing/ceremony/identity.ts';
import type { Clock } from '../signing/clock.ts';
import type { Sha256 } from '../signing/digest.ts';
import type { CeremonyId, TransactionId } from '../signing/ids.ts';
import type { DatabaseHandle } from './database.ts';

export interface IdentityStore {
  /** One check a ceremony. @returns the digest the binding statement names. */
  insert(transaction: TransactionId, ceremony: CeremonyId, check: IdentityCheck): Sha256;
  ofCeremony(ceremony: string): IdentityCheck | null;
  byDigest(digest: string): IdentityCheck | null;
}

export function createIdentityStore(database: DatabaseHandle, clock: Clock): IdentityStore {
  const insert = database.change<{
    digest: Sha256;
    transaction: string;
    ceremony: string;
    record: string;
    now: number;
  }>(`INSERT INTO identities (digest, transaction_id, ceremony_id, record, created_at)
      VALUES (@digest, @transaction, @ceremony, @record, @now)`);
  const ofCeremony = database.query<{ ceremony: string }, { record: string }>(
    'SELECT record FROM identities WHERE ceremony_id = @ceremony',
  );
  const byDigest = database.query<{ digest: string }, { record: string }>(
    'SELECT record FROM identities WHERE digest = @digest',
  );
  return {
    insert(transaction, ceremony, check) {
      const digest = identityDigest(check);
      insert.run({ digest, transaction, ceremony, record: canonicalText(check), now: clock.now() });
      return digest;
    },
    ofCeremony: (ceremony) => checkOf(ofCeremony.get({ ceremony })),
    byDigest: (digest) => checkOf(byDigest.get({ digest })),
  };
}

function checkOf(row: { record: string } | undefined): IdentityCheck | null {
  return row === undefined ? null : (JSON.parse(row.record) as IdentityCheck);
}
