import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCKOUT } from '../../signing/access/lockout.ts';
import { hashSecret } from '../../signing/access/password.ts';
import { SESSION } from '../../signing/access/session.ts';
import { utf8 } from '../../signing/bytes.ts';
import { sha256 } from '../../signing/digest.ts';
import { migrate, type Database } from '../../sync/cloud/database.ts';
import { openEmbeddedDatabase } from '../../sync/cloud/embedded-database.ts';
import { MIGRATIONS } from '../../sync/cloud/migrations.ts';
import { FolderInUse, lockFolder } from '../../sync/cloud/folder-lock.ts';
import { openFolderStore } from '../../sync/cloud/object-store.ts';
import { createStaffDesk, type CloudStaffDesk } from '../../sync/cloud/staff.ts';
import { testTime } from './support/clock.ts';

let folder: string;
let database: Database;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'countersign-parts-'));
  database = await openEmbeddedDatabase(null);
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the database of the cloud', () => {
  it('has migrations numbered from one without a gap', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, i) => i + 1));
  });

  it('migrates once, and refuses a schema from the future', async () => {
    await migrate(database);
    const known = MIGRATIONS.map(({ version }) => ({ version }));
    expect(await database.query('select version from schema_version order by version')).toEqual(known);
    await database.query('insert into schema_version (version) values (9999)');
    await expect(migrate(database)).rejects.toThrow('schema 9999');
    await database.query('delete from schema_version where version = 9999');
  });

  it('undoes a transaction that throws', async () => {
    await expect(
      database.transaction(async (sql) => {
        await sql.query("insert into tenants (id, name, roots) values ('gone', 'gone', '')");
        throw new Error('on purpose');
      }),
    ).rejects.toThrow('on purpose');
    expect(await database.query("select 1 from tenants where id = 'gone'")).toEqual([]);
  });
});

describe('the folder of objects', () => {
  it('writes once and never over: bytes under a digest do not change', async () => {
    const objects = await openFolderStore(path.join(folder, 'objects'));
    const bytes = utf8('a package');
    const digest = sha256(bytes);
    expect(await objects.put(digest, bytes)).toBe('written');
    expect(await objects.put(digest, utf8('something else'))).toBe('present');
    expect(await objects.get(digest)).toEqual(bytes);
    expect(await objects.get(sha256(utf8('another')))).toBe(null);
    const file = path.join(folder, 'objects', digest.slice(0, 2), digest.slice(2, 4), digest);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('lets one of many writers win, and leaves nothing half written', async () => {
    const objects = await openFolderStore(path.join(folder, 'race'));
    const bytes = utf8('x'.repeat(100_000));
    const digest = sha256(bytes);
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => objects.put(digest, bytes)));
    expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
    expect(await readdir(path.join(folder, 'race', 'incoming'))).toEqual([]);
    expect(await objects.get(digest)).toEqual(bytes);
  });

  it('clears on opening what a crash left half written', async () => {
    const root = path.join(folder, 'crashed');
    await openFolderStore(root);
    await writeFile(path.join(root, 'incoming', 'half'), 'half');
    await openFolderStore(root);
    expect(await readdir(path.join(root, 'incoming'))).toEqual([]);
  });
});

describe('the lock of the embedded cloud', () => {
  it('keeps a second opener away until the first gives it back', async () => {
    const root = path.join(folder, 'locked');
    const unlock = await lockFolder(root);
    await expect(lockFolder(root)).rejects.toThrow(FolderInUse);
    await unlock();
    await (
      await lockFolder(root)
    )();
    expect(await readdir(root)).toEqual([]);
  });

  it('is taken over from a process that is gone, and from another process of the same number', async () => {
    const root = path.join(folder, 'stale');
    await (
      await lockFolder(root)
    )();
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    for (const left of [`${gone} `, `${gone} another-boot/1`, '', 'nonsense']) {
      await writeFile(path.join(root, 'lock'), left);
      await (
        await lockFolder(root)
      )();
    }
    if (process.platform !== 'linux') return;
    await writeFile(path.join(root, 'lock'), `${process.pid} another-boot/1`);
    await (
      await lockFolder(root)
    )();
  });
});

describe('staff of the cloud console', () => {
  const time = testTime();
  const cheap = { memory: 64, passes: 1, parallelism: 1 };
  let staff: CloudStaffDesk;
  beforeAll(async () => {
    staff = createStaffDesk({ database, clock: time });
    const verifier = await hashSecret('471102', undefined, cheap);
    await staff.add({ id: 'cene', name: 'Cene', verifier });
    await staff.add({ id: 'other', name: ' CENE ', verifier: await hashSecret('999111', undefined, cheap) });
  });

  it('sign in by name and secret, one account to a name', async () => {
    expect(await staff.signIn('cene', '471102', null)).toMatchObject({ ok: true, value: { staff: { id: 'cene' } } });
    expect(await staff.signIn('Cene', '999111', null)).toEqual({ ok: false, error: { code: 'wrong-credentials' } });
    expect(await staff.signIn('nobody', '471102', null)).toEqual({ ok: false, error: { code: 'wrong-credentials' } });
  });

  it('are signed out by inactivity, but not while at work', async () => {
    const session = await staff.signIn('Cene', '471102', null);
    if (!session.ok) throw new Error(session.error.code);
    const { token } = session.value;
    for (let i = 0; i < 3; i += 1) {
      time.advance(SESSION.inactivityMs - 1000);
      expect(await staff.byToken(token)).toMatchObject({ id: 'cene' });
    }
    time.advance(SESSION.inactivityMs);
    expect(await staff.byToken(token)).toBe(null);
    expect(await staff.byToken('x'.repeat(43))).toBe(null);
  });

  it('are locked out after wrong answers, also when these come all at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => staff.signIn('Cene', `wrong-${i}`, null)));
    const looked = answers.filter((answer) => !answer.ok && answer.error.code === 'wrong-credentials');
    expect(looked.length).toBeLessThan(LOCKOUT.attempts);
    expect(await staff.signIn('Cene', '471102', null)).toMatchObject({ ok: false, error: { code: 'locked' } });
    time.advance(LOCKOUT.firstLockMs);
    expect(await staff.signIn('Cene', '471102', null)).toMatchObject({ ok: true });
  });
});
