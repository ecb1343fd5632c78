import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { utf8 } from '../../signing/bytes.ts';
import { isoTime } from '../../signing/clock.ts';
import { DerError } from '../../signing/cms/der-reader.ts';
import { parseCertificatesPem } from '../../signing/cms/pem.ts';
import { sha256 } from '../../signing/digest.ts';
import { openCaptures, type OpenedMaterial, type OpenProblem } from '../../signing/escrow/open-captures.ts';
import { captureFolder, exportFiles, releaseSummary, type ReleaseFile } from '../../signing/escrow/release-files.ts';
import type { ReleaseFacts } from '../../signing/escrow/report/examiner-facts.ts';
import { examinerPdf } from '../../signing/escrow/report/examiner-pdf.ts';
import { examinerReport } from '../../signing/escrow/report/examiner-report.ts';
import { EXAMINER_EN, EXAMINER_SL } from '../../signing/escrow/report/report-words.ts';
import { leftBehind, type ReleaseEvent } from '../../signing/escrow/release-log.ts';
import { keyDigest, parseTwoPersonKey, unlockKey, type TwoPersonKey } from '../../signing/escrow/two-person-key.ts';
import { SOFTWARE } from '../software.ts';
import { readInput } from './call-problem.ts';
import { fromCaller } from './caller.ts';
import { isFree, keepMaterial, removeMaterial, writeMaterial } from './escrow-folder.ts';
import { ReleaseLogFile } from './escrow-log.ts';
import type { EscrowPorts } from './escrow-ports.ts';
import { EscrowUsage, type EscrowRequest } from './escrow-request.ts';
import { askPassphrases } from './passphrases.ts';

type OpenRequest = Extract<EscrowRequest, { command: 'open' }>;

/** What came of it, in words for the people at the table, and for machines with --json. */
export interface OpenOutcome {
  readonly code: number;
  readonly lines: readonly string[];
  readonly json: object;
}

/**
 * Opens with both passphrases: written down first, then opened, then removed when the time is over. Exit 0 when
 * everything that was asked for was opened and fits, 1 when not, 2 when it was opened but does not fit.
 */
export async function runOpen(request: OpenRequest, ports: EscrowPorts): Promise<OpenOutcome> {
  const input = readInput(request.file, 'file');
  const stored = readKeyFile(request.key);
  const certificate = request.certificate === null ? null : readCertificate(request.certificate, stored);
  const roots = request.trust.flatMap((path) => readCertificates(path));
  const folder = fromCaller(request.out);
  if (!isFree(folder)) throw new EscrowUsage(`${request.out} is not an empty folder.`);
  const log = new ReleaseLogFile(fromCaller(request.log));
  const before = log.entries();
  if (!before.ok) {
    throw new EscrowUsage(
      `The release log ${request.log} is damaged at line ${before.error.line} (${before.error.problem}). Nothing is opened until that is explained.`,
    );
  }
  for (const { release, folder: left } of leftBehind(before.value, ports.now())) {
    if (removeMaterial(left)) log.append({ event: 'removed', why: 'left-behind' }, ports.now(), release);
  }

  const holders = [stored.holders[0].name, stored.holders[1].name] as const;
  const asked = log.append(
    { event: 'asked', holders, reason: request.reason, input: sha256(input), key: stored.publicKey },
    ports.now(),
    null,
  );
  const note = (event: ReleaseEvent): void => void log.append(event, ports.now(), asked.number);
  const opened = await open(request, stored, { input, certificate, roots }, ports);
  if (!opened.ok) {
    note({ event: 'refused', code: opened.code });
    return { code: 1, lines: [REFUSALS[opened.code]], json: { opened: false, code: opened.code } };
  }
  const facts = { holders, reason: request.reason, at: asked.at };
  return release(opened.material, { request, folder, number: asked.number, facts, note }, ports);
}

type Refusal = OpenProblem | 'passphrases-missing' | 'passphrases-wrong' | 'key-damaged';
type Attempt =
  { readonly ok: true; readonly material: OpenedMaterial } | { readonly ok: false; readonly code: Refusal };

const REFUSALS: Readonly<Record<Refusal, string>> = {
  'passphrases-missing': 'Nothing was opened: both passphrases are needed.',
  'passphrases-wrong': 'Nothing was opened: at least one of the two passphrases is wrong.',
  'key-damaged': 'Nothing was opened: the key file is damaged.',
  'key-not-of-certificate': 'Nothing was opened: the certificate belongs to another key.',
  'not-understood': 'Nothing was opened: the file is neither a package, a PDF nor a sealed capture.',
  'package-unreadable': 'Nothing was opened: the package cannot be read.',
  'no-captures': 'There is nothing to open: no sealed capture is in it (picture only, erased, or kept beside the PDF).',
  'none-opened': 'Nothing was opened: the captures are sealed to other keys, or damaged.',
};

async function open(
  { passphraseFiles }: OpenRequest,
  stored: TwoPersonKey,
  files: { input: Uint8Array; certificate: Uint8Array | null; roots: readonly Uint8Array[] },
  ports: EscrowPorts,
): Promise<Attempt> {
  const passphrases = await askPassphrases(
    [stored.holders[0].name, stored.holders[1].name],
    passphraseFiles,
    ports.ask,
  );
  if (passphrases === null) return { ok: false, code: 'passphrases-missing' };
  const key = await unlockKey(stored, passphrases);
  if (!key.ok) return { ok: false, code: key.error };
  const { input, certificate, roots } = files;
  const use = { key: key.value, roots, ...(certificate === null ? {} : { certificate }) };
  const opened = await openCaptures(input, use);
  return opened.ok ? { ok: true, material: opened.value } : { ok: false, code: opened.error };
}

interface Release {
  readonly request: OpenRequest;
  readonly folder: string;
  readonly number: number;
  readonly facts: Omit<ReleaseFacts, 'input' | 'until' | 'software'>;
  readonly note: (event: ReleaseEvent) => void;
}

async function release(
  material: OpenedMaterial,
  { request, folder, number, facts, note }: Release,
  ports: EscrowPorts,
): Promise<OpenOutcome> {
  const exported = material.captures.map((capture, i) => exportFiles(capture, captureFolder(i)));
  const summary = {
    opened: true,
    input: { kind: material.kind, digest: material.digest },
    verdict: material.report?.verdict ?? null,
    captures: releaseSummary(material.captures, exported),
    closed: material.closed,
  };
  const reported = material.captures.map((capture, i) => ({ capture, files: exported[i] ?? [] }));
  const millis = request.minutes * 60_000;
  const until = request.keep ? null : isoTime(ports.now() + millis);
  const own: ReleaseFacts = { ...facts, input: material.digest, until, software: SOFTWARE };
  const files: readonly ReleaseFile[] = [
    ...exported.flat(),
    ...[EXAMINER_EN, EXAMINER_SL].flatMap((words) => [
      { name: `report.${words.lang}.html`, bytes: utf8(examinerReport(reported, own, words)) },
      { name: `report.${words.lang}.pdf`, bytes: examinerPdf(reported, own, words) },
    ]),
    { name: 'release.json', bytes: utf8(`${JSON.stringify(summary, null, 2)}\n`) },
  ];
  // Before the first byte of it is written: a kill in between must leave a trace that leads to the folder.
  note({ event: 'opened', captures: material.captures.map(({ sealedDigest }) => sealedDigest), folder, until });
  try {
    writeMaterial(folder, number, files);
  } catch (problem) {
    removeMaterial(folder);
    note({ event: 'removed', why: 'ended' });
    const code = problem instanceof Error && 'code' in problem ? String(problem.code) : 'unknown';
    throw new EscrowUsage(`What was opened could not be written into ${request.out} (${code}); nothing of it is left.`);
  }
  const fits = material.closed.length === 0 && material.captures.every(({ checks }) => holds(checks));
  const outcome = {
    code: fits ? 0 : 2,
    lines: [
      `${material.captures.length} opened into ${request.out}, ${files.length} files.`,
      ...material.closed.map(({ source, code }) => `${source} stays closed: ${code}.`),
      fits ? 'Every record is bound to what was signed.' : 'Something does not fit: see release.json and the report.',
    ],
    json: { ...summary, folder: request.out, until },
  };
  if (until === null) {
    keepMaterial(folder);
    return { ...outcome, lines: [...outcome.lines, 'It is kept, as asked; the log says so.'] };
  }
  // Listening before anybody is told of Ctrl-C.
  const over = ports.untilOver(millis);
  ports.say(`${outcome.lines.join('\n')}\nIt is removed at ${until}, or at Ctrl-C.`);
  const why = await over;
  removeMaterial(folder);
  note({ event: 'removed', why });
  return { ...outcome, lines: [`${request.out} was overwritten and removed.`] };
}

function holds(checks: OpenedMaterial['captures'][number]['checks']): boolean {
  return [checks.h2, checks.binding, checks.commitment, checks.opened].every(
    (check) => check === null || check.outcome === 'passed',
  );
}

/** A key that one person could use is refused here: opening is for two. */
function readKeyFile(path: string): TwoPersonKey {
  const bytes = readInput(path, 'key file');
  const stored = parseTwoPersonKey(bytes);
  if (stored !== null) return stored;
  if (Buffer.from(bytes).includes('PRIVATE KEY-----')) {
    throw new EscrowUsage(
      `${path} is a key that one person alone could use. Put it under two passphrases first: npm run escrow -- protect`,
    );
  }
  throw new EscrowUsage(`${path} is not a key under two passphrases.`);
}

function readCertificate(path: string, { publicKey }: TwoPersonKey): Uint8Array {
  const own = readCertificates(path).find((der) => digestOf(new X509Certificate(der).publicKey) === publicKey);
  if (own === undefined) throw new EscrowUsage(`No certificate in ${path} is of this key.`);
  return own;
}

function digestOf(key: KeyObject): string {
  return keyDigest(createPublicKey(key.export({ type: 'spki', format: 'pem' })));
}

function readCertificates(path: string): readonly Uint8Array[] {
  try {
    const found = parseCertificatesPem(Buffer.from(readInput(path, 'certificate file')).toString('latin1'));
    if (found.length > 0) return found;
  } catch (problem) {
    if (!(problem instanceof DerError)) throw problem;
  }
  throw new EscrowUsage(`${path} holds no certificate that can be read.`);
}
