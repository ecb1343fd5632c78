import { setTimeout as delay } from 'node:timers/promises';
import { ERRORS, type Lock, type Locker } from '@tus/server';
import type { NewId } from '../../signing/ids.ts';
import type { Database } from './database.ts';

/** Without a sign of life for so long the holder is dead, and its lock is anybody's. By the clock of the database. */
const LEASE_SECONDS = 15;
/** How often a holder renews its lock and looks whether somebody waits for it. */
const RENEW_MS = 1000;
const ASK_EVERY_MS = 100;
/** A holder that is asked to let go writes what it has first; a dead one's lease runs out in less. */
const ASKS = 250;

const TAKE = `insert into upload_locks (upload, owner, expires_at)
  values ($1, $2, clock_timestamp() + interval '${LEASE_SECONDS} seconds')
  on conflict (upload) do update set owner = excluded.owner, expires_at = excluded.expires_at, wanted = false
    where upload_locks.expires_at < clock_timestamp()
  returning owner`;
const RENEW = `update upload_locks set expires_at = clock_timestamp() + interval '${LEASE_SECONDS} seconds'
  where upload = $1 and owner = $2 returning wanted`;

/**
 * Locks of uploads as rows, so that of all processes one request at a time writes an upload. Whoever waits says so in
 * the row, and the holder ends its request: a kiosk that lost its line and came again does not wait for the dead one.
 * A lock saves work, nothing hangs on it: bytes that two requests wrote are the same, and the digest decides.
 */
export function databaseLocker(database: Database, newId: NewId): Locker {
  /** Of this process, to be told without waiting for the next look at the row. */
  const letGo = new Map<string, () => void>();

  function newLock(upload: string): Lock {
    const owner = newId();
    let renewing: NodeJS.Timeout | undefined;
    return {
      async lock(signal, requestRelease) {
        for (let asks = 0; (await database.query(TAKE, [upload, owner])).length === 0; asks += 1) {
          if (signal.aborted || asks === ASKS) throw timedOut();
          letGo.get(upload)?.();
          await database.query('update upload_locks set wanted = true where upload = $1 and not wanted', [upload]);
          await delay(ASK_EVERY_MS);
        }
        const release = (): void => void requestRelease();
        letGo.set(upload, release);
        renewing = setInterval(() => {
          database.query(RENEW, [upload, owner]).then(
            // No row: it ran out and another has it.
            ([row]) => (row?.['wanted'] === false ? undefined : release()),
            () => undefined,
          );
        }, RENEW_MS);
        renewing.unref();
      },
      async unlock() {
        clearInterval(renewing);
        letGo.delete(upload);
        await database.query('delete from upload_locks where upload = $1 and owner = $2', [upload, owner]);
      },
    };
  }
  return { newLock };
}

/** What processes left that died with a lock on an upload nobody asked for again. */
export async function clearDeadLocks(database: Database): Promise<void> {
  await database.query("delete from upload_locks where expires_at < clock_timestamp() - interval '1 hour'");
}

function timedOut(): Error {
  return Object.assign(new Error('another request holds the upload'), ERRORS.ERR_LOCK_TIMEOUT);
}
