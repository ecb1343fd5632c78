/** What the cloud's screens and routes can ask of a running cloud. */
import type { Result } from '../signing/result.ts';
import type { DocumentLevel } from '../sync/cloud/package-list.ts';
import type { RefusalReason } from '../sync/protocol/receipt.ts';
import type { VerificationReport } from '../signing/verification/verification-report.ts';
import type { SignInRefusal } from './kiosk-api.ts';

export interface CloudStaff {
  readonly id: string;
  readonly name: string;
  readonly role: 'cloud';
}
export interface ReceivedPackage {
  readonly digest: string;
  readonly tenant: string;
  readonly kiosk: string;
  readonly branch: string;
  readonly transaction: string;
  readonly transactionName: string;
  readonly size: number;
  readonly arrivedAt: string;
  readonly sequence: number;
  readonly state: 'stored' | 'refused';
  readonly reason: RefusalReason | null;
  readonly detail: string | null;
  /** Each document as far as its level was raised after arrival; empty when nobody has tried yet. */
  readonly longTerm: readonly DocumentLevel[];
}
export interface CloudApi {
  readonly role: 'cloud';
  signIn(
    name: string,
    secret: string,
    ip: string | null,
  ): Promise<Result<{ token: string; staff: CloudStaff; expiresAt: string }, SignInRefusal>>;
  staffByToken(token: string): Promise<CloudStaff | null>;
  signOut(token: string): Promise<void>;
  packages(filter?: {
    state?: 'stored' | 'refused';
    text?: string;
    limit?: number;
  }): Promise<readonly ReceivedPackage[]>;
  package(digest: string): Promise<{ summary: ReceivedPackage; report: VerificationReport | null } | null>;
  /** Whole HTTP answer for tus and the device protocol (`/api/cloud/v1/...`): authenticated inside by device token. */
  handleDevice(request: Request): Promise<Response>;
  /** Raises documents that are due for it now, rather than at the next look; gives the number of packages looked at. */
  raiseLevels(): Promise<number>;
  ready(): Promise<boolean>;
  close(): Promise<void>;
}
