import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { sha256, type Sha256 } from '../signing/digest.ts';
import type { DatabaseHandle, NoParams } from './database.ts';

/** Whole in the vault, and of nothing yet: kept only when a write ties it in while it is staged. */
export interface Staged {
  readonly content: number;
  /** Bytes. */
  readonly length: number;
  readonly digest: Sha256;
}

/** For what may be tens of megabytes long: it enters in pieces, each durable by itself, with turns of the event loop between. */
export interface ContentStore {
  /**
   * Writes each of `files`, one after the other, then calls `tie` with them in the same order: its write ties them in (as
   * `bytes` of documents.insert, `package` of the outbox). What it left untied goes when it is over. The files must not
   * change meanwhile.
   */
  whileStaged<T>(files: readonly Uint8Array[], tie: (staged: readonly Staged[]) => T | Promise<T>): Promise<T>;
  /**
   * Overwrites what belongs to nothing: given up, or left by a kill. Only for the one process that stages (the kiosk): what
   * another has staged would go.
   */
  sweep(): Promise<void>;
}

/** What the stores of documents and packages are made on. */
export interface Contents extends ContentStore {
  /** Inside the caller's write: what is small enters at once, what is staged is there. */
  place(bytes: Uint8Array | Staged): Staged;
  /** The pieces in order, none held when the next one comes. */
  pieces(content: number): IterableIterator<Uint8Array>;
  /**
   * Joined, `length` bytes in all, with turns between; null when any of them was given up before the end. Shared memory, so
   * that threads read it where it lies: nobody writes to it.
   */
  read(contents: readonly number[], length: number): Promise<Uint8Array | null>;
  /** At most `length` bytes from `from` on, in memory of their own; null when the content was given up. */
  part(content: number, from: number, length: number): Uint8Array<ArrayBuffer> | null;
}

/** A piece is written, read and hashed in 1 to 5 ms; smaller ones cost more in all (vault/README.md). */
export const PIECE_BYTES = 1_000_000;

export function createContents(database: DatabaseHandle, pieceBytes = PIECE_BYTES): Contents {
  const begin = database.change<{ length: number }>('INSERT INTO contents (length) VALUES (@length)');
  const begun = database.query<NoParams, { id: number }>('SELECT last_insert_rowid() AS id');
  const add = database.change<{ content: number; seq: number; bytes: Uint8Array }>(
    'INSERT INTO pieces (content, seq, bytes) VALUES (@content, @seq, @bytes)',
  );
  const all = database.query<{ content: number }, { bytes: Buffer }>(
    'SELECT bytes FROM pieces WHERE content = @content ORDER BY seq',
  );
  const sizes = database.query<{ content: number }, { seq: number; length: number }>(
    'SELECT seq, length(bytes) AS length FROM pieces WHERE content = @content ORDER BY seq',
  );
  // What was given up is given to nobody, though its bytes may lie there still.
  const kept = database.query<{ content: number; seq: number }, { bytes: Buffer }>(
    `SELECT bytes FROM pieces
     WHERE content = @content AND seq = @seq AND (SELECT kept FROM contents WHERE id = @content)`,
  );
  const loose = database.query<NoParams, { id: number }>('SELECT id FROM contents WHERE kept = 0');
  const firstOf = database.query<{ id: number }, { seq: number | null }>(
    'SELECT min(seq) AS seq FROM pieces WHERE content = @id',
  );
  const dropPiece = database.change<{ id: number; seq: number }>(
    'DELETE FROM pieces WHERE content = @id AND seq = @seq',
  );
  const drop = database.change<{ id: number }>('DELETE FROM contents WHERE id = @id AND kept = 0');

  /** Staged now: not to be swept. */
  const staging = new Set<number>();

  const write = (content: number, seq: number, bytes: Uint8Array): Uint8Array => {
    const piece = bytes.subarray(seq * pieceBytes, (seq + 1) * pieceBytes);
    add.run({ content, seq, bytes: piece });
    return piece;
  };
  const open = (length: number): number => {
    begin.run({ length });
    const id = begun.get({})?.id;
    if (id === undefined) throw new Error('what was inserted has a number');
    return id;
  };
  const stage = async (bytes: Uint8Array, own: Set<number>): Promise<Staged> => {
    const { length } = bytes;
    const content = database.write<number>(() => open(length));
    staging.add(content);
    own.add(content);
    const hash = createHash('sha256');
    for (let seq = 0; seq * pieceBytes < length; seq += 1) {
      hash.update(database.write<Uint8Array>(() => write(content, seq, bytes)));
      await turn();
    }
    return { content, length, digest: hash.digest('hex') as Sha256 };
  };
  const sweep = async (): Promise<void> => {
    for (const { id } of loose.all({}).filter((content) => !staging.has(content.id))) {
      for (let seq = firstOf.get({ id })?.seq ?? null; seq !== null; seq = firstOf.get({ id })?.seq ?? null) {
        const one = { id, seq };
        database.write(() => void dropPiece.run(one));
        await turn();
      }
      database.write(() => void drop.run({ id }));
    }
  };

  return {
    async whileStaged(files, tie) {
      const own = new Set<number>();
      try {
        const staged: Staged[] = [];
        for (const bytes of files) staged.push(await stage(bytes, own));
        return await tie(staged);
      } finally {
        for (const content of own) staging.delete(content);
        await sweep();
      }
    },
    sweep,
    place(bytes) {
      if (!(bytes instanceof Uint8Array)) return bytes;
      const { length } = bytes;
      const content = open(length);
      for (let seq = 0; seq * pieceBytes < length; seq += 1) write(content, seq, bytes);
      return { content, length, digest: sha256(bytes) };
    },
    *pieces(content) {
      for (const { bytes } of all.iterate({ content })) yield bytes;
    },
    async read(contents, length) {
      const whole = new Uint8Array(new SharedArrayBuffer(length));
      let at = 0;
      for (const content of contents) {
        let piece = kept.get({ content, seq: 0 });
        for (let seq = 1; piece !== undefined; seq += 1) {
          whole.set(piece.bytes, at);
          at += piece.bytes.length;
          await turn();
          piece = kept.get({ content, seq });
        }
      }
      return at === length ? whole : null;
    },
    part(content, from, length) {
      const pieces = sizes.all({ content });
      const end = Math.min(
        from + length,
        pieces.reduce((sum, piece) => sum + piece.length, 0),
      );
      const part = new Uint8Array(Math.max(end - from, 0));
      let at = 0;
      for (const { seq, length: size } of pieces) {
        if (at < end && at + size > from) {
          const piece = kept.get({ content, seq });
          if (piece === undefined) return null;
          part.set(piece.bytes.subarray(Math.max(from - at, 0), end - at), Math.max(at - from, 0));
        }
        at += size;
      }
      return part;
    },
  };
}
