import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { certificatePem } from '../../signing/cms/pem.ts';
import { hasPyHanko } from '../support/pyhanko.ts';
import { makePki, scratch, type KeyKind, type TestPki } from '../support/seal-fixtures.ts';
import { round, type BenchResult } from './bench.ts';
import { BENCH_DOCUMENTS } from './seal-documents.ts';
import type { Measured } from './seal-measure.ts';
import type { MeasuredOurs } from './seal-ours.ts';
import { measurePyHanko, measureSignpdf, pkcs12, type PeerFiles } from './seal-peers.ts';

const MEGABYTE = 1_000_000;
const DOES = {
  rsa: 'checks, field, picture, binding, sealed capture, PAdES B-B; appends',
  p256: 'the same with a P-256 key',
  signpdf: 'empty field, PKCS#7; writes the file anew',
  pyhanko: 'field, line of text, PAdES B-B; appends',
} as const;

type BenchRow = BenchResult['rows'][number];
type Work = ReturnType<typeof scratch>;

/**
 * Cost of preparing and sealing documents against one SHA-256 pass over the same bytes, and against others who sign the
 * same documents with the same key; and the memory it takes. Each program and document in a process of its own.
 */
export async function benchSeal(): Promise<BenchResult> {
  const work = scratch();
  try {
    const [rsa, p256] = [filesOf(work, 'rsa'), filesOf(work, 'p256')];
    const pyHanko = hasPyHanko();
    const rows: BenchRow[] = [];
    for (const { name, runs, make } of BENCH_DOCUMENTS) {
      const bytes = await make();
      const document = { name, size: bytes.length };
      const pdf = work.file('document.pdf', bytes);
      const ours = measureOurs({ ...rsa, pdf }, runs);
      const add = (does: keyof typeof DOES, measured: Measured, key: number | null): void => {
        rows.push(row(document, does, measured, ours, key));
      };
      add('rsa', ours, ours.key);
      const other = measureOurs({ ...p256, pdf }, runs);
      add('p256', other, other.key);
      add('signpdf', measureSignpdf({ ...rsa, pdf }, runs), null);
      if (pyHanko) add('pyhanko', measurePyHanko({ ...rsa, pdf }, runs), null);
    }
    return { name: 'seal', rows, notes: notes(pyHanko) };
  } finally {
    work.end();
  }
}

interface BenchFiles extends Omit<PeerFiles, 'pdf'> {
  readonly key: string;
  readonly chain: string;
  readonly escrow: string;
}

function filesOf(work: Work, kind: KeyKind): BenchFiles {
  const { seal, signer, escrow, backup }: TestPki = makePki(kind);
  return {
    key: work.file(`${kind}.key`, seal.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    chain: work.file(`${kind}.pem`, certificatePem(...signer.chain)),
    escrow: work.file(`${kind}-escrow.pem`, certificatePem(escrow.certificate, backup.certificate)),
    p12: kind === 'rsa' ? work.file('seal.p12', pkcs12(seal.privateKey, signer.chain)) : '',
    target: work.file('signed.pdf'),
  };
}

function measureOurs({ pdf, key, chain, escrow, target }: BenchFiles & PeerFiles, runs: number): MeasuredOurs {
  const child = path.join(import.meta.dirname, 'seal-ours.ts');
  const args = [child, pdf, key, chain, escrow, target, String(runs)];
  return JSON.parse(execFileSync(process.execPath, args).toString()) as MeasuredOurs;
}

/** @param key milliseconds of one operation with the seal key; null where another program does it its own way. */
function row(
  document: { readonly name: string; readonly size: number },
  does: keyof typeof DOES,
  { job, written, first, peak }: Measured,
  ours: MeasuredOurs,
  key: number | null,
): BenchRow {
  return {
    document: document.name,
    MB: round(document.size / MEGABYTE),
    who: { rsa: 'ours, RSA-3072', p256: 'ours, P-256', signpdf: '@signpdf', pyhanko: 'pyHanko' }[does],
    'sign ms': round(job, 1),
    'x ours': round(job / ours.job, 1),
    'x sha256': round(job / ours.hash, 1),
    'beyond key ms': key === null ? '' : round(job - key, 1),
    'sign + write ms': round(written, 1),
    'x (sha256 + write)': round(written / ours.hashAndWrite, 1),
    'first ms': round(first, 1),
    'peak MB': round(peak / MEGABYTE, 1),
    'peak / size': round(peak / document.size, 1),
    does: DOES[does],
  };
}

function notes(pyHanko: boolean): readonly string[] {
  return [
    'sign: from the document in memory to all bytes of the signed one in memory, median; first: the same as the first job of a fresh process.',
    'ours: all checks, search for tags on every page, one field placed, digest of the prepared revision (prepare); then check of the shown prefix, capture of 1,000 samples encrypted to two RSA-3072 recipients, picture, PAdES B-B, digest of the new revision (seal).',
    '@signpdf: loaded with pdf-lib, placeholder, saved, signed (adbe.pkcs7.detached) with node-forge; no picture, no capture, no tags; earlier signatures would break.',
    pyHanko
      ? 'pyHanko: timed inside its process; a field with a line of text, PAdES B-B; no picture of ink, no capture, no tags.'
      : 'pyHanko is not on this machine: test/README.md says how a Python is given it.',
    'sha256: one pass over the same bytes in our process; write: one sequential write of the document, not waiting for the disk; beyond key: without one bare operation with the seal key in the same process.',
    'peak MB: highest resident memory over the idle process with its code loaded (pdf.js, too), the document itself included.',
  ];
}
