import type { Clock } from '../signing/clock.ts';
import type { Sha256 } from '../signing/digest.ts';
import { SESSION, tokenDigest } from '../signing/access/session.ts';
import type { StaffId } from '../signing/ids.ts';
import type { DatabaseHandle } from './database.ts';
import type { StaffRecord } from './staff-store.ts';

export interface SessionRecord {
  readonly staff: Pick<StaffRecord, 'id' | 'name' | 'role'>;
  readonly createdAt: number;
  readonly lastSeenAt: number;
}

/** Sign-in sessions. The token itself never reaches the file, only its digest. */
export interface SessionStore {
  insert(token: string, staff: StaffId): void;
  /** Whether it is still live is for `sessionState` to say. Null also when the account was closed. */
  byToken(token: string): SessionRecord | null;
  touch(token: string): void;
  remove(token: string): void;
  /** Takes out what is over or inactive by now. @returns how many. */
  sweep(): number;
}

interface Row {
  readonly id: StaffId;
  readonly name: string;
  readonly role: StaffRecord['role'];
  readonly createdAt: number;
  readonly lastSeenAt: number;
}

export function createSessionStore(database: DatabaseHandle, clock: Clock): SessionStore {
  const insert = database.change<{ digest: Sha256; staff: string; now: number }>(
    `INSERT INTO sessions (token_digest, staff_id, created_at, last_seen_at) VALUES (@digest, @staff, @now, @now)`,
  );
  const get = database.query<{ digest: Sha256 }, Row>(
    `SELECT staff.id, staff.name, staff.role, sessions.created_at AS createdAt, last_seen_at AS lastSeenAt
     FROM sessions JOIN staff ON staff.id = staff_id WHERE token_digest = @digest AND closed_at IS NULL`,
  );
  const touch = database.change<{ digest: Sha256; now: number }>(
    'UPDATE sessions SET last_seen_at = @now WHERE token_digest = @digest',
  );
  const remove = database.change<{ digest: Sha256 }>('DELETE FROM sessions WHERE token_digest = @digest');
  const sweep = database.change<{ seen: number; created: number }>(
    'DELETE FROM sessions WHERE last_seen_at <= @seen OR created_at <= @created',
  );
  return {
    insert: (token, staff) => void insert.run({ digest: tokenDigest(token), staff, now: clock.now() }),
    byToken(token) {
      const row = get.get({ digest: tokenDigest(token) });
      if (row === undefined) return null;
      const { createdAt, lastSeenAt, ...staff } = row;
      return { staff, createdAt, lastSeenAt };
    },
    touch: (token) => void touch.run({ digest: tokenDigest(token), now: clock.now() }),
    remove: (token) => void remove.run({ digest: tokenDigest(token) }),
    sweep() {
      const now = clock.now();
      return sweep.run({ seen: now - SESSION.inactivityMs, created: now - SESSION.absoluteMs });
    },
  };
}
