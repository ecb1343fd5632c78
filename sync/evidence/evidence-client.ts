import type { Clock } from '../../signing/clock.ts';
import { equalBytes, toHex } from '../../signing/bytes.ts';
import { encodeOcspRequest, OCSP_REQUEST_TYPE, OCSP_RESPONSE_TYPE, parseOcspResponse } from '../../signing/cms/ocsp.ts';
import {
  encodeTimestampRequest,
  TIMESTAMP_QUERY_TYPE,
  TIMESTAMP_REPLY_TYPE,
} from '../../signing/cms/timestamp-protocol.ts';
import { err, ok, type Result } from '../../signing/result.ts';
import type { StateToAsk } from '../../signing/verification/long-term.ts';
import { revocationOf, type RevocationData } from '../../signing/verification/revocation.ts';
import { judgeTimestampAnswer } from '../../signing/verification/timestamp-answer.ts';
import { askService, type ServiceHttp } from './service-http.ts';

/** Where evidence comes from. Only these addresses are asked: none that stands in a document or a certificate. */
export interface EvidenceServices {
  readonly timestamp: string;
  /** Tried in order for every certificate. */
  readonly ocsp: readonly string[];
  readonly crls: readonly string[];
  /** DER; roots that authorities may lead to, beside those of the tenant. */
  readonly roots: readonly Uint8Array[];
}

/** Why evidence is missing: a stable code and an English sentence. */
export interface EvidenceReason {
  readonly code: string;
  readonly detail: string;
}

export interface EvidenceClient {
  readonly roots: readonly Uint8Array[];
  /** A token over a SHA-256 digest, checked against the question and the roots. */
  timestamp(digest: Uint8Array, roots: readonly Uint8Array[]): Promise<Result<Uint8Array, EvidenceReason>>;
  /** Data that says of each certificate that it was good at `at`; all or nothing. */
  states(asked: readonly StateToAsk[], at: Date): Promise<Result<RevocationData, EvidenceReason>>;
}

const MAX_TOKEN_BYTES = 64 * 1024;
const MAX_OCSP_BYTES = 64 * 1024;
const MAX_CRL_BYTES = 4 * 1024 * 1024;
const NONCE_BYTES = 16;

export interface EvidenceClientOptions {
  readonly services: EvidenceServices;
  readonly http: ServiceHttp;
  readonly clock: Clock;
  readonly random: (count: number) => Uint8Array;
}

export function createEvidenceClient(options: EvidenceClientOptions): EvidenceClient {
  const { services, http, clock, random } = options;
  return {
    roots: services.roots,
    timestamp: async (digest, roots) => {
      const nonce = random(NONCE_BYTES);
      const answer = await askService(http, {
        who: 'The time-stamp authority',
        url: services.timestamp,
        post: { type: TIMESTAMP_QUERY_TYPE, body: encodeTimestampRequest({ digest, nonce }) },
        accepts: (type) => type === TIMESTAMP_REPLY_TYPE,
        maxBytes: MAX_TOKEN_BYTES,
      });
      if (!answer.ok) return answer;
      return judgeTimestampAnswer(answer.value, { digest, nonce, roots, now: clock.now() });
    },
    states: async (asked, at) => {
      const ocsps: Uint8Array[] = [];
      const crls: Uint8Array[] = [];
      const lists = readLists(options);
      for (const ask of once(asked)) {
        const found = await stateOf(ask, at, options, lists);
        if (!found.ok) return found;
        (found.value.kind === 'ocsp' ? ocsps : crls).push(found.value.bytes);
      }
      return ok({ ocsps, crls: [...new Set(crls)] });
    },
  };
}

function once(asked: readonly StateToAsk[]): readonly StateToAsk[] {
  return [...new Map(asked.map((ask) => [toHex(ask.subject.der), ask])).values()];
}

type Lists = () => Promise<{ readonly lists: readonly Uint8Array[]; readonly fault: EvidenceReason | null }>;

/** The configured lists, fetched when first needed, once for all certificates. */
function readLists({ services, http }: EvidenceClientOptions): Lists {
  let reading: ReturnType<Lists> | null = null;
  const read: Lists = async () => {
    const lists: Uint8Array[] = [];
    let fault: EvidenceReason | null = null;
    for (const url of services.crls) {
      const answer = await askService(http, {
        who: 'A revocation list',
        url,
        // Servers name lists by several types; a page for people is none of them.
        accepts: (type) => !type.startsWith('text/'),
        maxBytes: MAX_CRL_BYTES,
      });
      if (answer.ok) lists.push(answer.value);
      else fault ??= answer.error;
    }
    return { lists, fault };
  };
  return () => (reading ??= read());
}

interface Found {
  readonly kind: 'ocsp' | 'crl';
  readonly bytes: Uint8Array;
}

/** From the first service whose answer settles the certificate: responders first, then lists. */
async function stateOf(
  ask: StateToAsk,
  at: Date,
  options: EvidenceClientOptions,
  readAll: Lists,
): Promise<Result<Found, EvidenceReason>> {
  let reason: EvidenceReason = {
    code: 'revocation-no-service',
    detail: 'No service knows the state of a certificate of the chain.',
  };
  const times = { at, now: new Date(options.clock.now()) };
  for (const url of options.services.ocsp) {
    const answer = await askResponder(ask, url, options);
    const judged = answer.ok ? judge(ask, times, { ocsps: [answer.value], crls: [] }) : answer.error;
    if (answer.ok && judged === null) return ok({ kind: 'ocsp', bytes: answer.value });
    if (judged?.code === 'certificate-revoked') return err(judged);
    reason = judged ?? reason;
  }
  const { lists, fault } = await readAll();
  for (const bytes of lists) {
    const judged = judge(ask, times, { ocsps: [], crls: [bytes] });
    if (judged === null) return ok({ kind: 'crl', bytes });
    if (judged.code === 'certificate-revoked') return err(judged);
    // A list of another authority says nothing, also not about why.
    if (judged.code !== 'revocation-no-data') reason = judged;
  }
  return err(fault ?? reason);
}

async function askResponder(
  { subject, issuer }: StateToAsk,
  url: string,
  { http, random }: EvidenceClientOptions,
): Promise<Result<Uint8Array, EvidenceReason>> {
  const nonce = random(NONCE_BYTES);
  const answer = await askService(http, {
    who: 'The OCSP responder',
    url,
    post: { type: OCSP_REQUEST_TYPE, body: encodeOcspRequest({ subject, issuer, nonce }) },
    accepts: (type) => type === OCSP_RESPONSE_TYPE,
    maxBytes: MAX_OCSP_BYTES,
  });
  if (!answer.ok) return answer;
  const parsed = parseOcspResponse(answer.value);
  if (!parsed.ok) return parsed;
  // Many responders repeat no nonce (RFC 8954 2.1); one that repeats another answers somebody else.
  if (parsed.value.nonce !== null && !equalBytes(parsed.value.nonce, nonce)) {
    return err({
      code: 'ocsp-nonce',
      detail: 'The OCSP answer is not the answer to this question: its nonce differs.',
    });
  }
  return answer;
}

/** Null when the data settles that the certificate was good. */
function judge(
  { subject, issuer }: StateToAsk,
  { at, now }: { readonly at: Date; readonly now: Date },
  data: RevocationData,
): EvidenceReason | null {
  const found = revocationOf(subject, issuer, { at, now, data });
  if (found.state === 'open') return { code: `revocation-${found.reason}`, detail: found.detail };
  if (found.state === 'good' || found.since > at) return null;
  return {
    code: 'certificate-revoked',
    detail: `A certificate of the chain was revoked on ${found.since.toISOString()}.`,
  };
}
