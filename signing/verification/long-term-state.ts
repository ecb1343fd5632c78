import type { CertificateFacts } from '../cms/certificate-facts.ts';
import { statesToAsk, type StateToAsk, type TrustedStamp } from './long-term.ts';
import type { ValidationData } from './validation-data.ts';
import { BASELINE_LEVELS, type BaselineLevel, type SignatureReport } from './verification-report.ts';

/** What a document's long-term evidence rests on, for whoever adds to it. Known only as far as roots were given. */
export interface LongTermState {
  /** The lowest level that a signature of the document has reached. */
  readonly level: BaselineLevel;
  /** Ends of the certificates that signers rest on: before the first, the document has to be stamped. */
  readonly signatureEnds: readonly Date[];
  /** The newest trusted document time-stamp; null when there is none. */
  readonly newestStamp: {
    readonly time: Date;
    /** Of every certificate of its chain. */
    readonly certificateEnds: readonly Date[];
    /** Names of the algorithms it rests on: 'sha256', 'rsa-3072', 'ec-prime256v1'. */
    readonly algorithms: readonly string[];
    /** Certificates of its chain that the document does not settle. */
    readonly toAsk: readonly StateToAsk[];
  } | null;
  /** Certificates of signers and proofs that the document does not settle; the same may be there twice. */
  readonly toAsk: readonly StateToAsk[];
  /** Every certificate of every chain, once. */
  readonly certificates: readonly Uint8Array[];
}

export interface JudgedTrust {
  readonly report: SignatureReport;
  /** To a trusted root; null when the certificates do not lead to one. */
  readonly path: readonly CertificateFacts[] | null;
  readonly proof: TrustedStamp | null;
  readonly toAsk: readonly StateToAsk[];
}

/** @param later trusted document time-stamps, the newest first */
export function longTermState(
  judged: readonly JudgedTrust[],
  later: readonly TrustedStamp[],
  data: ValidationData,
): LongTermState {
  const signatures = judged.filter(({ report }) => report.kind === 'signature');
  const lowest = Math.min(...signatures.map(({ report }) => BASELINE_LEVELS.indexOf(report.level)));
  const [newest] = later;
  const paths = [
    ...judged.flatMap(({ path, proof }) => [path ?? [], proof?.path ?? []]),
    ...later.map(({ path }) => path),
  ];
  return {
    level: BASELINE_LEVELS[lowest] ?? 'not-baseline',
    signatureEnds: signatures.flatMap(({ path }) => (path ?? []).map(({ notAfter }) => notAfter)),
    newestStamp:
      newest === undefined
        ? null
        : {
            time: newest.time,
            certificateEnds: newest.path.map(({ notAfter }) => notAfter),
            algorithms: newest.algorithms,
            toAsk: statesToAsk(newest.path, newest.time, data),
          },
    toAsk: judged.flatMap(({ toAsk }) => toAsk),
    certificates: [...new Map(paths.flat().map(({ der }) => [Buffer.from(der).toString('base64'), der])).values()],
  };
}
