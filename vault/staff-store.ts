import { NO_FAILURES, type LockoutState } from '../signing/access/lockout.ts';
import type { StaffRole } from '../signing/access/roles.ts';
import { canonicalText } from '../signing/canonical-json.ts';
import type { Clock } from '../signing/clock.ts';
import type { StaffId } from '../signing/ids.ts';
import type { DatabaseHandle, NoParams } from './database.ts';
import { VaultError } from './errors.ts';

export interface StaffRecord {
  readonly id: StaffId;
  readonly name: string;
  readonly role: StaffRole;
  readonly createdAt: number;
  /** A closed account signs in no more; its name stays taken. */
  readonly closedAt: number | null;
}

export interface StaffStore {
  /** `verifier` is the PHC string of `signing/access/password.ts`. @throws VaultError 'constraint': the name is taken. */
  insert(staff: { id: StaffId; name: string; role: StaffRole; verifier: string }): StaffRecord;
  get(id: string): StaffRecord | null;
  /** Upper and lower case, and the way accents are typed, do not matter. */
  byName(name: string): StaffRecord | null;
  list(): readonly StaffRecord[];
  verifier(id: StaffId): string;
  setVerifier(id: StaffId, verifier: string): void;
  lockout(id: StaffId): LockoutState;
  setLockout(id: StaffId, state: LockoutState): void;
  /** New name and role; an account that was closed is open again. @throws VaultError 'constraint': the name is taken. */
  update(staff: { id: StaffId; name: string; role: StaffRole }): void;
  /** Also ends the sessions of the account. */
  close(id: StaffId): void;
  endSessions(id: StaffId): void;
}

const COLUMNS = 'id, name, role, created_at AS createdAt, closed_at AS closedAt';

export function createStaffStore(database: DatabaseHandle, clock: Clock): StaffStore {
  const insert = database.change<{
    id: string;
    name: string;
    key: string;
    role: string;
    verifier: string;
    lockout: string;
    now: number;
  }>(`INSERT INTO staff (id, name, name_key, role, verifier, lockout, created_at)
      VALUES (@id, @name, @key, @role, @verifier, @lockout, @now)`);
  const get = database.query<{ id: string }, StaffRecord>(`SELECT ${COLUMNS} FROM staff WHERE id = @id`);
  const byName = database.query<{ key: string }, StaffRecord>(`SELECT ${COLUMNS} FROM staff WHERE name_key = @key`);
  const list = database.query<NoParams, StaffRecord>(`SELECT ${COLUMNS} FROM staff ORDER BY name_key`);
  const secrets = database.query<{ id: string }, { verifier: string; lockout: string }>(
    'SELECT verifier, lockout FROM staff WHERE id = @id',
  );
  const setVerifier = database.change<{ id: string; verifier: string }>(
    'UPDATE staff SET verifier = @verifier WHERE id = @id',
  );
  const setLockout = database.change<{ id: string; lockout: string }>(
    'UPDATE staff SET lockout = @lockout WHERE id = @id',
  );
  const close = database.change<{ id: string; now: number }>(
    'UPDATE staff SET closed_at = coalesce(closed_at, @now) WHERE id = @id',
  );
  const update = database.change<{ id: string; name: string; key: string; role: string }>(
    'UPDATE staff SET name = @name, name_key = @key, role = @role, closed_at = NULL WHERE id = @id',
  );
  const endSessions = database.change<{ id: string }>('DELETE FROM sessions WHERE staff_id = @id');

  const secretsOf = (id: StaffId): { verifier: string; lockout: string } => {
    const row = secrets.get({ id });
    if (row === undefined) throw new VaultError('no-such-row', 'no such member of staff');
    return row;
  };
  const one = (changed: number): void => {
    if (changed !== 1) throw new VaultError('no-such-row', 'no such member of staff');
  };

  return {
    insert({ id, name, role, verifier }) {
      const now = clock.now();
      insert.run({ id, name, key: nameKey(name), role, verifier, lockout: canonicalText(NO_FAILURES), now });
      return { id, name, role, createdAt: now, closedAt: null };
    },
    get: (id) => get.get({ id }) ?? null,
    byName: (name) => byName.get({ key: nameKey(name) }) ?? null,
    list: () => list.all({}),
    verifier: (id) => secretsOf(id).verifier,
    setVerifier: (id, verifier) => one(setVerifier.run({ id, verifier })),
    lockout: (id) => JSON.parse(secretsOf(id).lockout) as LockoutState,
    setLockout: (id, state) => one(setLockout.run({ id, lockout: canonicalText(state) })),
    update: ({ id, name, role }) => one(update.run({ id, name, key: nameKey(name), role })),
    endSessions: (id) => void endSessions.run({ id }),
    close(id) {
      one(close.run({ id, now: clock.now() }));
      endSessions.run({ id });
    },
  };
}

function nameKey(name: string): string {
  return name.normalize('NFKC').trim().replace(/\s+/gu, ' ').toLowerCase();
}
