import { createHash, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseCertificatesPem } from '../../signing/cms/pem.ts';
import { sha256 } from '../../signing/digest.ts';
import { localSigner } from '../../signing/sealing/local-signer.ts';
import { sealField } from '../../signing/sealing/seal-field.ts';
import { median } from './bench.ts';
import { benchInput } from './seal-input.ts';

/**
 * A process of its own for one size, so that peak memory is that of sealing alone. Arguments: PDF, key, chain,
 * escrow certificates, runs. Prints one JSON line.
 */
const [pdf = '', key = '', chain = '', escrow = '', runs = '1'] = process.argv.slice(2);
const signer = localSigner(createPrivateKey(readFileSync(key)), parseCertificatesPem(readFileSync(chain, 'utf8')));
const recipients = parseCertificatesPem(readFileSync(escrow, 'utf8'));
const idle = peakKilobytes();
const revision = readFileSync(pdf);

const hashing: number[] = [];
const sealing: number[] = [];
const shown = { digest: sha256(revision), length: revision.length };
for (let run = 0; run < Number(runs); run += 1) {
  hashing.push(await milliseconds(() => createHash('sha256').update(revision).digest()));
  sealing.push(
    await milliseconds(async () => {
      const sealed = await sealField(benchInput(revision, shown, signer, recipients));
      if (!sealed.ok) throw new Error(sealed.error.code);
    }),
  );
}
const peak = peakKilobytes() - idle;
process.stdout.write(
  JSON.stringify({
    bytes: revision.length,
    hash: median(hashing),
    seal: median(sealing),
    first: sealing[0],
    peak: peak * 1024,
  }),
);

/** Linux hands a parent's maxRSS down to what it starts: the peak of this address space alone is VmHWM. */
function peakKilobytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
}

async function milliseconds(action: () => unknown): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}
