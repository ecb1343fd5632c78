import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { parseExcerpt, type AuditExcerpt } from '../../signing/audit/excerpt.ts';
import { fromUtf8 } from '../../signing/bytes.ts';
import { certificateFacts } from '../../signing/cms/certificate-facts.ts';
import { DerError } from '../../signing/cms/der-reader.ts';
import { parseCertificatesPem } from '../../signing/cms/pem.ts';
import { sha256 } from '../../signing/digest.ts';
import { combine } from '../../signing/verification/checks.ts';
import { isPackage, judgeFile } from '../../signing/verification/judge-file.ts';
import type { JudgedReport } from '../../signing/report/judged-report.ts';
import { anchorsOf, type ReportAbout } from '../../signing/report/report-about.ts';
import { reportFile } from '../../signing/report/report-file.ts';
import { REPORT_LANGUAGES, type ReportLanguage } from '../../signing/report/report-words.ts';
import type { Outcome } from '../../signing/verification/verification-report.ts';
import { SOFTWARE } from '../software.ts';
import { fromCaller } from './caller.ts';
import { checkAuditFile, checkPackageReceipt, parseKeys, type ReceiptInput } from './verify-receipt.ts';
import { describeReport } from './verify-words.ts';

/**
 * `npm run verify -- FILE [--json] [--html OUT] [--pdf OUT] [--lang sl|en] [--trust PEM] [--escrow-key PEM]
 * [--receipt JWS --keys JWKS]`: judges a signed PDF, a package or the audit trail of a transaction, offline. A receipt is
 * judged against the package or trail it goes with. `--json` prints the report for machines (signing/report/README.md);
 * `--html` and `--pdf` write a page for people beside what is printed.
 *
 * Ends with 0 when all holds, 1 when something does not (or nothing is signed), 2 when that cannot be told
 * (without `--trust` nobody vouches for the signer, without a receipt nobody for a trail alone), 64 when it was called
 * wrongly or a file cannot be read.
 */
const USAGE =
  'Usage: npm run verify -- FILE [--json] [--html OUT] [--pdf OUT] [--lang sl|en] [--trust PEM] [--escrow-key PEM]\n' +
  '       [--receipt JWS --keys JWKS]\n' +
  'FILE is a signed PDF, a package (.asice) or an audit trail (audit.json).';
const EXIT: Readonly<Record<Outcome, number>> = { passed: 0, failed: 1, absent: 1, indeterminate: 2 };
const EXIT_USAGE = 64;

class UsageProblem extends Error {}

interface PagesWanted {
  readonly html: string | null;
  readonly pdf: string | null;
  readonly language: ReportLanguage;
}

interface Request {
  readonly file: string;
  readonly json: boolean;
  readonly roots: readonly Uint8Array[];
  readonly escrowKey: KeyObject | null;
  readonly receipt: ReceiptInput | null;
  readonly pages: PagesWanted;
}

/** Writes the report to `out` and nothing else there; complaints about the call go to `complaints`. */
export async function runVerify(
  args: readonly string[],
  out: NodeJS.WritableStream,
  complaints: NodeJS.WritableStream = process.stderr,
  now: () => Date = () => new Date(),
): Promise<number> {
  try {
    const request = readRequest(args);
    const bytes = readBytes(request.file, 'file');
    const time = now();
    const report = await judge(bytes, request, time);
    const about: ReportAbout = {
      file: basename(request.file),
      digest: sha256(bytes),
      judgedAt: time.toISOString(),
      software: SOFTWARE,
      by: null,
      trust: anchorsOf(request.roots),
    };
    writePages(report, about, request);
    const { language } = request.pages;
    const text = request.json
      ? fromUtf8(reportFile(report, about, { format: 'json', language }).bytes)
      : `${describeReport(report, { file: about.file, trusted: about.trust.length > 0 })}\n`;
    out.write(text);
    return EXIT[report.verdict];
  } catch (problem) {
    if (!(problem instanceof UsageProblem)) throw problem;
    complaints.write(`${problem.message}\n`);
    return EXIT_USAGE;
  }
}

async function judge(bytes: Uint8Array, request: Request, now: Date): Promise<JudgedReport> {
  const { file, roots, escrowKey, receipt } = request;
  const excerpt = readExcerpt(bytes);
  if (excerpt !== null) return judgeTrail(excerpt, request);
  const options = { name: basename(file), roots, now, ...(escrowKey === null ? {} : { escrowKey }) };
  if (receipt !== null && !isPackage(bytes)) {
    throw new UsageProblem(`A receipt is about a package, not about a PDF.\n${USAGE}`);
  }
  const report = await judgeFile(bytes, options);
  if (receipt === null) return report;
  const check = await checkPackageReceipt(bytes, receipt);
  return { ...report, receipt: check, verdict: combine([report.verdict, check.outcome]) };
}

async function judgeTrail(excerpt: AuditExcerpt, { receipt }: Request): Promise<JudgedReport> {
  const checks = await checkAuditFile(excerpt, receipt);
  const verdict = combine([checks.audit.outcome, checks.receipt.outcome]);
  return { kind: 'audit', verdict, documents: [], container: [], ...checks };
}

/** Null when the bytes are not the JSON of an audit trail. */
function readExcerpt(bytes: Uint8Array): AuditExcerpt | null {
  if (bytes[0] !== 0x7b) return null;
  try {
    const parsed = parseExcerpt(JSON.parse(fromUtf8(bytes)));
    return parsed.ok ? parsed.value : null;
  } catch {
    return null;
  }
}

function readRequest(args: readonly string[]): Request {
  const { values, positionals } = parse(args);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageProblem(USAGE);
  return {
    file,
    json: values.json,
    roots: values.trust.flatMap(readRoots),
    escrowKey: values['escrow-key'] === undefined ? null : readKey(values['escrow-key']),
    receipt: readReceiptInput(values.receipt, values.keys),
    pages: { html: values.html ?? null, pdf: values.pdf ?? null, language: readLanguage(values.lang) },
  };
}

function readLanguage(text: string): ReportLanguage {
  const language = REPORT_LANGUAGES.find((known) => known === text);
  if (language === undefined)
    throw new UsageProblem(`The language is one of ${REPORT_LANGUAGES.join(', ')}.\n${USAGE}`);
  return language;
}

function writePages(report: JudgedReport, about: ReportAbout, { file, pages }: Request): void {
  const { language } = pages;
  for (const format of ['html', 'pdf'] as const) {
    const path = pages[format];
    if (path !== null) writeOut(path, file, reportFile(report, about, { format, language }).bytes);
  }
}

/** Never over the file that was judged. */
function writeOut(path: string, judged: string, content: Uint8Array): void {
  if (fromCaller(path) === fromCaller(judged)) {
    throw new UsageProblem(`The report would be written over ${judged}, the file it is about: give another name.`);
  }
  try {
    writeFileSync(fromCaller(path), content);
  } catch {
    throw new UsageProblem(`The report cannot be written to ${path}: give a name in a folder that can be written to.`);
  }
}

function parse(args: readonly string[]): {
  values: {
    json: boolean;
    trust: string[];
    lang: string;
    'escrow-key'?: string;
    receipt?: string;
    keys?: string;
    html?: string;
    pdf?: string;
  };
  positionals: string[];
} {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        trust: { type: 'string', multiple: true, default: [] },
        'escrow-key': { type: 'string' },
        receipt: { type: 'string' },
        keys: { type: 'string' },
        html: { type: 'string' },
        pdf: { type: 'string' },
        lang: { type: 'string', default: 'en' },
      },
    });
  } catch (problem) {
    throw new UsageProblem(`${problem instanceof Error ? problem.message : 'Unreadable arguments'}\n${USAGE}`);
  }
}

function readBytes(path: string, what: string): Uint8Array {
  try {
    return readFileSync(fromCaller(path));
  } catch {
    throw new UsageProblem(`The ${what} ${path} cannot be read.`);
  }
}

function readReceiptInput(receipt: string | undefined, keys: string | undefined): ReceiptInput | null {
  if (receipt === undefined && keys === undefined) return null;
  if (receipt === undefined || keys === undefined) {
    throw new UsageProblem(`A receipt is judged with the keys of the cloud: give --receipt and --keys.\n${USAGE}`);
  }
  const text = (path: string, what: string): string => Buffer.from(readBytes(path, what)).toString('latin1');
  const parsed = parseKeys(text(keys, 'key file'));
  if (parsed === null) throw new UsageProblem(`The key file ${keys} is not a JWK set of public keys.`);
  return { jws: text(receipt, 'receipt'), keys: parsed };
}

function readRoots(path: string): readonly Uint8Array[] {
  const text = Buffer.from(readBytes(path, 'trust file')).toString('latin1');
  try {
    const roots = parseCertificatesPem(text);
    for (const root of roots) certificateFacts(root);
    if (roots.length > 0) return roots;
  } catch (problem) {
    if (!(problem instanceof DerError)) throw problem;
  }
  throw new UsageProblem(`The trust file ${path} holds no certificate that can be read.`);
}

/** Says nothing about why: a key file is nobody's business in a log. */
function readKey(path: string): KeyObject {
  const bytes = readBytes(path, 'escrow key');
  try {
    return createPrivateKey(Buffer.from(bytes));
  } catch {
    throw new UsageProblem(`The escrow key ${path} is not a private key in PEM without a passphrase.`);
  }
}

if (import.meta.main) process.exitCode = await runVerify(process.argv.slice(2), process.stdout);
