import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { utf8 } from '../../signing/bytes.ts';
import { systemClock } from '../../signing/clock.ts';
import { sha256 } from '../../signing/digest.ts';
import type { Database } from '../../sync/cloud/database.ts';
import { openFolderStore, unjudged, type ObjectStore } from '../../sync/cloud/object-store.ts';
import { keepObject, sweepOrphans } from '../../sync/cloud/orphans.ts';
import { sealedObjects } from '../../sync/cloud/sealed-objects.ts';
import { databaseKinds, type DatabaseServer } from './support/databases.ts';

const bytes = utf8(`a package with Novak in it ${'.'.repeat(2_500_000)}`);
const digest = sha256(bytes);

describe.each(databaseKinds())('objects under keys of their own on $name', ({ start }) => {
  let server: DatabaseServer;
  let database: Database;
  let folder: string;
  let stored: ObjectStore;
  let objects: ObjectStore;
  beforeAll(async () => {
    server = await start();
    database = await server.open();
  });
  afterAll(async () => {
    await database.close();
    await server.end();
  });
  beforeEach(async () => {
    await database.query('delete from object_keys');
    folder = mkdtempSync(path.join(tmpdir(), 'countersign-sealed-'));
    stored = await openFolderStore(folder, unjudged);
    objects = sealedObjects(stored, database);
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const file = (): string => path.join(folder, digest.slice(0, 2), digest.slice(2, 4), digest);
  const keys = (): Promise<readonly unknown[]> => database.query('select key from object_keys');

  it('give back what was put, and lie in the store unreadable', async () => {
    expect(await objects.put(digest, bytes)).toBe('written');
    expect(await objects.put(digest, bytes)).toBe('present');
    expect(await objects.get(digest)).toEqual(bytes);
    expect(readFileSync(file()).includes('Novak')).toBe(false);
    expect(await objects.get(sha256(utf8('other')))).toBe(null);
    expect(await keys()).toHaveLength(1);
  });

  it('are gone with their key, even when a backup of the store brings them back', async () => {
    await objects.put(digest, bytes);
    const backup = readFileSync(file());
    await objects.remove(digest);
    expect(await keys()).toEqual([]);
    await stored.put(digest, backup);
    expect(await objects.get(digest)).toBe(null);
    // Delivered anew: what lies there is under a key that is gone.
    expect(await objects.put(digest, bytes)).toBe('written');
    expect(await objects.get(digest)).toEqual(bytes);
  });

  it('are found out when a bit was changed, at the head, inside or at the end', async () => {
    await objects.put(digest, bytes);
    const good = readFileSync(file());
    for (const at of [9, 30, 1_500_000, good.length - 1]) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 1;
      writeFileSync(file(), bad);
      await expect(objects.get(digest)).rejects.toThrow('damaged');
      await expect(objects.put(digest, bytes)).rejects.toThrow('damaged');
    }
  });

  it('of before are read as they are, and sealed when they are put again', async () => {
    await stored.put(digest, bytes);
    expect(await objects.get(digest)).toEqual(bytes);
    expect(await objects.put(digest, bytes)).toBe('written');
    expect(readFileSync(file()).includes('Novak')).toBe(false);
    expect(await objects.get(digest)).toEqual(bytes);
    await objects.remove(digest);
    await stored.put(digest, utf8('other bytes'));
    await expect(objects.get(digest)).rejects.toThrow('damaged');
  });

  it('keep their key when the store refuses to let them go', async () => {
    await objects.put(digest, bytes);
    const held = sealedObjects({ ...stored, remove: () => Promise.reject(new Error('held')) }, database);
    await expect(held.remove(digest)).rejects.toThrow('held');
    expect(await objects.get(digest)).toEqual(bytes);
  });

  it('end alike for many writers at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => objects.put(digest, bytes)));
    expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
    expect(await keys()).toHaveLength(1);
    expect(await objects.get(digest)).toEqual(bytes);
  });

  it('are not swept while somebody is about to name them; a key without an object is swept after a day', async () => {
    await objects.put(digest, bytes);
    const later = { ...systemClock, now: () => systemClock.now() + 48 * 3600_000 };
    const sweep = () => sweepOrphans({ database, objects, clock: later });
    expect(await sweep()).toBe(0);
    await database.query("update object_keys set used_at = used_at - interval '25 hours'");
    await objects.put(digest, bytes);
    expect(await sweep()).toBe(0);
    await database.transaction((sql) => keepObject(sql, digest));
    await stored.remove(digest);
    await database.query("update object_keys set used_at = used_at - interval '25 hours'");
    expect(await sweep()).toBe(1);
    expect(await keys()).toEqual([]);
  });
});
