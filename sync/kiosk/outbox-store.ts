import type { Sha256 } from '../../signing/digest.ts';
import type { ReceiptClaims, RefusalReason } from '../protocol/receipt.ts';

/** A package that is on its way, or waiting to be. */
export interface OutboxEntry {
  readonly digest: Sha256;
  /** Bytes. */
  readonly size: number;
  readonly transaction: string;
  /** Head of the kiosk's audit chain that the package carries. */
  readonly auditHead: Sha256;
  /** RFC 3339 UTC. */
  readonly queuedAt: string;
  /** Failed attempts so far; set to 0 when a manager asks for another try. */
  readonly attempts: number;
  /** Where the upload goes on, relative to the cloud; null when none was begun. */
  readonly uploadUrl: string | null;
  /** True when the cloud has refused it and a manager asked for another try. */
  readonly refusedBefore: boolean;
  /** One number for this delivery on both sides (`protocol/trace.ts`). */
  readonly trace: string;
}

export type AlarmCode =
  /** A genuine receipt that speaks of other bytes, another kiosk, or another audit head. */
  | 'receipt-for-other-package'
  /** Not signed by a pinned cloud key, or not a receipt. */
  | 'receipt-untrusted'
  /** The bytes in the vault no longer have the digest they were queued under. */
  | 'local-bytes-changed';

/**
 * The durable queue that the courier empties (a port: the vault fits it). Every `mark` is durable when it returns, and
 * writes its audit entry in the same transaction. Nothing here deletes a package.
 *
 * waiting <-> sending -> delivered | refused | set-aside; a manager's retry leads from refused and set-aside to waiting.
 */
export interface OutboxStore {
  /**
   * Entries in state waiting or sending that are due: due time at or before `now` (wall milliseconds), or absurdly
   * far ahead (more than a day: the clock was set back). Oldest or smallest first, at most `limit`.
   */
  due(now: number, limit: number, first?: 'oldest' | 'smallest'): readonly OutboxEntry[];
  /** At most `length` bytes from `from` on; null when the vault does not hold them. The courier does not change them. */
  part(digest: Sha256, from: number, length: number): Uint8Array | null;
  /** `uploadUrl` null: nothing begun, or what was begun is gone. */
  markSending(digest: Sha256, uploadUrl: string | null): void;
  markWaiting(
    digest: Sha256,
    retry: { readonly attempts: number; readonly dueAt: number; readonly problem: string },
  ): void;
  /** Only called with a receipt that was verified against this entry. */
  markDelivered(digest: Sha256, receipt: string, claims: ReceiptClaims): void;
  markRefused(digest: Sha256, reason: RefusalReason, detail: string): void;
  markSetAside(digest: Sha256, problem: string): void;
  /** Records the alarm in the audit chain; the entry's state is marked separately. */
  alarm(digest: Sha256, code: AlarmCode, detail: string): void;
}
