import type { Sha256 } from '../../signing/digest.ts';
import type { Vault } from '../../vault/vault.ts';

/** The whole package at once, as no program of ours reads it; null when the vault has none of that digest. */
export function packageIn({ outbox }: Pick<Vault, 'outbox'>, digest: string | null): Uint8Array | null {
  return digest === null ? null : outbox.part(digest as Sha256, 0, Number.MAX_SAFE_INTEGER);
}
