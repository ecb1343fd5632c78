import type { Clock } from '../signing/clock.ts';
import type { Sha256 } from '../signing/digest.ts';
import { DISPLAY_CODE, tokenDigest } from '../signing/access/session.ts';
import type { DatabaseHandle, NoParams } from './database.ts';

/** Customer screens: a token each, handed out by a clerk's screen or against a one-time code. Digests only. */
export interface DisplayStore {
  insert(token: string, createdBy: string | null): void;
  has(token: string): boolean;
  /** Every screen must be paired anew. @returns how many there were. */
  removeAll(): number;
  /** The newest code is the only one that works. @returns when it ends, wall milliseconds. */
  insertCode(code: string, createdBy: string | null): number;
  /** Uses the code up; false when there is no such live code. A wrong code also uses up all live ones. */
  redeemCode(code: string): boolean;
}

export function createDisplayStore(database: DatabaseHandle, clock: Clock): DisplayStore {
  const insert = database.change<{ digest: Sha256; by: string | null; now: number }>(
    'INSERT INTO displays (token_digest, created_by, created_at) VALUES (@digest, @by, @now)',
  );
  const get = database.query<{ digest: Sha256 }, { found: number }>(
    'SELECT 1 AS found FROM displays WHERE token_digest = @digest',
  );
  const removeAll = database.change<NoParams>('DELETE FROM displays');
  const insertCode = database.change<{ digest: Sha256; by: string | null; ends: number }>(
    'INSERT INTO display_codes (code_digest, created_by, expires_at) VALUES (@digest, @by, @ends)',
  );
  const liveCode = database.query<{ digest: Sha256; now: number; latest: number }, { found: number }>(
    `SELECT 1 AS found FROM display_codes
     WHERE code_digest = @digest AND expires_at > @now AND expires_at <= @latest`,
  );
  const removeCodes = database.change<NoParams>('DELETE FROM display_codes');
  return {
    insert: (token, createdBy) => void insert.run({ digest: tokenDigest(token), by: createdBy, now: clock.now() }),
    has: (token) => get.get({ digest: tokenDigest(token) }) !== undefined,
    removeAll: () => removeAll.run({}),
    insertCode(code, createdBy) {
      const ends = clock.now() + DISPLAY_CODE.lifeMs;
      removeCodes.run({});
      insertCode.run({ digest: tokenDigest(code), by: createdBy, ends });
      return ends;
    },
    redeemCode(code) {
      const now = clock.now();
      const live = liveCode.get({ digest: tokenDigest(code), now, latest: now + DISPLAY_CODE.lifeMs });
      // Six digits could be guessed by a patient machine: one wrong guess and the clerk asks for a new code.
      removeCodes.run({});
      return live !== undefined;
    },
  };
}
