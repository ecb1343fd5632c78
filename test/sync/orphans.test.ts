import { mkdtempSync, rmSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { utf8 } from '../../signing/bytes.ts';
import { systemClock } from '../../signing/clock.ts';
import { sha256 } from '../../signing/digest.ts';
import type { Database } from '../../sync/cloud/database.ts';
import { openFolderStore, type ObjectStore } from '../../sync/cloud/object-store.ts';
import { keepObject, sweepOrphans } from '../../sync/cloud/orphans.ts';
import { databaseLocker } from '../../sync/cloud/upload-lock.ts';
import { databaseKinds, type DatabaseServer } from './support/databases.ts';

const bytes = utf8('a package');
const digest = sha256(bytes);

describe.each(databaseKinds())('on $name', ({ start }) => {
  let server: DatabaseServer;
  let database: Database;
  let objects: ObjectStore;
  let folder: string;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.end());
  beforeEach(async () => {
    database = await server.open();
    folder = mkdtempSync(path.join(tmpdir(), 'countersign-orphans-'));
    objects = await openFolderStore(folder);
    await objects.put(digest, bytes);
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const age = (hours: number): Promise<void> => {
    const at = new Date(Date.now() - hours * 3600_000);
    return utimes(path.join(folder, digest.slice(0, 2), digest.slice(2, 4), digest), at, at);
  };
  const sweep = (over: Partial<ObjectStore> = {}): Promise<number> =>
    sweepOrphans({ database, objects: { ...objects, ...over }, clock: systemClock });

  describe('objects that no row names', () => {
    it('go after a day, and no sooner', async () => {
      await age(23);
      expect(await sweep()).toBe(0);
      await age(25);
      expect(await sweep()).toBe(1);
      expect(await objects.get(digest)).toBe(null);
      expect(await database.query('select 1 from swept_objects')).toEqual([]);
    });

    it('are not named any more once a sweep has them; the next delivery writes them anew', async () => {
      await age(25);
      const name = (): Promise<void> => database.transaction((sql) => keepObject(sql, digest));
      await sweep({
        remove: async (one) => {
          await expect(name()).rejects.toThrow('being swept');
          await objects.remove(one);
        },
      });
      await name();
      expect(await objects.put(digest, bytes)).toBe('written');
    });

    it('stay with whoever died while removing them, for an hour', async () => {
      await age(25);
      const died = sweep({ remove: () => Promise.reject(new Error('died')) });
      await expect(died).rejects.toThrow('died');
      expect(await sweep()).toBe(0);
      await database.query("update swept_objects set marked_at = marked_at - interval '2 hours'");
      expect(await sweep()).toBe(1);
      expect(await database.query('select 1 from swept_objects')).toEqual([]);
    });
  });

  describe('a lock of an upload', () => {
    const locker = (id: string) => databaseLocker(database, () => id);
    const waiting = (): AbortSignal => new AbortController().signal;

    it('is held by one process; the other one asks for it and gets it when it is let go', async () => {
      const mine = locker('one').newLock('upload');
      let asked = 0;
      await mine.lock(waiting(), async () => {
        asked += 1;
        await mine.unlock();
      });
      await locker('two')
        .newLock('upload')
        .lock(waiting(), () => undefined);
      expect(asked).toBe(1);
      expect(await database.query('select owner from upload_locks')).toEqual([{ owner: 'two' }]);
    });

    it('of a process that died ends by itself', async () => {
      await database.query(
        `insert into upload_locks (upload, owner, expires_at) values ('upload', 'dead', clock_timestamp() - interval '1 second')`,
      );
      await locker('two')
        .newLock('upload')
        .lock(waiting(), () => undefined);
      expect(await database.query('select owner from upload_locks')).toEqual([{ owner: 'two' }]);
    });
  });
});
