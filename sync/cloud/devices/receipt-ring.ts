import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { isoTime, type Clock } from '../../../signing/clock.ts';
import {
  parsePinnedKey,
  RECEIPT_KEY_TYPE,
  type PinnedReceiptKey,
  type ReceiptKeyStatement,
} from '../../protocol/receipt-key.ts';
import type { Sql } from '../database.ts';
import { DESTRUCTION_TYPE } from '../../protocol/destruction.ts';
import { RECEIPT_TYPE } from '../../protocol/receipt.ts';
import { publicReceiptKey, signStatement, type ReceiptDesk } from '../receipts.ts';

/** Where the private keys are: the first one, and those that were made since. */
export interface ReceiptKeyStore {
  /** P-256 private keys; the first is the one that the cloud began with. */
  keys(): readonly [KeyObject, ...KeyObject[]];
  /** Keeps another one, durable when this returns. */
  add(key: KeyObject): void;
}

/**
 * The keys that receipts are signed with. Which one is the present one is written in the database, as a chain of statements,
 * each signed by the key before: so every process changes over at the same moment, and a kiosk that was away can follow.
 */
export interface ReceiptRing extends ReceiptDesk {
  /** RFC 7638 thumbprint of the key that signs now. */
  presentId(sql: Sql): Promise<string>;
  /** As kiosks pin them: first to last, those that are announced included. */
  publicKeys(sql: Sql): Promise<readonly PinnedReceiptKey[]>;
  /** Another statement of the cloud's, by one of its keys. @throws Error when that key is not here. */
  statement(kid: string, type: string, claims: object): Promise<string>;
  /** JWS of each change, oldest first. */
  statements(sql: Sql): Promise<readonly string[]>;
  /** The last key names `next` its successor from `takesOverAt` on (wall milliseconds); gives the id of `next`. */
  announce(sql: Sql, next: KeyObject, takesOverAt: number): Promise<string>;
}

const row = z.object({
  kid: z.string(),
  successor: z.string(),
  statement: z.string(),
  takes_over_at: z.date(),
});
type Change = z.infer<typeof row>;

export function createReceiptRing(store: ReceiptKeyStore, clock: Clock): ReceiptRing {
  const byId = async (kid: string): Promise<KeyObject> => {
    for (const key of store.keys()) if ((await publicReceiptKey(key)).kid === kid) return key;
    throw new Error(`the private receipt key ${kid} is not on this machine`);
  };
  const firstId = async (): Promise<string> => String((await publicReceiptKey(store.keys()[0])).kid);
  /** From the first key on, in order. */
  const changes = async (sql: Sql): Promise<readonly Change[]> => {
    const rows = (await sql.query('select kid, successor, statement, takes_over_at from receipt_key_statements')).map(
      (found) => row.parse(found),
    );
    const inOrder: Change[] = [];
    for (let kid = await firstId(); ;) {
      const next = rows.find((change) => change.kid === kid);
      if (next === undefined || inOrder.includes(next)) return inOrder;
      inOrder.push(next);
      kid = next.successor;
    }
  };
  const presentId = async (sql: Sql): Promise<string> => {
    const done = (await changes(sql)).filter(({ takes_over_at: at }) => at.getTime() <= clock.now());
    return done.at(-1)?.successor ?? firstId();
  };
  return {
    presentId,
    sign: async (claims, sql) => signStatement(await byId(await presentId(sql)), RECEIPT_TYPE, claims),
    signDestruction: async (claims, sql) => signStatement(await byId(await presentId(sql)), DESTRUCTION_TYPE, claims),
    statement: async (kid, type, claims) => signStatement(await byId(kid), type, claims),
    statements: async (sql) => (await changes(sql)).map(({ statement }) => statement),
    publicKeys: async (sql) => {
      const known = await changes(sql);
      const ids = [await firstId(), ...known.map(({ successor }) => successor)];
      return Promise.all(
        ids.map(async (kid, place) => {
          const change = known[place];
          const jwk = parsePinnedKey(await publicReceiptKey(await byId(kid)));
          if (jwk === null) throw new TypeError('receipts are signed with a P-256 key');
          return change === undefined ? jwk : { ...jwk, notAfter: isoTime(change.takes_over_at.getTime()) };
        }),
      );
    },
    announce: async (sql, next, takesOverAt) => {
      const last = (await changes(sql)).at(-1)?.successor ?? (await firstId());
      const key = parsePinnedKey(await publicReceiptKey(next));
      if (key === null) throw new TypeError('receipts are signed with a P-256 key');
      const claims: ReceiptKeyStatement = {
        type: 'countersign.receipt-key',
        version: 1,
        key,
        takesOverAt: isoTime(takesOverAt),
      };
      const statement = await signStatement(await byId(last), RECEIPT_KEY_TYPE, claims);
      await sql.query(
        'insert into receipt_key_statements (kid, successor, statement, takes_over_at) values ($1, $2, $3, $4)',
        [last, key.kid, statement, claims.takesOverAt],
      );
      return key.kid;
    },
  };
}
