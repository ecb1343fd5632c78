import { utf8 } from '../../../signing/bytes.ts';
import { PACKAGE_MIME_TYPE } from '../../../signing/container/package-format.ts';
import type { Sha256 } from '../../../signing/digest.ts';
import { appendAudit } from '../audit/audit-trail.ts';
import { documentCopy } from '../document-copy.ts';
import { readFacts } from '../inspect-package.ts';
import { findPackage } from '../package-list.ts';
import { storedReceipt } from '../ingest.ts';
import type { ApiCaller } from './api-keys.ts';
import { findJob, type BranchJob } from './branch-jobs.ts';
import type { IntegrationPorts } from './integration-ports.ts';
import { problem } from './problems.ts';
import { packageOf } from './transactions.ts';

interface File {
  readonly bytes: Uint8Array;
  readonly type: string;
  readonly name: string;
}
interface Delivered {
  readonly job: BranchJob;
  readonly digest: Sha256;
}
/** What can be fetched of a transaction whose package is here. */
export const DOWNLOADS = {
  async getDocument(ports, { job, digest }, number) {
    const copy = await documentCopy(ports, digest, Number(number), job.tenant);
    return copy === null ? null : { ...copy, type: 'application/pdf' };
  },
  async getPackage({ objects }, { digest }) {
    const bytes = await objects.get(digest);
    return bytes === null ? null : { bytes, type: PACKAGE_MIME_TYPE, name: `${digest}.asice` };
  },
  async getReceipt({ database }, { job, digest }) {
    const receipt = await storedReceipt(database, digest, job.kiosk ?? '');
    return receipt === null ? null : { bytes: utf8(receipt), type: 'application/jose', name: `${digest}.jws` };
  },
  async getReport({ database }, { job, digest }) {
    const found = await findPackage(database, digest, job.tenant);
    return found?.report === null || found === null ? null : jsonFile(found.report, `${digest}-report.json`);
  },
  async getAudit({ objects }, { digest }) {
    const bytes = await objects.get(digest);
    const facts = bytes === null ? null : readFacts(bytes);
    return facts === null ? null : jsonFile(facts.audit, `${digest}-audit.json`);
  },
} as const satisfies Readonly<
  Record<string, (ports: IntegrationPorts, of: Delivered, number: string) => Promise<File | null>>
>;
export type DownloadId = keyof typeof DOWNLOADS;

/** The file, and an entry in the tenant's audit trail: who fetched what. */
export async function download(
  ports: IntegrationPorts,
  caller: ApiCaller,
  what: DownloadId,
  { transaction = '', number = '' }: Readonly<Record<string, string>>,
): Promise<Response> {
  const job = await findJob(ports.database, caller.tenant, transaction);
  if (job === null) return problem('not-found');
  const digest = await packageOf(ports.database, job);
  if (digest === 'destroyed') return problem('destroyed');
  if (digest === null) return problem('not-delivered');
  const file = await DOWNLOADS[what](ports, { job, digest }, number);
  if (file === null) return problem('not-found');
  await ports.database.transaction((sql) =>
    appendAudit(sql, ports.clock, {
      ...{ tenant: caller.tenant, event: 'document.fetched', by: `api-key:${caller.key}` },
      about: { package: digest, transaction: job.id, what, ...(number === '' ? {} : { document: Number(number) }) },
    }),
  );
  return fileAnswer(file);
}

function jsonFile(value: object, name: string): File {
  return { bytes: utf8(JSON.stringify(value)), type: 'application/json', name };
}

function fileAnswer({ bytes, type, name }: File): Response {
  return new Response(new Uint8Array(bytes), {
    headers: {
      'content-type': type,
      'content-length': String(bytes.length),
      // RFC 6266, RFC 8187: the name may have letters beyond ASCII.
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, escaped)}`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  });
}

function escaped(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
