import { createHash, createPrivateKey } from 'node:crypto';
import { fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { parseCertificatesPem } from '../../signing/cms/pem.ts';
import type { Placement } from '../../signing/documents/placement.ts';
import { prepareDocument } from '../../signing/documents/prepare.ts';
import type { PlacementId } from '../../signing/ids.ts';
import { localSigner } from '../../signing/sealing/local-signer.ts';
import { sealField, type SealedField } from '../../signing/sealing/seal-field.ts';
import { median } from './bench.ts';
import { BENCH_BOX, BENCH_FIELD, benchInput } from './seal-input.ts';
import { measure, peakBytes, timed, writeOut, type Measured } from './seal-measure.ts';

/** What is measured in the same process beside preparing and sealing. */
export interface MeasuredOurs extends Measured {
  /** One SHA-256 pass over the document. */
  readonly hash: number;
  /** The pass, and the document written once. */
  readonly hashAndWrite: number;
  /** One bare operation with the seal key. */
  readonly key: number;
  readonly prepare: number;
  readonly seal: number;
}

/**
 * A process of its own for one document, so that peak memory is that of preparing and sealing alone. Arguments: PDF,
 * key, chain, escrow certificates, file to write to, runs. Prints one JSON line.
 */
const [pdf = '', key = '', chain = '', escrow = '', target = '', runs = '1'] = process.argv.slice(2);
/** Room for what preparing appends: the prepared revision stands in the same memory. */
const ROOM = 1024 * 1024;

const signer = localSigner(createPrivateKey(readFileSync(key)), parseCertificatesPem(readFileSync(chain, 'utf8')));
const recipients = parseCertificatesPem(readFileSync(escrow, 'utf8'));
const placements: readonly Placement[] = [
  {
    id: 'bench' as PlacementId,
    kind: 'signature',
    role: 'customer',
    order: 1,
    label: 'Bench',
    required: true,
    page: 0,
    box: BENCH_BOX,
    fieldName: BENCH_FIELD,
    source: 'placed',
  },
];
// Preparing loads it when it meets the first font: code, not document.
await import('pdfjs-dist/legacy/build/pdf.mjs');
const idle = peakBytes();
const handle = openSync(pdf, 'r');
const { size } = fstatSync(handle);
const memory = Buffer.alloc(size + ROOM);
for (let at = 0; at < size;) at += readSync(handle, memory, at, size - at, at);
const original = memory.subarray(0, size);

const preparing: number[] = [];
const sealing: number[] = [];
const ours = await measure(
  {
    run: prepareAndSeal,
    pieces: ({ revision, sealed }) => [revision, sealed.increment],
    target,
  },
  Number(runs),
);
const peak = peakBytes() - idle;
const [hash, write, sign] = [
  () => createHash('sha256').update(original).digest(),
  () => writeOut(target, [original]),
  () => signer.sign(Buffer.alloc(200)),
];
const bare: Record<'hash' | 'write' | 'sign', number[]> = { hash: [], write: [], sign: [] };
for (let run = 0; run < Number(runs); run += 1) {
  bare.hash.push((await timed(hash)).ms);
  bare.write.push((await timed(write)).ms);
  bare.sign.push((await timed(sign)).ms);
}
const measured: MeasuredOurs = {
  ...ours,
  hash: median(bare.hash),
  hashAndWrite: median(bare.hash) + median(bare.write),
  key: median(bare.sign),
  prepare: median(preparing),
  seal: median(sealing),
  peak,
};
process.stdout.write(JSON.stringify(measured));

async function prepareAndSeal(): Promise<{ readonly revision: Uint8Array; readonly sealed: SealedField }> {
  const prepared = await timed(() => prepareDocument(original, placements));
  if (!prepared.value.ok) throw new Error(prepared.value.error.code);
  const { increment, digest } = prepared.value.value;
  memory.set(increment, size);
  const revision = memory.subarray(0, size + increment.length);
  const shown = { digest, length: revision.length };
  const sealed = await timed(() => sealField(benchInput(revision, shown, signer, recipients)));
  if (!sealed.value.ok) throw new Error(sealed.value.error.code);
  preparing.push(prepared.ms);
  sealing.push(sealed.ms);
  return { revision, sealed: sealed.value.value };
}
