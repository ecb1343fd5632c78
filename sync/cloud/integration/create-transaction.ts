import { z } from 'zod';
import { canonicalBytes } from '../../../signing/canonical-json.ts';
import { isoTime } from '../../../signing/clock.ts';
import { sha256, sha256Apart, type Sha256 } from '../../../signing/digest.ts';
import { err, ok, type Result } from '../../../signing/result.ts';
import { appendAudit } from '../audit/audit-trail.ts';
import type { Sql } from '../database.ts';
import type { ApiCaller } from './api-keys.ts';
import { createJob, findJob, type JobDocument } from './branch-jobs.ts';
import type { IntegrationPorts } from './integration-ports.ts';
import { problem } from './problems.ts';
import { newTransaction } from './schemas.ts';

const DAY_MS = 86_400_000;
const EXPIRY_DAYS = { usual: 30, most: 90 } as const;
const IDEMPOTENCY_HOURS = 24;

/** From a form with documents to a transaction that is offered at a branch; once for each idempotency key. */
export async function createTransaction(
  ports: IntegrationPorts,
  caller: ApiCaller,
  request: Request,
): Promise<Response> {
  const key = request.headers.get('idempotency-key');
  if (key !== null && !/^[\x21-\x7e]{1,200}$/.test(key)) return problem('invalid', { detail: 'Idempotency-Key' });
  const form = await ports.readFiles(request);
  if (!form.ok) return problem(form.error);
  const parsed = newTransaction.safeParse(Object.fromEntries(form.value.fields));
  // What is wrong is named by field; the values are not ours to repeat.
  if (!parsed.success) return problem('invalid', { detail: namesOf(parsed.error) });
  const { branch, name } = parsed.data;
  const now = ports.clock.now();
  const expiresAt = parsed.data.expiresAt ?? isoTime(now + EXPIRY_DAYS.usual * DAY_MS);
  if (!isAhead(expiresAt, now)) return problem('expiry-out-of-range');
  const files = form.value.files.map((file) => ({ ...file, name: fileName(file.name) }));
  const documents: JobDocument[] = [];
  for (const file of files) {
    documents.push({ name: file.name, digest: await sha256Apart(file.bytes), size: file.bytes.length });
  }
  const body = sha256(canonicalBytes({ branch, name, expiresAt: parsed.data.expiresAt ?? null, documents }));
  const earlier = key === null ? null : await earlierAnswer(ports.database, caller, key, body, now);
  if (earlier !== null) return earlier;

  const [counter] = await ports.database.query('select 1 from kiosks where tenant = $1 and branch = $2 and active', [
    caller.tenant,
    branch,
  ]);
  if (counter === undefined) return problem('branch-unknown');
  const refused = await ports.checkDocuments(files);
  if (refused !== null) {
    const { document, code, detail } = refused;
    return problem('document-refused', { document: document + 1, reason: code, detail });
  }
  for (const [i, { digest }] of documents.entries()) {
    const bytes = files[i]?.bytes;
    if (bytes !== undefined) await ports.objects.put(digest, bytes);
  }
  const id = ports.newId();
  const made = await ports.database.transaction(async (sql): Promise<Result<null, Response>> => {
    if (key !== null && !(await isFirst(sql, caller, { key, body, job: id, now }))) {
      // Somebody sent the same at the same moment, and was first: the database let us wait for it.
      return err((await earlierAnswer(sql, caller, key, body, now)) ?? problem('unavailable'));
    }
    const { tenant } = caller;
    await createJob(sql, ports.clock, { id, tenant, branch, name, expiresAt, documents, by: caller.key });
    await appendAudit(sql, ports.clock, {
      ...{ tenant, event: 'transaction.created', by: `api-key:${caller.key}` },
      about: { transaction: id, branch, documents: documents.length },
    });
    return ok(null);
  });
  return made.ok ? created({ id, createdAt: isoTime(now), expiresAt }) : made.error;
}

/** Same key, same contents: the same answer. Null when the key was not used yet, or its time is over. */
async function earlierAnswer(
  sql: Sql,
  caller: ApiCaller,
  key: string,
  body: Sha256,
  now: number,
): Promise<Response | null> {
  const [row] = await sql.query(
    'select body, job from idempotency_keys where api_key = $1 and key = $2 and made_at > $3',
    [caller.key, key, isoTime(now - IDEMPOTENCY_HOURS * 3600_000)],
  );
  if (row === undefined) return null;
  if (row['body'] !== body) return problem('idempotency-key-reused');
  const job = await findJob(sql, caller.tenant, z.string().parse(row['job']));
  return job === null ? problem('not-found') : created(job);
}

/** False when the key is in use; waits for a transaction that is just using it. */
async function isFirst(
  sql: Sql,
  caller: ApiCaller,
  use: { readonly key: string; readonly body: Sha256; readonly job: string; readonly now: number },
): Promise<boolean> {
  const rows = await sql.query(
    `insert into idempotency_keys (api_key, key, body, job, made_at) values ($1, $2, $3, $4, $5)
     on conflict (api_key, key) do update set body = excluded.body, job = excluded.job, made_at = excluded.made_at
       where idempotency_keys.made_at <= $6 returning job`,
    [caller.key, use.key, use.body, use.job, isoTime(use.now), isoTime(use.now - IDEMPOTENCY_HOURS * 3600_000)],
  );
  return rows.length > 0;
}

function created(job: { readonly id: string; readonly createdAt: string; readonly expiresAt: string }): Response {
  const { id, createdAt, expiresAt } = job;
  const headers = { location: `/api/v1/transactions/${id}`, 'cache-control': 'no-store' };
  return Response.json({ id, createdAt, expiresAt }, { status: 201, headers });
}

function isAhead(time: string, now: number): boolean {
  const at = Date.parse(time);
  return at > now && at <= now + EXPIRY_DAYS.most * DAY_MS;
}

/** Without folders, which some programs send along. */
function fileName(name: string): string {
  return (name.split(/[\\/]/).at(-1) ?? '').replace(/\p{Cc}/gu, '').slice(0, 200) || 'Document.pdf';
}

export function namesOf(error: z.ZodError): string {
  return [
    ...new Set(
      error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.join('.')])),
    ),
  ]
    .join(', ')
    .slice(0, 200);
}
