/** What the cloud's screens and routes can ask of a running cloud. */
import type { Result } from '../signing/result.ts';
import type { DeviceDesk } from '../sync/cloud/devices/device-desk.ts';
import type { PartChange, PartRefusal, StoredPart } from '../sync/cloud/configuration/parts.ts';
import type { ApiKeyDesk, Integration } from '../sync/cloud/integration/integration.ts';
import type { ListedKiosk } from '../sync/cloud/kiosk-status.ts';
import type { ConsoleDesk } from '../sync/cloud/console/console-desk.ts';
import type { CloudAuditEvent } from '../sync/cloud/audit/audit-trail.ts';
import type { SubjectFile } from '../sync/cloud/data-subject.ts';
import type { PackageSummary } from '../sync/cloud/package-list.ts';
import type { DemandRefusal, Destroyed, DestructionDemand } from '../sync/cloud/retention/destroy-on-demand.ts';
import type { VerificationReport } from '../signing/verification/verification-report.ts';
import type { Watch } from './observe/watch.ts';
import type { ReportWanted, SavedReport } from './kiosk-api/report.ts';
import type { CloudAct } from '../signing/access/cloud-roles.ts';
import type { CloudUser, OneTimeSecret, SecretRefusal, UserDesk, UserRefusal } from '../sync/cloud/access/users.ts';
import type { CloudSignIn, CloudSignInRefusal, CloudStaffMember } from '../sync/cloud/staff.ts';

export type { CloudException, NotedException } from '../sync/cloud/console/exceptions.ts';
export type { ListedBranch } from '../sync/cloud/console/branches.ts';
export type { ListedCertificate } from '../sync/cloud/console/certificates.ts';
export type { ListedReceiptKey } from '../sync/cloud/console/console-desk.ts';
export type { RetentionView } from '../sync/cloud/console/retention-view.ts';
export type { ListedKiosk as CloudKiosk } from '../sync/cloud/kiosk-status.ts';
export type { ArchiveState } from '../sync/cloud/archive/archive-state.ts';
export type { ListedApiKey } from '../sync/cloud/integration/api-keys.ts';
export type { ListedCode } from '../sync/cloud/devices/codes.ts';

export type CloudStaff = CloudStaffMember;
export type { CloudSignInRefusal, CloudUser, OneTimeSecret, SecretRefusal, UserRefusal };
/** What the store lists, as far as screens show it. */
export type ReceivedPackage = Omit<PackageSummary, 'alarms'>;
/** What the cloud's own trail tells of. */
export type CloudEvent = CloudAuditEvent;
/** What goes into the file for a data subject, with the report in both languages. */
export interface SubjectExport extends SubjectFile {
  readonly reports: readonly SavedReport[];
}
export interface CloudApi {
  readonly role: 'cloud';
  signIn(name: string, secret: string, ip: string | null): Promise<Result<CloudSignIn, CloudSignInRefusal>>;
  staffByToken(token: string): Promise<CloudStaff | null>;
  signOut(token: string): Promise<void>;
  /** Whether this person may; a refusal of something that would have changed the cloud is written down. */
  allows(staff: CloudStaff, act: CloudAct, changes: boolean): Promise<boolean>;
  /** Accounts of the console, and everybody's own secret. */
  readonly users: UserDesk;
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
  /** The report that was kept with a package, as a file; null where there is none for these staff. */
  packageReport(digest: string, wanted: ReportWanted, staff: CloudStaff): Promise<SavedReport | null>;
  /** Everything here about a package's transaction, for the person it is about; audited. Null where these staff have no such one. */
  subjectExport(digest: string, reference: string, staff: CloudStaff): Promise<SubjectExport | null>;
  /** Destroys it before its time, unless a legal hold forbids it. */
  destroyPackage(
    digest: string,
    demand: Pick<DestructionDemand, 'askedBy' | 'reference' | 'basis'>,
    staff: CloudStaff,
  ): Promise<Result<Destroyed, DemandRefusal>>;
  /** The level that documents are raised to after arrival; null where no services are configured for it. */
  readonly evidenceGoal: 'B-T' | 'B-LT' | 'B-LTA' | null;
  /** What people see and do at the console; reads of names and documents are audited. */
  readonly console: ConsoleDesk;
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
