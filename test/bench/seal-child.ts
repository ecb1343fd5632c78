import { createHash, createPrivateKey } from 'node:crypto';
import { fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { parseCertificatesPem } from '../../signing/cms/pem.ts';
import type { Sha256 } from '../../signing/digest.ts';
import type { Placement } from '../../signing/documents/placement.ts';
import { prepareDocument } from '../../signing/documents/prepare.ts';
import type { PlacementId } from '../../signing/ids.ts';
import { localSigner } from '../../signing/sealing/local-signer.ts';
import { sealField } from '../../signing/sealing/seal-field.ts';
import { median } from './bench.ts';
import { BENCH_BOX, BENCH_FIELD, benchInput } from './seal-input.ts';

/**
 * A process of its own for one size, so that peak memory is that of preparing and sealing alone. Arguments: PDF, key,
 * chain, escrow certificates, runs. Prints one JSON line.
 */
const [pdf = '', key = '', chain = '', escrow = '', runs = '1'] = process.argv.slice(2);
/** Room for what preparing appends: the prepared revision stands in the same memory. */
const ROOM = 64 * 1024;

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
const idle = peakKilobytes();
const handle = openSync(pdf, 'r');
const { size } = fstatSync(handle);
const memory = Buffer.alloc(size + ROOM);
for (let at = 0; at < size;) at += readSync(handle, memory, at, size - at, at);
const original = memory.subarray(0, size);

const hashing: number[] = [];
const preparing: number[] = [];
const sealing: number[] = [];
for (let run = 0; run < Number(runs); run += 1) {
  hashing.push((await timed(() => createHash('sha256').update(original).digest())).ms);
  const prepared = await timed(prepare);
  preparing.push(prepared.ms);
  const { revision, digest } = prepared.value;
  const shown = { digest, length: revision.length };
  const sealed = await timed(() => sealField(benchInput(revision, shown, signer, recipients)));
  if (!sealed.value.ok) throw new Error(sealed.value.error.code);
  sealing.push(sealed.ms);
}
const peak = peakKilobytes() - idle;
process.stdout.write(
  JSON.stringify({
    bytes: size,
    hash: median(hashing),
    prepare: median(preparing),
    seal: median(sealing),
    first: (preparing[0] ?? 0) + (sealing[0] ?? 0),
    peak: peak * 1024,
  }),
);

async function prepare(): Promise<{ readonly revision: Uint8Array; readonly digest: Sha256 }> {
  const prepared = await prepareDocument(original, placements);
  if (!prepared.ok) throw new Error(prepared.error.code);
  const { increment, digest } = prepared.value;
  memory.set(increment, size);
  return { revision: memory.subarray(0, size + increment.length), digest };
}

/** Linux hands a parent's maxRSS down to what it starts: the peak of this address space alone is VmHWM. */
function peakKilobytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
}

async function timed<T>(action: () => T | Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const start = performance.now();
  const value = await action();
  return { value, ms: performance.now() - start };
}
