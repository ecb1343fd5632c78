import type { RandomBytes } from '../../../signing/access/session.ts';
import type { JobDefinition } from '../jobs/queue.ts';
import { createIntegrationApi } from './api.ts';
import { listApiKeys, makeApiKey, revokeApiKey, type ListedApiKey, type NewApiKey } from './api-keys.ts';
import { clearEnded } from './clear-ended.ts';
import { deliverWebhooks } from './deliver-webhooks.ts';
import type { IntegrationPorts } from './integration-ports.ts';
import { notFound } from '../answers.ts';
import { webhookSender, type SendWebhook } from './webhook-address.ts';

export interface IntegrationOptions extends Pick<IntegrationPorts, 'webhookKey' | 'checkDocuments' | 'localWebhooks'> {
  /** Default: the network. */
  readonly send?: SendWebhook;
}

/** For whoever looks after a tenant's programs. */
export interface ApiKeyDesk {
  make(wanted: NewApiKey): ReturnType<typeof makeApiKey>;
  /** Null: of all tenants. */
  list(tenant: string | null): Promise<readonly ListedApiKey[]>;
  revoke(which: { readonly tenant: string | null; readonly id: string; readonly by: string }): Promise<boolean>;
}

export interface Integration {
  readonly keys: ApiKeyDesk;
  /** @param readFiles reads the form of a request whose sender is known */
  handle(request: Request, readFiles: IntegrationPorts['readFiles']): Promise<Response>;
  /** For the queue. */
  readonly jobs: readonly JobDefinition[];
}

const SEND_EVERY_SECONDS = 15;
const CLEAR_EVERY_SECONDS = 300;

/** @param options null: this cloud serves no other programs; keys can be looked at and revoked all the same */
export function openIntegration(
  ports: Pick<IntegrationPorts, 'database' | 'objects' | 'clock' | 'newId'> & {
    readonly random: RandomBytes;
    readonly onFault: (error: unknown) => void;
  },
  options: IntegrationOptions | null,
): Integration {
  const keys: ApiKeyDesk = {
    make: (wanted) => makeApiKey(ports, wanted),
    list: (tenant) => listApiKeys(ports.database, tenant),
    revoke: (which) => revokeApiKey(ports, which),
  };
  const clear: JobDefinition = { name: 'clear-ended', everySeconds: CLEAR_EVERY_SECONDS, run: () => clearEnded(ports) };
  if (options === null) return { keys, handle: () => Promise.resolve(notFound()), jobs: [clear] };
  const send = options.send ?? webhookSender(options.localWebhooks);
  return {
    keys,
    handle: createIntegrationApi({ ...ports, ...options }),
    jobs: [
      clear,
      {
        name: 'webhooks',
        everySeconds: SEND_EVERY_SECONDS,
        run: () => deliverWebhooks({ ...ports, ...options, send }),
      },
    ],
  };
}
