import { certificationPath, checkChain, ENDED, ENDED_NOT_REVOKED, type Strangers } from './chain.ts';
import { absent, checking, indeterminate } from './checks.ts';
import {
  earliest,
  levelAbove,
  revocationCheck,
  statesToAsk,
  timestampCheck,
  trustStamp,
  type TrustedStamp,
  type TrustOptions,
} from './long-term.ts';
import type { JudgedTrust } from './long-term-state.ts';
import type { SignatureFacts } from './signature-integrity.ts';
import { orderFault } from './timestamp-order.ts';
import type { ValidationData } from './validation-data.ts';
import type { BaselineLevel, Check, SignatureReport } from './verification-report.ts';

export interface JudgingOptions extends TrustOptions {
  /**
   * When this is judged (EN 319 102-1 5.2.6): a signature whose time nobody proves is 'indeterminate' once its certificates ended.
   * Left out where the question is only whether something is still what it was when it was made.
   */
  readonly now?: Date;
  readonly strangers?: Strangers;
}

/** Document time-stamps judged before, because they came after. */
export interface LaterStamps {
  readonly trusted: readonly TrustedStamp[];
  readonly untrusted: number;
}

export interface Trust {
  readonly chain: Check;
  readonly timestamp: SignatureReport['timestamp'];
  readonly revocation: Check;
  readonly level: BaselineLevel;
  readonly path: JudgedTrust['path'];
  readonly proof: TrustedStamp | null;
  readonly toAsk: JudgedTrust['toAsk'];
}

/** Who signed and when: certificates are judged at the time that is proved, else at the one that is claimed. */
export function trustOf(
  longTerm: ValidationData,
  kind: SignatureReport['kind'],
  facts: SignatureFacts,
  later: LaterStamps,
  options: JudgingOptions,
): Trust {
  const { cms } = facts;
  const isStamp = kind === 'document-timestamp';
  const inside = (facts.stamps ?? []).flatMap(
    (stamp) => trustStamp(stamp, null, longTerm, later.trusted, options) ?? [],
  );
  const proof = isStamp ? null : earliest([...inside, ...later.trusted]);
  const timestamp = timesOf(isStamp, facts, inside, later, proof);
  const at = options.at ?? proof?.time ?? facts.time;
  const nothing = { timestamp, level: 'B-B', path: null, proof, toAsk: [] } as const;
  const revocationOf = (path: Parameters<typeof revocationCheck>[0]): Check =>
    revocationCheck(path, { at, isProved: isStamp || proof !== null }, longTerm, options);
  if (cms === undefined) {
    const chain = indeterminate('no-certificate', 'The certificate of the signer could not be read.');
    return { ...nothing, chain, revocation: revocationOf(null) };
  }
  if (at === undefined) {
    const chain = indeterminate('no-time', 'The signature claims no time to judge its certificates at.');
    return { ...nothing, chain, revocation: revocationOf(null) };
  }
  const helpers = options.roots.length === 0 ? [] : longTerm.certificates;
  const purpose = isStamp ? 'timestamp' : 'document-signature';
  const { roots, strangers = 'failed' } = options;
  const isClaimed = options.at === undefined && proof === null && !isStamp;
  const times = isClaimed && options.now !== undefined ? { at, now: options.now } : { at };
  const found = checking(() =>
    checkChain(cms.signer, cms.certificates, { roots, ...times, purpose, helpers, strangers }),
  );
  const pool = [...cms.certificates, ...helpers];
  const leads = found.outcome === 'passed' || found.code === ENDED;
  const path = leads ? certificationPath(cms.signer, pool, options.roots) : null;
  const revocation = revocationOf(path);
  const paths = [...(path === null ? [] : [path]), ...(proof === null ? [] : [proof.path])];
  return {
    chain: found.code === ENDED && revocation.outcome === 'passed' ? { ...found, code: ENDED_NOT_REVOKED } : found,
    timestamp,
    revocation,
    level: levelAbove({ path, proof, later: later.trusted, newest: longTerm }),
    path,
    proof,
    toAsk: isStamp ? [] : paths.flatMap((one) => statesToAsk(one, at, longTerm)),
  };
}

function timesOf(
  isStamp: boolean,
  facts: SignatureFacts,
  inside: readonly TrustedStamp[],
  later: LaterStamps,
  proof: TrustedStamp | null,
): SignatureReport['timestamp'] {
  const found = isStamp
    ? { ...absent('own-time', 'It is a time-stamp itself.'), time: null }
    : timestampCheck(facts, later.untrusted > 0, proof);
  const said = facts.time === undefined ? [] : [facts.time];
  const fault = orderFault({
    claimed: isStamp ? undefined : facts.time,
    own: isStamp ? said : inside.map(({ time }) => time),
    later: later.trusted.map(({ time }) => time),
  });
  return fault === null ? found : { ...fault, time: found.time };
}
