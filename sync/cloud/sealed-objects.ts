import { createCipheriv, createDecipheriv } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import { systemRandom } from '../../signing/access/session.ts';
import { utf8 } from '../../signing/bytes.ts';
import type { Sha256 } from '../../signing/digest.ts';
import type { Database } from './database.ts';
import { intact, type ObjectStore } from './object-store.ts';
import { keepObject } from './orphans.ts';
import { StoreFault } from './store-fault.ts';

/** No package (ZIP) and no document (PDF) begins so: what does not is from before objects had keys. */
const MAGIC = utf8('CSOBJ\u00001\n');
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = MAGIC.length + NONCE_BYTES;
const KEY_BYTES = 32;
const ALGORITHM = 'aes-256-gcm';
/** Done in half a millisecond, then others have a turn (as `sha256Apart`). */
const PIECE_BYTES = 1_000_000;

/**
 * Objects as `MAGIC nonce(12) ciphertext tag(16)`, AES-256-GCM over the whole with a key of the object's own and its digest as
 * additional data; the key is a row of `object_keys`. An object is still named by the digest of its plain bytes, which is
 * compared each time. What was written without a key is read as it is.
 *
 * Removing takes the object first and the key after it: a store that refuses (a legal hold of its own) keeps both. Whoever
 * means to destroy it whatever the store does deletes the key (`destroyKeys`).
 *
 * @param stored takes and gives bytes without comparing them with their digest
 */
export function sealedObjects(stored: ObjectStore, database: Database): ObjectStore {
  const get: ObjectStore['get'] = async (digest) => {
    const bytes = await stored.get(digest);
    if (bytes === null) return null;
    if (!isSealed(bytes)) return intact(digest, bytes);
    const [row] = await database.query('select key from object_keys where digest = $1', [digest]);
    if (row === undefined) return null;
    return intact(digest, await open(keyColumn.parse(row['key']), digest, bytes));
  };
  return {
    get,
    async put(digest, bytes) {
      const { key, isNew } = await keyFor(database, digest);
      const sealed = await seal(key, digest, bytes);
      if ((await stored.put(digest, sealed)) === 'written') return 'written';
      const there = await stored.get(digest);
      // Its word is not enough: a receipt will say that these bytes are kept.
      if (there !== null && isSealed(there) && (await opens(key, digest, there))) return 'present';
      // What lay there before its key was made is plain, or under a key that is gone.
      if (!isNew && there !== null && isSealed(there)) throw new StoreFault('damaged', 'put', digest);
      await stored.remove(digest);
      return stored.put(digest, sealed);
    },
    async remove(digest) {
      await stored.remove(digest);
      await database.query('delete from object_keys where digest = $1', [digest]);
    },
    list: (after) => stored.list(after),
    hold: (digest, on) => stored.hold(digest, on),
  };
}

const keyColumn = z.instanceof(Uint8Array).refine((key) => key.length === KEY_BYTES);

const keyRow = z.object({ key: keyColumn, is_new: z.boolean() });

/**
 * The object's key, made if there is none. Whoever asks is about to name the object: from now on no sweep takes it. The row is
 * durable with the next commit, which is that of the row that names the object: a crash before it costs the object alone.
 */
async function keyFor(
  database: Database,
  digest: Sha256,
): Promise<{ readonly key: Uint8Array; readonly isNew: boolean }> {
  return database.transaction(async (sql) => {
    await sql.query('set local synchronous_commit to off');
    await keepObject(sql, digest);
    const [row] = await sql.query(
      `insert into object_keys (digest, key, used_at) values ($1, $2, clock_timestamp())
       on conflict (digest) do update set used_at = excluded.used_at returning key, xmax = 0 as is_new`,
      [digest, systemRandom(KEY_BYTES)],
    );
    const { key, is_new: isNew } = keyRow.parse(row);
    return { key, isNew };
  });
}

async function opens(key: Uint8Array, digest: Sha256, sealed: Uint8Array): Promise<boolean> {
  try {
    intact(digest, await open(key, digest, sealed));
    return true;
  } catch (error) {
    if (error instanceof StoreFault) return false;
    throw error;
  }
}

async function seal(key: Uint8Array, digest: Sha256, bytes: Uint8Array): Promise<Uint8Array> {
  const nonce = systemRandom(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(utf8(digest));
  const sealed = new Uint8Array(HEAD_BYTES + bytes.length + TAG_BYTES);
  sealed.set(MAGIC);
  sealed.set(nonce, MAGIC.length);
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    sealed.set(cipher.update(bytes.subarray(at, at + PIECE_BYTES)), HEAD_BYTES + at);
    await turn();
  }
  cipher.final();
  sealed.set(cipher.getAuthTag(), HEAD_BYTES + bytes.length);
  return sealed;
}

/** @throws StoreFault 'damaged' when it was changed, or is under another key. */
async function open(key: Uint8Array, digest: Sha256, sealed: Uint8Array): Promise<Uint8Array> {
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(MAGIC.length, HEAD_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(utf8(digest));
  const end = sealed.length - TAG_BYTES;
  decipher.setAuthTag(sealed.subarray(end));
  const bytes = new Uint8Array(end - HEAD_BYTES);
  for (let at = HEAD_BYTES; at < end; at += PIECE_BYTES) {
    bytes.set(decipher.update(sealed.subarray(at, Math.min(at + PIECE_BYTES, end))), at - HEAD_BYTES);
    await turn();
  }
  try {
    decipher.final();
  } catch {
    throw new StoreFault('damaged', 'get', digest);
  }
  return bytes;
}

function isSealed(bytes: Uint8Array): boolean {
  return bytes.length >= HEAD_BYTES + TAG_BYTES && MAGIC.every((octet, at) => bytes[at] === octet);
}
