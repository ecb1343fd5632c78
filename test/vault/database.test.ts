import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../signing/digest.ts';
import type { DocumentId } from '../../signing/ids.ts';
import { openDatabase } from '../../vault/database.ts';
import { MIGRATIONS, migrate, schemaVersion } from '../../vault/migrations.ts';
import { openVault } from '../../vault/vault.ts';
import { makeVault, temporaryFolder, testClock } from './vault-fixtures.ts';

function database(): ReturnType<typeof openDatabase> {
  return openDatabase(path.join(temporaryFolder(), 'vault.sqlite'));
}
const code = (value: string): unknown => expect.objectContaining({ name: 'VaultError', code: value });

describe('vault.write', () => {
  it('keeps all of a step or nothing', () => {
    const { vault } = makeVault();
    expect(() =>
      vault.write(() => {
        vault.meta.set('a', '1');
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(vault.meta.get('a')).toBeNull();
    expect(vault.write(() => (vault.meta.set('a', '2'), 'done'))).toBe('done');
    expect(vault.meta.get('a')).toBe('2');
  });

  it('is the only place where anything changes', () => {
    const { vault } = makeVault();
    expect(() => vault.meta.set('a', '1')).toThrow(code('write-outside-transaction'));
    expect(() => vault.audit.append({ eventType: 'kiosk.started' })).toThrow(code('write-outside-transaction'));
    expect(() => vault.displays.removeAll()).toThrow(code('write-outside-transaction'));
  });

  it('refuses a callback that returns a promise, by type and at run time, and rolls back', async () => {
    const { vault } = makeVault();
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    expect(() =>
      // @ts-expect-error: a promise would outlive the transaction
      vault.write(async () => {
        vault.meta.set('a', '1');
        await gate;
      }),
    ).toThrow(code('asynchronous-transaction'));
    release();
    await gate;
    expect(vault.meta.get('a')).toBeNull();
  });

  it('lets nested writes join, so that the outer one decides', () => {
    const { vault } = makeVault();
    expect(() =>
      vault.write(() => {
        vault.write(() => vault.meta.set('inner', '1'));
        throw new Error('outer');
      }),
    ).toThrow('outer');
    expect(vault.meta.get('inner')).toBeNull();
    vault.write(() => vault.write(() => vault.meta.set('inner', '2')));
    expect(vault.meta.get('inner')).toBe('2');
  });

  it('does not commit half a step when an inner failure was swallowed', () => {
    const { vault } = makeVault();
    const careless = (): void =>
      vault.write(() => {
        vault.meta.set('outer', '1');
        try {
          vault.write(() => {
            vault.meta.set('inner', '1');
            throw new Error('inner');
          });
        } catch {
          // The mistake this test is about.
        }
      });
    expect(careless).toThrow(code('transaction-doomed'));
    expect(vault.meta.get('outer')).toBeNull();
    vault.write(() => vault.meta.set('outer', '2'));
    expect(vault.meta.get('outer')).toBe('2');
  });

  it('keeps an Err: only a throw rolls back', () => {
    const { vault } = makeVault();
    vault.write(() => {
      vault.meta.set('a', '1');
      return { ok: false, error: 'told' };
    });
    expect(vault.meta.get('a')).toBe('1');
  });
});

describe('the file', () => {
  it('is durable and private: WAL, synchronous FULL, foreign keys, mode 0600', () => {
    const { path: file } = makeVault();
    const handle = openDatabase(file);
    expect(handle.pragma('journal_mode')).toBe('wal');
    expect(handle.pragma('synchronous')).toBe(2);
    expect(handle.pragma('foreign_keys')).toBe(1);
    expect(handle.pragma('secure_delete')).toBe(1);
    expect(Number(handle.pragma('busy_timeout'))).toBeGreaterThan(1000);
    handle.close();
    for (const name of [file, `${file}-wal`]) expect(statSync(name).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
  });

  it('is not taken over when it is something else', () => {
    const folder = temporaryFolder();
    const other = path.join(folder, 'other.sqlite');
    const foreign = openDatabase(other);
    foreign.write(() => foreign.script('CREATE TABLE theirs (a TEXT)'));
    foreign.pragma('application_id = 7');
    foreign.close();
    expect(() => openDatabase(other)).toThrow(code('not-a-vault'));
    const text = path.join(folder, 'notes.txt');
    writeFileSync(text, 'This is no database at all, and longer than a page header. '.repeat(20));
    expect(() => openDatabase(text)).toThrow(code('not-a-vault'));
  });

  it('refuses a query that changes something', () => {
    const handle = database();
    handle.write(() => handle.script('CREATE TABLE a (b) STRICT'.replace('(b)', '(b TEXT)')));
    expect(() => handle.query("INSERT INTO a VALUES ('x')")).toThrow(/must not change/);
    handle.close();
  });

  it('can be opened twice, and both append to one unbroken audit chain', () => {
    const { vault, again } = makeVault();
    const second = again();
    for (let i = 0; i < 10; i += 1) {
      const one = i % 2 === 0 ? vault : second;
      one.write(() => one.audit.append({ eventType: 'kiosk.started', extra: { i } }));
    }
    expect(vault.audit.head()).toEqual(second.audit.head());
    expect(second.audit.verify()).toMatchObject({ ok: true, value: { head: { sequence: 10 } } });
  });

  it('waits for the other writer, and shows only what is committed', () => {
    const { vault, again } = makeVault();
    const second = again();
    vault.write(() => {
      vault.meta.set('a', '1');
      expect(second.meta.get('a')).toBeNull();
    });
    expect(second.meta.get('a')).toBe('1');
  });

  it('says when the disk is full, loses nothing, and goes on when there is room again', () => {
    const handle = database();
    migrate(handle);
    const put = handle.change<{ key: string; value: string }>('INSERT INTO meta (key, value) VALUES (@key, @value)');
    const keys = handle.query<Record<string, never>, { key: string }>('SELECT key FROM meta ORDER BY key');
    handle.write(() => put.run({ key: 'a', value: '1' }));
    const pages = Number(handle.pragma('page_count'));
    handle.pragma(`max_page_count = ${pages + 2}`);
    const large = (): unknown =>
      handle.write(() => {
        put.run({ key: 'b', value: '1' });
        return put.run({ key: 'c', value: 'x'.repeat(100_000) });
      });
    expect(large).toThrow(code('disk-full'));
    expect(keys.all({})).toEqual([{ key: 'a' }]);
    handle.pragma('max_page_count = 100000');
    large();
    expect(keys.all({})).toHaveLength(3);
    handle.close();
  });

  it('passes its own check', () => {
    expect(makeVault().vault.check()).toBe('ok');
  });
});

describe('migrations', () => {
  const steps = [
    'CREATE TABLE one (a TEXT) STRICT; INSERT INTO one VALUES (1);',
    'ALTER TABLE one ADD COLUMN b TEXT; UPDATE one SET b = a;',
  ];

  it('go forward step by step and keep what is there', () => {
    const handle = database();
    migrate(handle, steps.slice(0, 1));
    expect(schemaVersion(handle)).toBe(1);
    migrate(handle, steps);
    expect(schemaVersion(handle)).toBe(2);
    expect(handle.query('SELECT a, b FROM one').all({})).toEqual([{ a: '1', b: '1' }]);
    migrate(handle, steps);
    expect(schemaVersion(handle)).toBe(2);
    handle.close();
  });

  it('leave a newer schema alone', () => {
    const handle = database();
    migrate(handle, steps);
    expect(() => migrate(handle, steps.slice(0, 1))).toThrow(code('schema-newer'));
    expect(schemaVersion(handle)).toBe(2);
    handle.close();
  });

  it('undo a step that fails in the middle', () => {
    const handle = database();
    migrate(handle, steps);
    expect(() =>
      migrate(handle, [...steps, 'CREATE TABLE two (a TEXT) STRICT; INSERT INTO nowhere VALUES (1);']),
    ).toThrow();
    expect(schemaVersion(handle)).toBe(2);
    expect(handle.query("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'two'").get({})).toEqual({ n: 0 });
    handle.close();
  });

  it('take packages out of the outbox’s rows, and no mark of a delivery can lose them', () => {
    const handle = database();
    migrate(handle, MIGRATIONS.slice(0, 3));
    handle.write(() =>
      handle.script(`
        INSERT INTO transactions (id, name, state, review, created_at, changed_at)
          VALUES ('t1', 'a', 'complete', 'to-review', 1, 1), ('t2', 'b', 'complete', 'to-review', 1, 1);
        INSERT INTO outbox (digest, transaction_id, size, audit_head, state, attempts, due_at, refused_before, receipt,
          queued_at, package)
          VALUES ('d1', 't1', 3, 'h', 'waiting', 4, 5, 1, NULL, 6, x'010203'), ('d2', 't2', 3, 'h', 'delivered', 0, 5, 0, 'a.b.c', 7, NULL);`),
    );
    migrate(handle);
    expect(
      handle.query('SELECT digest, hex(bytes) AS bytes FROM packages JOIN pieces USING (content)').all({}),
    ).toEqual([{ digest: 'd1', bytes: '010203' }]);
    expect(handle.query('SELECT digest, state, attempts, due_at, receipt, queued_at FROM outbox').all({})).toEqual([
      { digest: 'd1', state: 'waiting', attempts: 4, due_at: 5, receipt: null, queued_at: 6 },
      { digest: 'd2', state: 'delivered', attempts: 0, due_at: 5, receipt: 'a.b.c', queued_at: 7 },
    ]);
    for (const lost of [
      "DELETE FROM packages WHERE digest = 'd1'",
      'UPDATE packages SET content = 9',
      "UPDATE outbox SET digest = 'd3' WHERE digest = 'd1'",
      "UPDATE outbox SET state = 'waiting', receipt = NULL WHERE digest = 'd2'",
      "DELETE FROM outbox WHERE digest = 'd2'",
    ]) {
      expect(() => handle.write(() => handle.script(lost))).toThrow(code('constraint'));
    }
    handle.write(() => handle.script("UPDATE outbox SET state = 'sending' WHERE digest = 'd1'"));
    expect(handle.query("SELECT delivery FROM transactions WHERE id = 't1'").get({})).toEqual({ delivery: 'sending' });
    handle.close();
  });

  it('cut documents and packages into pieces, and lose no byte of them', async () => {
    const file = path.join(temporaryFolder(), 'vault.sqlite');
    const [large, increment, container] = [2_000_001, 5, 1_000_000].map((length) => randomBytes(length)) as [
      Buffer,
      Buffer,
      Buffer,
    ];
    const handle = openDatabase(file);
    migrate(handle, MIGRATIONS.slice(0, 4));
    handle.write(() => {
      handle.script(`
        INSERT INTO transactions (id, name, state, review, created_at, changed_at)
          VALUES ('t1', 'a', 'complete', 'to-review', 1, 1), ('t2', 'b', 'complete', 'to-review', 1, 1);
        INSERT INTO documents (id, transaction_id, position, name, facts) VALUES ('d1', 't1', 0, 'a', '{}'), ('d2', 't2', 0, 'b', '{}');
        INSERT INTO revisions VALUES ('d2', 0, 'original', 'gone', 3, 1, NULL);`);
      const revision = handle.change<{ number: number; kind: string; digest: string; length: number; bytes: Buffer }>(
        "INSERT INTO revisions VALUES ('d1', @number, @kind, @digest, @length, 7, @bytes)",
      );
      const whole = Buffer.concat([large, increment]);
      revision.run({ number: 0, kind: 'original', digest: sha256(large), length: large.length, bytes: large });
      revision.run({ number: 1, kind: 'sealed', digest: sha256(whole), length: whole.length, bytes: increment });
      const digest = sha256(container);
      const keep = handle.change<{ digest: string; bytes: Buffer }>('INSERT INTO packages VALUES (@digest, @bytes)');
      keep.run({ digest, bytes: container });
      handle.script(`INSERT INTO outbox (digest, transaction_id, size, audit_head, state, attempts, due_at, refused_before, queued_at)
        VALUES ('${digest}', 't1', 1000000, 'h', 'waiting', 0, 5, 0, 6)`);
    });
    handle.close();

    const vault = openVault(file, { clock: testClock(), newId: () => 'id' });
    expect(Buffer.compare((await vault.documents.read('d1'))!, Buffer.concat([large, increment]))).toBe(0);
    expect(Buffer.compare((await vault.documents.read('d1', sha256(large)))!, large)).toBe(0);
    expect(await vault.documents.read('d2')).toBeNull();
    expect(vault.documents.revisions('d1').map(({ number, createdAt }) => [number, createdAt])).toEqual([
      [0, 7],
      [1, 7],
    ]);
    expect(Buffer.compare((await vault.outbox.read(sha256(container)))!, container)).toBe(0);
    await vault.contents.sweep();
    const appended = vault.write(() =>
      vault.documents.appendRevision(
        'd1' as DocumentId,
        increment,
        { digest: sha256(large, increment, increment), length: large.length + 10, kind: 'sealed' },
        sha256(large, increment),
      ),
    );
    expect(appended).toMatchObject({ ok: true, value: { number: 2 } });
    expect(vault.check()).toBe('ok');
    expect(vault.emptyLog()).toBe(true);
    // Where the BLOBs lay there is nothing left of them: each byte of the file is there once.
    expect(readFileSync(file).indexOf(container.subarray(0, 64))).toBe(
      readFileSync(file).lastIndexOf(container.subarray(0, 64)),
    );
    vault.close();
    const now = openDatabase(file);
    const sizes = now.query<Record<string, never>, { n: number }>(
      'SELECT length(bytes) AS n FROM pieces ORDER BY content, seq',
    );
    expect(sizes.all({}).map(({ n }) => n)).toEqual([1_000_000, 1_000_000, 1, 5, 1_000_000, 5]);
    now.close();
  });

  it('of this program are numbered from one without a gap, every table strict', () => {
    const { path: file } = makeVault();
    const handle = openDatabase(file);
    expect(schemaVersion(handle)).toBe(MIGRATIONS.length);
    const loose = handle.query(
      `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0
       AND name NOT LIKE 'sqlite_%'`,
    );
    expect(loose.all({})).toEqual([]);
    handle.close();
  });
});
