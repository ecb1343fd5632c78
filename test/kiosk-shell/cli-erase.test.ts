import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runErase } from '../../kiosk-shell/cli/erase.ts';
import { sha256 } from '../../signing/digest.ts';
import { verifyPackage } from '../../signing/verification/verify-package.ts';
import { writeKeyring } from '../../vault/keyring.ts';
import { makePki, scratch, type TestPki } from '../support/seal-fixtures.ts';
import { packaged, sealed, type SealedSample } from '../signing/verification/samples.ts';

const work = scratch();
const NOW = Date.parse('2027-01-10T10:00:00Z');
let pki: TestPki;
let sample: SealedSample;
let asice: string;
let keys: string;
let runs = 0;
beforeAll(async () => {
  pki = makePki('p256');
  sample = await sealed(pki);
  asice = work.file('package.asice', (await packaged(pki, sample)).bytes);
  keys = work.file('keys');
  writeKeyring(keys, {
    sealKey: pki.seal.privateKey,
    sealChain: [pki.seal.certificate, pki.issuing.certificate],
    deviceKey: pki.device.privateKey,
    escrowCertificates: [pki.escrow.certificate, pki.backup.certificate],
    recordCertificates: [pki.escrow.certificate],
    tenantRoot: pki.root.certificate,
    receiptKeys: [{ ...createPublicKey(pki.device.privateKey).export({ format: 'jwk' }), kid: 'one' }],
    config: {},
  });
});
afterAll(() => work.end());

async function run(...args: readonly string[]): Promise<{ code: number; out: string; complaints: string }> {
  const [out, complaints] = [new PassThrough(), new PassThrough()];
  const code = await runErase(args, { now: () => NOW, keys }, out, complaints);
  return { code, out: String(out.read() ?? ''), complaints: String(complaints.read() ?? '') };
}
/** A whole call; `target` is where it writes. */
function call(file = asice): { readonly args: readonly string[]; readonly target: string } {
  runs += 1;
  const target = work.file(`erased-${runs}.asice`);
  const who = [
    '--asked-by',
    'signatory',
    '--reference',
    'GDPR-17',
    '--basis',
    'GDPR Art. 17(1)(b)',
    '--account',
    'maja',
  ];
  return { args: [file, '--out', target, ...who], target };
}

describe('erase on the command line', () => {
  it('writes a package without captures that verifies, and leaves the one it was given', async () => {
    const before = readFileSync(asice);
    const { args, target } = call();
    const { code, out } = await run(...args, '--json');
    expect(code).toBe(0);
    const bytes = readFileSync(target);
    expect(JSON.parse(out)).toMatchObject({
      erased: true,
      package: sha256(bytes),
      record: { package: sha256(before), request: { by: 'signatory', reference: 'GDPR-17' }, carriedOutBy: 'maja' },
    });
    expect((await verifyPackage(bytes, { name: 'x', roots: [pki.root.certificate] })).verdict).toBe('passed');
    expect(readFileSync(asice)).toEqual(before);
  });

  it('takes out one capture by its digest', async () => {
    const { args, target } = call();
    const digest = sample.seals[1]!.sealedCaptureDigest!;
    expect((await run(...args, '--capture', digest)).code).toBe(0);
    const bytes = readFileSync(target);
    expect([bytes.includes('captures/001.p7m'), bytes.includes(Buffer.from(sample.seals[1]!.sealedCapture!))]).toEqual([
      true,
      false,
    ]);
  });

  it('writes nothing when the package does not verify, or has nothing of the kind', async () => {
    const damaged = readFileSync(asice).map((byte, i) => (i === 3000 ? byte ^ 1 : byte));
    const stranger = makePki('p256');
    const theirs = (await packaged(stranger, await sealed(stranger))).bytes;
    const pictures = (await packaged(pki, await sealed(pki, undefined, { changes: { capture: null } }))).bytes;
    for (const bytes of [damaged, theirs, pictures]) {
      const { args, target } = call(work.file('odd.asice', bytes));
      const { code, out } = await run(...args);
      expect([code, existsSync(target)]).toEqual([1, false]);
      expect(out).toMatch(/^Nothing was erased: /);
    }
  });

  it('says what is wrong with the call and ends with 64', async () => {
    const { args, target } = call();
    for (const wrong of [
      [],
      [asice],
      args.map((arg) => (arg === 'signatory' ? 'me' : arg)),
      args.map((arg) => (arg === 'GDPR-17' ? ' ' : arg)),
      [...args, '--capture', 'abc'],
      [...args, '--keys', work.file('nowhere')],
      args.map((arg) => (arg === target ? asice : arg)),
    ]) {
      const { code, out, complaints } = await run(...wrong);
      expect([code, out]).toEqual([64, '']);
      expect(complaints.length).toBeGreaterThan(20);
    }
  });
});
