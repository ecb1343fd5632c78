import { isSameNonce, parseTimestampResponse } from '../cms/timestamp-protocol.ts';
import { equalBytes } from '../bytes.ts';
import { err, ok, type Result } from '../result.ts';
import { digestOf } from './algorithms.ts';
import { checkChain, strangers } from './chain.ts';
import { checking, Fault, passed } from './checks.ts';
import { readToken } from './timestamp.ts';

export interface TimestampQuestion {
  /** SHA-256, 32 bytes. */
  readonly digest: Uint8Array;
  readonly nonce: Uint8Array;
  /** DER; the authority has to lead to one of them. */
  readonly roots: readonly Uint8Array[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface AnswerRefusal {
  /** 'malformed', 'refused', 'timestamp-imprint', 'timestamp-nonce', 'timestamp-clock', 'timestamp-accuracy', or the code of the check that failed. */
  readonly code: string;
  readonly detail: string;
}

/** How far authority and own clock may be apart: more, and one of them is wrong, which somebody has to look at. */
const CLOCK_TOLERANCE_MS = 3_600_000;

/** Authorities say a second or less; a time that may be anything proves nothing. */
const MAX_ACCURACY_SECONDS = 60;

/** The token of a TimeStampResp, once it is the answer to what was asked, by an authority that is trusted. */
export function judgeTimestampAnswer(
  response: Uint8Array,
  { digest, nonce, roots, now }: TimestampQuestion,
): Result<Uint8Array, AnswerRefusal> {
  const token = parseTimestampResponse(response);
  if (!token.ok) return token;
  const check = checking(() => {
    const { cms, info, time } = readToken(token.value);
    if (digestOf(info.imprintAlgorithm) !== 'sha256' || !equalBytes(info.imprint, digest)) {
      throw new Fault('timestamp-imprint', 'The time-stamp is over something else than was asked for.');
    }
    if (!isSameNonce(info.nonce, nonce)) {
      throw new Fault('timestamp-nonce', 'The time-stamp is not the answer to this question: its nonce differs.');
    }
    if (Math.abs(time.getTime() - now) > CLOCK_TOLERANCE_MS) {
      throw new Fault('timestamp-clock', 'The time-stamp is more than an hour away from the own clock.');
    }
    if (info.accuracy > MAX_ACCURACY_SECONDS) {
      throw new Fault('timestamp-accuracy', 'The authority says that its time may be more than a minute off.');
    }
    if (strangers(cms.signer, cms.certificates).length > 0) {
      throw new Fault('certificate-unrelated', 'The time-stamp holds a certificate that has nothing to do with it.');
    }
    const chain = checkChain(cms.signer, cms.certificates, { roots, at: time, purpose: 'timestamp' });
    return chain.outcome === 'passed' ? passed('The time-stamp is what was asked for.') : chain;
  });
  return check.outcome === 'passed' ? ok(token.value) : err({ code: check.code, detail: check.detail });
}
