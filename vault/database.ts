import type { KeyObject } from 'node:crypto';
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { CIPHER, keptAs, withPhrase } from './page-key.ts';
import { VaultError, type VaultErrorCode } from './errors.ts';

/** 'CSVT': tells a vault from any other SQLite file. */
const APPLICATION_ID = 0x43535654;
/** Long enough for the largest seal of another process on a slow disk; then the world has a problem. */
const BUSY_TIMEOUT_MS = 10_000;

export type SqlValue = null | number | string | Uint8Array;
/** For statements without parameters. */
export type NoParams = Readonly<Record<string, never>>;
export type SqlParams = Readonly<Record<string, SqlValue>>;

/** A prepared reading statement with named parameters (`@name`). */
export interface Query<P extends SqlParams, Row> {
  get(params: P): Row | undefined;
  all(params: P): Row[];
  iterate(params: P): IterableIterator<Row>;
}
/** A prepared changing statement: works only inside `write`. */
export interface Change<P extends SqlParams> {
  /** @returns number of rows changed. */
  run(params: P): number;
}

/** A promise would outlive the transaction, so a callback that returns one is a type error. */
export type Synchronous<T> = T extends PromiseLike<unknown> ? never : T;

export interface DatabaseHandle {
  query<P extends SqlParams, Row>(sql: string): Query<P, Row>;
  change<P extends SqlParams>(sql: string): Change<P>;
  /** Script without parameters, inside `write` only (migrations). */
  script(sql: string): void;
  pragma(text: string): unknown;
  /**
   * One immediate transaction; nested calls join it. Rolls back when `work` throws.
   * @throws VaultError 'asynchronous-transaction' when `work` returns a promise.
   */
  write<T>(work: () => Synchronous<T>): T;
  /** Runs `work` once the write under way is on disk; never when it is rolled back. Inside `write` only. */
  afterCommit(work: () => void): void;
  /** Checkpoints and cuts the log to nothing. @returns false, at once, while another process reads. */
  emptyLog(): boolean;
  close(): void;
}

/**
 * Opens or creates the file: WAL, synchronous=FULL, mode 0600. With a key (32 bytes) every page is encrypted, in the file and
 * in its log. The schema is `migrate`'s business.
 * @throws VaultError 'locked' when the file is encrypted under another key, 'in-the-clear' when there is a key
 *   and the file is not encrypted
 */
export function openDatabase(path: string, key: KeyObject | null = null): DatabaseHandle {
  createPrivately(path);
  assertKept(path, key);
  const sqlite = guarded(() => newSqlite(path, { timeout: BUSY_TIMEOUT_MS }));
  try {
    guarded(() => {
      if (key !== null) unlock(sqlite, key);
      // Sorting and rolling back never spill into files of their own: those would be in the clear.
      sqlite.pragma('temp_store = MEMORY');
      identify(sqlite);
      sqlite.pragma('journal_mode = WAL');
      // FULL: a committed transaction survives a power cut, not only a crash.
      sqlite.pragma('synchronous = FULL');
      sqlite.pragma('foreign_keys = ON');
      // Released documents and captures are overwritten, not only unlinked.
      sqlite.pragma('secure_delete = ON');
      sqlite.pragma('trusted_schema = OFF');
      // A 50 MB document must not leave a 50 MB log behind for good.
      sqlite.pragma('journal_size_limit = 16777216');
    });
  } catch (error) {
    sqlite.close();
    throw error;
  }
  return new SqliteHandle(sqlite);
}

class SqliteHandle implements DatabaseHandle {
  readonly #sqlite: Sqlite.Database;
  #depth = 0;
  #doomed = false;
  #afterCommit: (() => void)[] = [];

  constructor(sqlite: Sqlite.Database) {
    this.#sqlite = sqlite;
  }

  query<P extends SqlParams, Row>(sql: string): Query<P, Row> {
    const statement = this.#sqlite.prepare<[P], Row>(sql);
    if (!statement.readonly) throw new Error('a query must not change anything');
    return {
      get: (params) => guarded(() => statement.get(params)),
      all: (params) => guarded(() => statement.all(params)),
      iterate: (params) => guardedRows(() => statement.iterate(params)),
    };
  }

  change<P extends SqlParams>(sql: string): Change<P> {
    const statement = this.#sqlite.prepare<[P]>(sql);
    return {
      run: (params) => {
        this.#assertWriting();
        return guarded(() => statement.run(params).changes);
      },
    };
  }

  script(sql: string): void {
    this.#assertWriting();
    guarded(() => this.#sqlite.exec(sql));
  }

  pragma(text: string): unknown {
    return guarded(() => this.#sqlite.pragma(text, { simple: true }));
  }

  write<T>(work: () => Synchronous<T>): T {
    if (this.#depth > 0) return this.#join(work);
    guarded(() => this.#sqlite.exec('BEGIN IMMEDIATE'));
    this.#doomed = false;
    this.#afterCommit = [];
    const value = this.#committed(work);
    for (const told of this.#afterCommit.splice(0)) told();
    return value;
  }

  afterCommit(work: () => void): void {
    this.#assertWriting();
    this.#afterCommit.push(work);
  }

  #committed<T>(work: () => Synchronous<T>): T {
    try {
      const value = this.#join(work);
      // Checked again here: a caller may have swallowed the inner failure.
      if (this.#isDoomed()) throw new VaultError('transaction-doomed', 'a nested write failed and was ignored');
      guarded(() => this.#sqlite.exec('COMMIT'));
      return value;
    } catch (error) {
      // SQLite rolls back by itself on some errors (disk full among them).
      if (this.#sqlite.inTransaction) this.#sqlite.exec('ROLLBACK');
      throw error;
    }
  }

  emptyLog(): boolean {
    // Waiting for a reader would hold up the pen.
    this.pragma('busy_timeout = 0');
    try {
      return this.pragma('wal_checkpoint(TRUNCATE)') === 0;
    } finally {
      this.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    }
  }

  close(): void {
    this.#sqlite.close();
  }

  #join<T>(work: () => Synchronous<T>): T {
    this.#depth += 1;
    try {
      const value = work();
      if (isPromise(value)) {
        throw new VaultError('asynchronous-transaction', 'a write must be over when its callback returns');
      }
      return value;
    } catch (error) {
      this.#doomed = true;
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  #isDoomed(): boolean {
    return this.#doomed;
  }

  #assertWriting(): void {
    if (this.#depth === 0) throw new VaultError('write-outside-transaction', 'changes are made inside vault.write');
  }
}

function isPromise(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** The log and shared-memory files take their mode from the database file, so it is made first. */
function createPrivately(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}

/** Without a key an encrypted vault is no database to anybody: its first read says 'not-a-vault'. */
function assertKept(path: string, key: KeyObject | null): void {
  if (key !== null && keptAs(path) === 'in-the-clear') {
    throw new VaultError('in-the-clear', 'there is a key store, but the vault is not encrypted yet');
  }
}

/** What SQLite3 Multiple Ciphers adds to better-sqlite3; its package's own declarations are not exported. */
export interface EncryptedDatabase extends Sqlite.Database {
  /** Before the first statement. @returns 0 */
  key(phrase: Buffer): number;
  /** Writes every page anew under another key. @returns 0 */
  rekey(phrase: Buffer): number;
}

function newSqlite(path: string, options: Sqlite.Options): EncryptedDatabase {
  return new Sqlite(path, options) as EncryptedDatabase;
}

/** The key goes in by the call, not in SQL: a statement could come to stand in an error. */
function unlock(sqlite: EncryptedDatabase, key: KeyObject): void {
  sqlite.pragma(CIPHER);
  withPhrase(key, (phrase) => sqlite.key(phrase));
  try {
    sqlite.prepare('SELECT count(*) FROM sqlite_schema').get();
  } catch (error) {
    if (!(error instanceof Sqlite.SqliteError) || error.code !== 'SQLITE_NOTADB') throw error;
    throw new VaultError('locked', 'the vault is encrypted under another key, or it is damaged at its beginning');
  }
}

/** For `protect-vault.ts` alone: a database file of any kind, as it is, with none of the vault's settings. */
export function openRaw(path: string, key: KeyObject | null): EncryptedDatabase {
  const sqlite = newSqlite(path, { timeout: 0, fileMustExist: true });
  if (key !== null) unlock(sqlite, key);
  // Nothing may spill into a file in the clear.
  sqlite.pragma('temp_store = MEMORY');
  return sqlite;
}

function identify(sqlite: Sqlite.Database): void {
  const id = sqlite.pragma('application_id', { simple: true });
  if (id === APPLICATION_ID) return;
  const tables = sqlite.prepare<[], { n: number }>('SELECT count(*) AS n FROM sqlite_schema').get();
  if (id !== 0 || tables?.n !== 0) throw new VaultError('not-a-vault', 'the file is a database of something else');
  sqlite.pragma(`application_id = ${APPLICATION_ID}`);
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translated(error);
  }
}

function* guardedRows<Row>(start: () => IterableIterator<Row>): IterableIterator<Row> {
  try {
    yield* start();
  } catch (error) {
    throw translated(error);
  }
}

function translated(error: unknown): unknown {
  if (!(error instanceof Sqlite.SqliteError)) return error;
  const code = codeOf(error.code);
  if (code === null) return error;
  // Of a constraint the message names table and rule, never a value.
  const detail = code === 'constraint' ? error.message : error.code;
  return new VaultError(code, `the database says: ${detail}`, error);
}

function codeOf(code: string): VaultErrorCode | null {
  if (code.startsWith('SQLITE_CONSTRAINT')) return 'constraint';
  if (code.startsWith('SQLITE_BUSY')) return 'busy';
  if (code === 'SQLITE_FULL' || code.startsWith('SQLITE_IOERR')) return 'disk-full';
  if (code === 'SQLITE_NOTADB') return 'not-a-vault';
  if (code.startsWith('SQLITE_CORRUPT')) return 'damaged';
  return null;
}
