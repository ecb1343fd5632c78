import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { certificateFacts } from '../../signing/cms/certificate-facts.ts';
import { DerError } from '../../signing/cms/der-reader.ts';
import { parseCertificatesPem } from '../../signing/cms/pem.ts';
import { verifyPackage } from '../../signing/verification/verify-package.ts';
import { verifyPdf } from '../../signing/verification/verify-pdf.ts';
import type { Outcome, VerificationReport } from '../../signing/verification/verification-report.ts';
import { describeReport } from './verify-words.ts';

/**
 * `npm run verify -- FILE [--json] [--trust PEM] [--escrow-key PEM]`: judges a signed PDF or a package, offline.
 *
 * Ends with 0 when all holds, 1 when something does not (or nothing is signed), 2 when that cannot be told
 * (without `--trust` nobody vouches for the signer), 64 when it was called wrongly or a file cannot be read.
 */
const USAGE = 'Usage: npm run verify -- FILE [--json] [--trust PEM] [--escrow-key PEM]';
const EXIT: Readonly<Record<Outcome, number>> = { passed: 0, failed: 1, absent: 1, indeterminate: 2 };
const EXIT_USAGE = 64;

class UsageProblem extends Error {}

interface Request {
  readonly file: string;
  readonly json: boolean;
  readonly roots: readonly Uint8Array[];
  readonly escrowKey: KeyObject | null;
}

/** Writes the report to `out` and nothing else there; complaints about the call go to `complaints`. */
export async function runVerify(
  args: readonly string[],
  out: NodeJS.WritableStream,
  complaints: NodeJS.WritableStream = process.stderr,
): Promise<number> {
  try {
    const request = readRequest(args);
    const bytes = readBytes(request.file, 'file');
    const report = await judge(bytes, request);
    const text = request.json
      ? JSON.stringify(report, null, 2)
      : describeReport(report, { file: basename(request.file), trusted: request.roots.length > 0 });
    out.write(`${text}\n`);
    return EXIT[report.verdict];
  } catch (problem) {
    if (!(problem instanceof UsageProblem)) throw problem;
    complaints.write(`${problem.message}\n`);
    return EXIT_USAGE;
  }
}

async function judge(bytes: Uint8Array, { file, roots, escrowKey }: Request): Promise<VerificationReport> {
  const options = { name: basename(file), roots, ...(escrowKey === null ? {} : { escrowKey }) };
  // A ZIP begins with a local header, or is empty and nothing but an end record.
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return verifyPackage(bytes, options);
  const document = await verifyPdf(bytes, options);
  const audit = { outcome: 'absent', code: 'no-audit', detail: 'A PDF carries no audit trail.' } as const;
  return { kind: 'pdf', verdict: document.verdict, documents: [document], container: [], audit };
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
  };
}

function parse(args: readonly string[]): {
  values: { json: boolean; trust: string[]; 'escrow-key'?: string };
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
      },
    });
  } catch (problem) {
    throw new UsageProblem(`${problem instanceof Error ? problem.message : 'Unreadable arguments'}\n${USAGE}`);
  }
}

function readBytes(path: string, what: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch {
    throw new UsageProblem(`The ${what} ${path} cannot be read.`);
  }
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
