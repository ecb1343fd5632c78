import { randomBytes } from 'node:crypto';
import type { Clock } from '../../signing/clock.ts';
import { createEvidenceClient, type EvidenceReason } from '../../sync/evidence/evidence-client.ts';
import type { KioskEvidenceConfig } from '../../sync/evidence/evidence-config.ts';
import { raiseDocument, type RaisedDocument } from '../../sync/evidence/raise-document.ts';
import { serviceHttp, type ServiceHttp } from '../../sync/evidence/service-http.ts';
import { evidenceWorkOn } from '../work/evidence-work.ts';
import { WorkAborted, WorkBench } from '../work/work-bench.ts';

/** What a document is when its package leaves: as sealed, or with evidence behind that. */
export type EvidencedDocument = Pick<RaisedDocument, 'bytes' | 'level' | 'reason'>;

/** Adds evidence before a package leaves, as far as services answer in time. Nobody at the counter waits for it. */
export interface PackageEvidence {
  /** DER; authorities trusted for it beside the tenant's own. */
  readonly roots: readonly Uint8Array[];
  /** One for each document given, in order. Services never make it fail: a document they do nothing for is as it was. */
  add(documents: readonly Uint8Array[]): Promise<readonly EvidencedDocument[]>;
  close(): Promise<void>;
}

export interface PackageEvidencePorts {
  readonly clock: Clock;
  /** DER, of the tenant. */
  readonly roots: readonly Uint8Array[];
  readonly http?: ServiceHttp;
  /** A signal for all services of one transaction together. */
  readonly patience?: () => AbortSignal;
}

/** A service that did not answer is left alone for so long: packages behind the first one do not wait for it as well. */
const PAUSE_MS = 5 * 60_000;

export function packageEvidence(config: KioskEvidenceConfig, ports: PackageEvidencePorts): PackageEvidence {
  const { clock, roots } = ports;
  const http = ports.http ?? serviceHttp;
  const patience = ports.patience ?? (() => AbortSignal.timeout(config.patienceMs));
  // A thread of its own: the next customer's seal must not wait behind a document that is being judged.
  const bench = new WorkBench();
  const closing = new AbortController();
  let paused: { readonly until: number; readonly reason: EvidenceReason } | null = null;

  const raise = async (bytes: Uint8Array, over: AbortSignal): Promise<EvidencedDocument> => {
    if (paused !== null && clock.now() < paused.until) return { bytes, level: null, reason: paused.reason };
    const deadline = (): AbortSignal => AbortSignal.any([http.deadline(), over, closing.signal]);
    try {
      const raised = await raiseDocument(bytes, roots, {
        client: createEvidenceClient({
          services: config.services,
          http: { fetch: http.fetch, deadline },
          clock,
          random: (count) => randomBytes(count),
        }),
        work: evidenceWorkOn(bench, config.patienceMs),
        rules: config.rules,
        goal: config.goal,
        now: () => clock.now(),
      });
      paused = isSilence(raised.reason) ? { until: clock.now() + PAUSE_MS, reason: raised.reason } : null;
      return raised;
    } catch (error) {
      if (!(error instanceof WorkAborted)) throw error;
      return { bytes, level: null, reason: { code: 'interrupted', detail: 'The work on the document was ended.' } };
    }
  };

  return {
    roots: config.services.roots,
    add: async (documents) => {
      const over = patience();
      const evidenced: EvidencedDocument[] = [];
      for (const bytes of documents) evidenced.push(await raise(bytes, over));
      return evidenced;
    },
    close: async () => {
      closing.abort();
      await bench.close();
    },
  };
}

/** Nobody answered, as against an answer that does not serve. */
function isSilence(reason: EvidenceReason | null): reason is EvidenceReason {
  return reason?.code === 'service-timeout' || reason?.code === 'service-unreachable';
}
