/** What the cloud's screens and routes can ask of a running cloud. */
import type { Result } from '../signing/result.ts';
import type { DeviceDesk } from '../sync/cloud/devices/device-desk.ts';
import type { PartChange, PartRefusal, StoredPart } from '../sync/cloud/configuration/parts.ts';
import type { DocumentCopy } from '../sync/cloud/document-copy.ts';
import type { ApiKeyDesk, Integration } from '../sync/cloud/integration/integration.ts';
import type { ListedKiosk } from '../sync/cloud/kiosk-status.ts';
import type { PackageSummary } from '../sync/cloud/package-list.ts';
import type { VerificationReport } from '../signing/verification/verification-report.ts';
import type { Watch } from './observe/watch.ts';
import type { ReportWanted, SavedReport } from './kiosk-api/report.ts';
import type { SignInRefusal } from './kiosk-api/staff.ts';

export interface CloudStaff {
  readonly id: string;
  readonly name: string;
  readonly role: 'cloud';
  /** Whose packages this person may see; null for those of every tenant. */
  readonly tenant: string | null;
}
/** What the store lists, as far as screens show it. */
export type ReceivedPackage = Omit<PackageSummary, 'alarms'>;
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
    tenant?: string | null;
  }): Promise<readonly ReceivedPackage[]>;
  /** Packages of other tenants are not there; no tenant, or null, for everybody's. */
  package(
    digest: string,
    tenant?: string | null,
  ): Promise<{ summary: ReceivedPackage; report: VerificationReport | null } | null>;
  /** A document of a package at the level reached, by its number from 1. */
  documentCopy(digest: string, number: number, tenant: string | null): Promise<DocumentCopy | null>;
  /** The report that was kept with a package, as a file; null where there is none for these staff. */
  packageReport(digest: string, wanted: ReportWanted, staff: CloudStaff): Promise<SavedReport | null>;
  /** The level that documents are raised to after arrival; null where no services are configured for it. */
  readonly evidenceGoal: 'B-T' | 'B-LT' | 'B-LTA' | null;
  /** Codes for new kiosks, shutting kiosks out, keys of receipts. */
  readonly devices: DeviceDesk;
  /** Kiosks of a tenant, null for all, with what each last said of itself. */
  kiosks(tenant: string | null): Promise<readonly ListedKiosk[]>;
  /** What the kiosks of a tenant are told: staff, branch, document types, certificates, each with its revision. */
  configurationParts(tenant: string): Promise<readonly StoredPart[]>;
  /** A part as it is to be; every kiosk that it is about gets a new configuration. */
  changeConfiguration(change: PartChange): Promise<Result<{ readonly revision: number }, PartRefusal>>;
  /** Whole HTTP answer for tus and the device protocol (`/api/cloud/v1/...`): authenticated inside by device token. */
  handleDevice(request: Request): Promise<Response>;
  /** Keys of other programs: made, listed, revoked by the staff of their tenant. */
  readonly apiKeys: ApiKeyDesk;
  /** Whole HTTP answer for other programs (`/api/v1/...`): authenticated inside by API key. */
  readonly handleIntegration: Integration['handle'];
  /** Raises documents that are due for it now, rather than at the next look; gives the number of packages looked at. */
  raiseLevels(): Promise<number>;
  /** How it goes, for whoever keeps it running. */
  readonly watch: Watch;
  /** From now on not ready, and no question is held; requests under way come to their end. */
  drain(): Promise<void>;
  close(): Promise<void>;
}
