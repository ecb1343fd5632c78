import type { Sha256 } from '../../../signing/digest.ts';
import type { Result } from '../../../signing/result.ts';

/** What is handed over. */
export interface Deposit {
  readonly tenant: string;
  /** A plain file name; the same for the same package. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly digest: Sha256;
}

/** What an archive answers. */
export interface ArchiveReceipt {
  /** What the archive calls it. */
  readonly archiveId: string;
  /** Of what the archive says it has. */
  readonly digest: Sha256;
  /** RFC 3339. */
  readonly receivedAt: string;
}

/** Why there is no receipt. `detail` is an English sentence without names. */
export interface ArchiveFault {
  readonly code: ArchiveFaultCode;
  readonly detail: string;
}
export type ArchiveFaultCode =
  | 'archive-unreachable'
  | 'archive-refused'
  /** What it answered is no receipt. */
  | 'archive-receipt'
  /** It has, or says it has, other bytes than were handed over. */
  | 'archive-lied';

/** An archive that somebody else keeps. Handing over the same twice makes one of it. */
export interface Archive {
  readonly kind: 'folder' | 's3' | 'http';
  deposit(deposit: Deposit): Promise<Result<ArchiveReceipt, ArchiveFault>>;
}
