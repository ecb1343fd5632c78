import { createPrivateKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fromUtf8, utf8 } from '../signing/bytes.ts';
import { systemClock, type Clock } from '../signing/clock.ts';
import { randomId } from '../signing/ids.ts';
import { anchorsOf } from '../signing/report/report-about.ts';
import { isSha256 } from '../signing/digest.ts';
import { REPORT_LANGUAGES } from '../signing/report/report-words.ts';
import { err, type Result } from '../signing/result.ts';
import type { SubjectFile } from '../sync/cloud/data-subject.ts';
import type { ReportWanted, SavedReport } from './kiosk-api/report.ts';
import { openCloudIn, type Cloud, type CloudOptions } from '../sync/cloud/cloud.ts';
import { parseEnrolment } from '../sync/cloud/enrolment.ts';
import { createEvidenceClient } from '../sync/evidence/evidence-client.ts';
import { parseEvidenceConfig, type EvidenceConfig } from '../sync/evidence/evidence-config.ts';
import { serviceHttp } from '../sync/evidence/service-http.ts';
import { archivesOf, parseArchiveConfig } from '../sync/cloud/archive/archive-config.ts';
import { parseStoresConfig } from '../sync/cloud/stores-config.ts';
import { inspectWith } from '../sync/cloud/inspect-package.ts';
import { openPrivateFolder, readPrivateFile, writePrivateFile } from '../vault/private-files.ts';
import type { CloudApi, CloudStaff } from './cloud-api.ts';
import { documentCheck } from './check-documents.ts';
import { laterReceiptKeys, readAuthorities, webhookKey } from './cloud-keys.ts';
import { DATA_LAYOUT, parseCloudStaff } from './enrolment.ts';
import { watchCloud } from './observe/cloud-watch.ts';
import { openLog, type Log } from './observe/log.ts';
import { reportName } from './report-name.ts';
import { SOFTWARE } from './software.ts';
import { evidenceWorkOn } from './work/evidence-work.ts';
import { WorkBench } from './work/work-bench.ts';

export interface CloudRuntimeOptions {
  readonly dataDir: string;
  /** The address kiosks use: the audience of their tokens. */
  readonly cloudUrl: string;
  readonly clock?: Clock;
  readonly maxPackageBytes?: number;
  /** Webhooks may go to this machine, over http. */
  readonly demo?: boolean;
  /** Default: what went wrong, on standard error. */
  readonly log?: Log;
  /** Told of faults besides the log. */
  readonly onFault?: (error: unknown) => void;
}

const VERIFY_TIMEOUT_MS = 120_000;

/**
 * The running cloud, everything below `<dataDir>/cloud/`: `keys/` (receipt key, enrolment, services for evidence), `database/`, `objects/`,
 * `uploads/`. With `keys/stores.json` rows live in a PostgreSQL, objects and uploads in an S3 store. Packages are verified in a thread of its own.
 */
export async function openCloudRuntime(options: CloudRuntimeOptions): Promise<CloudApi> {
  const keys = join(options.dataDir, ...DATA_LAYOUT.cloudKeys);
  openPrivateFolder(join(options.dataDir, 'cloud'));
  openPrivateFolder(keys);
  const services = readJson(join(keys, DATA_LAYOUT.cloudEvidence), parseEvidenceConfig);
  /** A kiosk may have had its documents stamped by the authorities that this cloud trusts for that. */
  const trusted = (roots: readonly Uint8Array[]): readonly Uint8Array[] => [
    ...roots,
    ...(services?.services.roots ?? []),
  ];
  const work = new WorkBench();
  // Documents from outside do not wait for packages, nor packages for them.
  const intakeWork = new WorkBench();
  const clock = options.clock ?? systemClock;
  const closing = new AbortController();
  const stores = readJson(join(keys, DATA_LAYOUT.cloudStores), parseStoresConfig);
  const archive = readJson(join(keys, DATA_LAYOUT.cloudArchive), parseArchiveConfig);
  if (archive !== null && services === null) {
    throw new Error(`${DATA_LAYOUT.cloudArchive} needs ${DATA_LAYOUT.cloudEvidence}: what is archived is time-stamped`);
  }
  const watch = watchCloud({
    log: options.log ?? openLog({ level: 'warning', clock }),
    tokenFile: join(options.dataDir, ...DATA_LAYOUT.cloudMetricsToken),
    cloud: () => cloud,
  });
  const onFault = (error: unknown): void => {
    watch.fault('sync', error);
    options.onFault?.(error);
  };
  const cloud: Cloud = await openCloudIn(join(options.dataDir, 'cloud'), stores, {
    audience: options.cloudUrl,
    receiptKey: receiptKey(join(keys, DATA_LAYOUT.cloudReceiptKey)),
    laterReceiptKeys: laterReceiptKeys(join(keys, DATA_LAYOUT.cloudLaterReceiptKeys)),
    authorities: readAuthorities(join(keys, DATA_LAYOUT.cloudAuthorities)),
    enrolment: readJson(join(keys, DATA_LAYOUT.cloudTenants), parseEnrolment),
    verifyPackage: inspectWith((bytes, { roots }) =>
      work.run(
        'verifyPackage',
        { bytes, options: { name: 'package', roots: trusted(roots) } },
        { timeoutMs: VERIFY_TIMEOUT_MS },
      ),
    ),
    ...(services === null ? {} : { evidence: evidencePorts(services, work, clock, closing.signal) }),
    ...(archive === null ? {} : { archive: { ...archive, archiveOf: archivesOf(archive, clock) } }),
    integration: {
      webhookKey: webhookKey(join(keys, DATA_LAYOUT.cloudWebhookKey)),
      checkDocuments: documentCheck(intakeWork),
      localWebhooks: options.demo ?? false,
    },
    clock,
    newId: randomId,
    onFault,
    onEvent: (event) => watch.told(event),
    ...(options.maxPackageBytes === undefined ? {} : { maxPackageBytes: options.maxPackageBytes }),
  });
  for (const account of readJson(join(keys, DATA_LAYOUT.cloudStaff), parseCloudStaff) ?? []) {
    await cloud.staff.add(account);
  }
  await cloud.startJobs();

  /** Null where no report was kept. */
  async function written(
    { summary, report }: Pick<SubjectFile, 'summary' | 'report'>,
    wanted: ReportWanted,
    staff: CloudStaff,
  ): Promise<SavedReport | null> {
    if (report === null) return null;
    const about = {
      file: summary.transactionName,
      digest: summary.digest,
      // It was judged on arrival, and is not judged again for being looked at.
      judgedAt: summary.arrivedAt,
      software: SOFTWARE,
      by: staff.name,
      trust: anchorsOf(trusted(await cloud.rootsOf(summary.kiosk))),
    };
    const file = await work.run('report', { report, about, wanted }, { timeoutMs: VERIFY_TIMEOUT_MS });
    return { ...file, name: reportName(about.file, wanted) };
  }

  return {
    role: 'cloud',
    signIn: (name, secret, ip) => cloud.staff.signIn(name, secret, ip),
    staffByToken: (token) => cloud.staff.byToken(token),
    signOut: (token) => cloud.staff.signOut(token),
    allows: (staff, act, changes) => cloud.staff.allows(staff, act, changes),
    users: cloud.users,
    packages: (filter) => cloud.packages(filter),
    package: (digest, tenant) => cloud.package(digest, tenant),
    evidenceGoal: services?.goal ?? null,
    packageReport: async (digest, wanted, staff) => {
      const found = await cloud.package(digest, staff.tenant);
      if (found === null || found.report === null || !(await cloud.console.saveReport(digest, staff))) return null;
      return written(found, wanted, staff);
    },
    subjectExport: async (digest, reference, staff) => {
      if (!isSha256(digest)) return null;
      const file = await cloud.subjectFile({ package: digest, tenant: staff.tenant, reference, by: staff.id });
      if (file === null) return null;
      const reports: SavedReport[] = [];
      for (const language of REPORT_LANGUAGES) {
        const saved = await written(file, { format: 'pdf', language }, staff);
        if (saved !== null) reports.push({ ...saved, name: `${language}.pdf` });
      }
      return { ...file, reports };
    },
    destroyPackage: async (digest, demand, staff) => {
      if (!isSha256(digest)) return err({ code: 'package-unknown' });
      return cloud.destroyOnDemand({ package: digest, tenant: staff.tenant, by: staff.id, ...demand });
    },
    console: cloud.console,
    devices: cloud.devices,
    kiosks: (tenant) => cloud.kiosks(tenant),
    configurationParts: (tenant) => cloud.configurationParts(tenant),
    changeConfiguration: (change) => cloud.changeConfiguration(change),
    handleDevice: (request) => cloud.handleDevice(request),
    apiKeys: cloud.integration.keys,
    handleIntegration: (request, readFiles) => cloud.integration.handle(request, readFiles),
    raiseLevels: () => cloud.raiseLevels(),
    watch,
    drain: () => {
      watch.drain();
      return cloud.drain();
    },
    close: async () => {
      closing.abort();
      await cloud.close();
      await Promise.all([work.close(), intakeWork.close()]);
    },
  };
}

/** Documents are read in the thread for hostile bytes; a service that hangs does not hold up the end of the process. */
function evidencePorts(
  { services, rules, goal }: EvidenceConfig,
  work: WorkBench,
  clock: Clock,
  closing: AbortSignal,
): NonNullable<CloudOptions['evidence']> {
  const http = { ...serviceHttp, deadline: () => AbortSignal.any([serviceHttp.deadline(), closing]) };
  return {
    client: createEvidenceClient({ services, http, clock, random: (count) => randomBytes(count) }),
    work: evidenceWorkOn(work, VERIFY_TIMEOUT_MS),
    open: (bytes) => work.run('packagedDocuments', { bytes }, { timeoutMs: VERIFY_TIMEOUT_MS }),
    rules,
    goal,
  };
}

/** The cloud's own key: made on the first start when provisioning has not put one there. */
function receiptKey(file: string): KeyObject {
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writePrivateFile(file, utf8(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()));
  }
  return createPrivateKey(fromUtf8(readPrivateFile(file)));
}

/** Null when there is no such file. @throws Error naming the file when it is not what it should be. */
function readJson<T>(file: string, parse: (value: unknown) => Result<T, string>): T | null {
  if (!existsSync(file)) return null;
  const parsed = parse(JSON.parse(fromUtf8(readPrivateFile(file))));
  if (!parsed.ok) throw new Error(`${file}: ${parsed.error}`);
  return parsed.value;
}
