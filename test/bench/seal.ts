import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { certificatePem } from '../../signing/cms/pem.ts';
import { makePki, samplePdf, scratch } from '../support/seal-fixtures.ts';
import { round, type BenchResult } from './bench.ts';

const MEGABYTE = 1024 * 1024;
const SIZES: readonly { readonly megabytes: number; readonly runs: number }[] = [
  { megabytes: 0.1, runs: 15 },
  { megabytes: 1, runs: 15 },
  { megabytes: 10, runs: 9 },
  { megabytes: 50, runs: 5 },
];

interface Measured {
  readonly bytes: number;
  readonly hash: number;
  readonly prepare: number;
  readonly seal: number;
  readonly first: number;
  readonly peak: number;
}

/**
 * Cost of preparing and sealing a document against one SHA-256 pass over the same bytes, and the memory they take, each
 * size in its own process.
 */
export async function benchSeal(): Promise<BenchResult> {
  const work = scratch();
  try {
    const rows: Record<string, string | number>[] = [];
    for (const kind of ['rsa', 'p256'] as const) {
      const pki = makePki(kind);
      const key = work.file('seal.key', pki.seal.privateKey.export({ type: 'pkcs8', format: 'pem' }));
      const chain = work.file('chain.pem', certificatePem(...pki.signer.chain));
      const escrow = work.file('escrow.pem', certificatePem(pki.escrow.certificate, pki.backup.certificate));
      for (const { megabytes, runs } of SIZES) {
        const ballast = Math.round(megabytes * MEGABYTE) - 2048;
        const pdf = await samplePdf({ fields: [], ballast });
        const child = path.join(import.meta.dirname, 'seal-child.ts');
        const args = [child, work.file('document.pdf', pdf), key, chain, escrow, String(runs)];
        const measured = JSON.parse(execFileSync(process.execPath, args).toString()) as Measured;
        rows.push(row(kind, megabytes, measured));
      }
    }
    return {
      name: 'seal',
      rows,
      notes: [
        'prepare: all checks, search for tags, one field placed, digest of the prepared revision',
        'seal: check of the shown prefix, capture of 1,000 samples encrypted to two RSA-3072 recipients, picture, PAdES B-B, digest of the new revision',
        'sha256 ms: one pass over the same bytes in the same process; ratio = (prepare + seal) / sha256; first: both in a fresh process',
        'peak MB: highest resident memory over the idle process with the code loaded (pdf.js, too), the document itself included',
      ],
    };
  } finally {
    work.end();
  }
}

function row(
  kind: string,
  megabytes: number,
  { bytes, hash, prepare, seal, first, peak }: Measured,
): Record<string, string | number> {
  return {
    key: kind === 'rsa' ? 'RSA-3072' : 'P-256',
    'size MB': megabytes,
    'sha256 ms': round(hash),
    'prepare ms': round(prepare),
    'seal ms': round(seal),
    'prepare + seal ms': round(prepare + seal),
    ratio: round((prepare + seal) / hash),
    'seal / sha256': round(seal / hash),
    'first ms': round(first),
    'peak MB': round(peak / MEGABYTE, 1),
    'peak / size': round(peak / bytes),
  };
}
