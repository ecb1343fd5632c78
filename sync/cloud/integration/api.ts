import { appendAudit } from '../audit/audit-trail.ts';
import { createGate } from '../gate.ts';
import { json } from '../answers.ts';
import { admitKey, type ApiCaller } from './api-keys.ts';
import { withdrawJob } from './branch-jobs.ts';
import { createTransaction, namesOf } from './create-transaction.ts';
import { download, DOWNLOADS, type DownloadId } from './downloads.ts';
import type { IntegrationPorts } from './integration-ports.ts';
import { API_BASE, openApi } from './openapi.ts';
import { findOperation, OPERATIONS, type Operation, type OperationId } from './operations.ts';
import { problem } from './problems.ts';
import { newWebhook, transactionQuery } from './schemas.ts';
import { listTransactions, readTransaction } from './transactions.ts';
import { isWebhookUrl } from './webhook-address.ts';
import { createWebhook, listWebhooks, removeWebhook, renewSecret, resendSetAside } from './webhooks.ts';

interface Call {
  readonly ports: IntegrationPorts;
  readonly caller: ApiCaller;
  readonly request: Request;
  readonly params: Readonly<Record<string, string>>;
}
type Answer = (call: Call) => Promise<Response>;

/** Handed in at the same time by all programs: each holds its documents in memory while they are looked at. */
const CREATED_AT_ONCE = 2;
const MOST_JSON_BYTES = 64 * 1024;

/** The integration API as one function from request to answer: key, scope and rate are looked at before anything else. */
export function createIntegrationApi(
  ports: Omit<IntegrationPorts, 'readFiles'> & { readonly onFault: (error: unknown) => void },
): (request: Request, readFiles: IntegrationPorts['readFiles']) => Promise<Response> {
  const oneOfFew = createGate(CREATED_AT_ONCE);
  const description = openApi();
  return async (request, readFiles) => {
    try {
      const path = new URL(request.url).pathname.slice(API_BASE.length);
      if (path === '/openapi.json' && request.method === 'GET') return json(200, description);
      const admitted = await admitKey(ports.database, ports.clock, request.headers.get('authorization'));
      if (!admitted.ok) return problem(admitted.error);
      const found = findOperation(request.method, path);
      if (typeof found === 'string') return problem(found);
      const operation: Operation = OPERATIONS[found.id];
      if (!admitted.value.scopes.includes(operation.scope)) {
        return problem('scope-missing', { detail: `it needs ${operation.scope}` });
      }
      const call = { ports: { ...ports, readFiles }, caller: admitted.value, request, params: found.params };
      const answer = ANSWERS[found.id];
      return found.id === 'createTransaction' ? await oneOfFew(() => answer(call)) : await answer(call);
    } catch (error) {
      ports.onFault(error);
      return problem('unavailable');
    }
  };
}

const downloads = Object.fromEntries(
  (Object.keys(DOWNLOADS) as DownloadId[]).map((id): [DownloadId, Answer] => [
    id,
    ({ ports, caller, params }) => download(ports, caller, id, params),
  ]),
) as Record<DownloadId, Answer>;

const ANSWERS: Readonly<Record<OperationId, Answer>> = {
  ...downloads,
  createTransaction: ({ ports, caller, request }) => createTransaction(ports, caller, request),
  async listTransactions({ ports, caller, request }) {
    const query = transactionQuery.safeParse(Object.fromEntries(new URL(request.url).searchParams));
    if (!query.success) return problem('invalid', { detail: namesOf(query.error) });
    return json(200, await listTransactions(ports.database, caller, query.data));
  },
  async getTransaction({ ports, caller, params }) {
    const found = await readTransaction(ports.database, caller, params['transaction'] ?? '');
    return found === null ? problem('not-found') : json(200, found);
  },
  cancelTransaction: cancel,
  async createWebhook({ ports, caller, request }) {
    const wanted = newWebhook.safeParse(await readJson(request));
    if (!wanted.success) return problem('invalid', { detail: namesOf(wanted.error) });
    if (!isWebhookUrl(wanted.data.url, ports.localWebhooks)) return problem('address-refused');
    const made = await createWebhook(ports, caller, wanted.data);
    return made.ok ? json(201, made.value) : problem(made.error);
  },
  async listWebhooks({ ports, caller }) {
    return json(200, { webhooks: await listWebhooks(ports.database, caller.tenant) });
  },
  async removeWebhook({ ports, caller, params }) {
    return countAnswer(200, await removeWebhook(ports, caller, params['webhook'] ?? ''));
  },
  async renewWebhookSecret({ ports, caller, params }) {
    const renewed = await renewSecret(ports, caller, params['webhook'] ?? '');
    return renewed === null ? problem('not-found') : json(201, renewed);
  },
  async resendWebhook({ ports, caller, params }) {
    return countAnswer(202, await resendSetAside(ports, caller, params['webhook'] ?? ''));
  },
};

async function cancel({ ports, caller, params }: Call): Promise<Response> {
  const transaction = params['transaction'] ?? '';
  const withdrawn = await withdrawJob(ports, caller.tenant, transaction);
  if (!withdrawn.ok) return problem(withdrawn.error === 'gone' ? 'not-found' : 'signing-has-begun');
  await ports.database.transaction((sql) =>
    appendAudit(sql, ports.clock, {
      ...{ tenant: caller.tenant, event: 'transaction.cancelled', by: `api-key:${caller.key}` },
      about: { transaction },
    }),
  );
  return json(200, { state: withdrawn.value === 'asked' ? 'cancelling' : 'cancelled' });
}

function countAnswer(status: 200 | 202, messages: number | null): Response {
  return messages === null ? problem('not-found') : json(status, { messages });
}

/** Undefined when it is none, or longer than anything that is asked for here. */
async function readJson(request: Request): Promise<unknown> {
  const length = Number(request.headers.get('content-length') ?? Number.NaN);
  if (!(length <= MOST_JSON_BYTES)) return undefined;
  try {
    return JSON.parse(await request.text()) as unknown;
  } catch {
    return undefined;
  }
}
