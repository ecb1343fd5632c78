import { calculateJwkThumbprint, compactVerify, decodeProtectedHeader, errors, importJWK, type JWK } from 'jose';
import { parseReceiptKeyStatement, RECEIPT_KEY_TYPE } from '../protocol/receipt-key.ts';
import { createReceiptVerifier, UNKNOWN_KEY, type PinnedKeys, type ReceiptVerifier } from './receipt-verifier.ts';

/**
 * Pinned keys and what their successors' statements add: each is signed by a key that is pinned and has no successor yet. A
 * statement that does not follow adds nothing.
 */
export async function followReceiptKeys(pinned: PinnedKeys, statements: readonly string[]): Promise<PinnedKeys> {
  let keys = pinned;
  for (const statement of statements) {
    const followed = await follow(keys, statement);
    if (followed !== null) keys = followed;
  }
  return keys;
}

async function follow(keys: PinnedKeys, jws: string): Promise<PinnedKeys | null> {
  try {
    const { kid } = decodeProtectedHeader(jws);
    const by = keys.find((key) => key.kid === kid && key.notAfter === undefined);
    if (by === undefined) return null;
    const { payload, protectedHeader } = await compactVerify(jws, await importJWK(by, 'ES256'), {
      algorithms: ['ES256'],
    });
    const statement = parseReceiptKeyStatement(JSON.parse(Buffer.from(payload).toString('utf8')));
    if (statement === null || protectedHeader.typ !== RECEIPT_KEY_TYPE) return null;
    const next: JWK = statement.key;
    if ((await calculateJwkThumbprint(next)) !== next.kid || keys.some((key) => key.kid === next.kid)) return null;
    return [...keys.map((key) => (key === by ? { ...key, notAfter: statement.takesOverAt } : key)), next];
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

export interface FollowingPorts {
  readonly pinned: PinnedKeys;
  readonly kiosk: { readonly tenant: string; readonly kiosk: string };
  /** What the cloud says about its keys; null when it cannot be asked now. */
  readonly statements: () => Promise<readonly string[] | null>;
  /** Keeps what is pinned from now on, durable when it returns. */
  readonly keep: (keys: PinnedKeys) => void;
}

/** Verifies receipts; at one of a key that is not pinned, asks for the statements that lead to it, and pins what they add. */
export function createFollowingVerifier(ports: FollowingPorts): ReceiptVerifier {
  let keys = ports.pinned;
  let verifier = createReceiptVerifier(keys, ports.kiosk);
  return {
    async verify(jws, expected) {
      const first = await verifier.verify(jws, expected);
      if (first.ok || first.error.code !== 'untrusted' || first.error.detail !== UNKNOWN_KEY) return first;
      const followed = await followReceiptKeys(keys, (await ports.statements()) ?? []);
      if (followed === keys) return first;
      ports.keep(followed);
      keys = followed;
      verifier = createReceiptVerifier(keys, ports.kiosk);
      return verifier.verify(jws, expected);
    },
  };
}
