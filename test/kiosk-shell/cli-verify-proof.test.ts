import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runVerifyProof } from '../../kiosk-shell/cli/verify-proof.ts';
import { utf8 } from '../../signing/bytes.ts';
import { sha256 } from '../../signing/digest.ts';
import { createReceiptSigner } from '../../sync/cloud/receipts.ts';
import type { DestructionClaims } from '../../sync/protocol/destruction.ts';
import type { ReceiptClaims } from '../../sync/protocol/receipt.ts';

const digest = sha256(utf8('a package'));
const receipt: ReceiptClaims = {
  ...{ type: 'countersign.receipt', version: 1, package: { algorithm: 'sha-256', digest, size: 9 } },
  ...{ tenant: 'banka', kiosk: 'k', transaction: 't', arrivedAt: '2026-01-01T00:00:00.000Z', auditHead: digest },
  sequence: 7,
};
const claims: DestructionClaims = {
  ...{ type: 'countersign.destruction', version: 1, package: { algorithm: 'sha-256', digest }, tenant: 'banka' },
  ...{ transaction: 't', arrivedAt: receipt.arrivedAt, destroyedAt: '2026-03-12T00:00:00.000Z' },
  rule: { class: 'package', days: 70 },
  how: 'key-destroyed',
  backups: { days: 30, goneBy: '2026-04-11T00:00:00.000Z' },
};

let folder: string;
let signer: Awaited<ReturnType<typeof createReceiptSigner>>;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'countersign-proof-'));
  signer = await createReceiptSigner(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  file('keys', JSON.stringify({ keys: [signer.publicKey] }));
  file('receipt', await signer.sign(receipt));
  file('proof', await signer.signDestruction(claims));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text?: string): string {
  const at = path.join(folder, name);
  if (text !== undefined) writeFileSync(at, text);
  return at;
}
async function run(...args: readonly string[]): Promise<{ code: number; said: string; complaints: string }> {
  const [out, complaints] = [new PassThrough(), new PassThrough()];
  const code = await runVerifyProof([...args, '--keys', file('keys')], out, complaints);
  return { code, said: String(out.read() ?? ''), complaints: String(complaints.read() ?? '') };
}

it('holds a genuine proof for true, and says what it says about copies', async () => {
  const { code, said } = await run(file('proof'), '--receipt', file('receipt'));
  expect(code).toBe(0);
  expect(said).toContain(`The package ${digest} was destroyed at 2026-03-12`);
  expect(said).toContain('nothing is left in them after 2026-04-11');
  const json = await run(file('proof'), '--json');
  expect(JSON.parse(json.said)).toMatchObject({ verdict: 'passed', claims });
});

it.each([
  [
    'by another key',
    'proof-untrusted',
    async () => {
      const other = await createReceiptSigner(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
      return other.signDestruction(claims);
    },
  ],
  ['that is a receipt', 'proof-untrusted', () => signer.sign(receipt)],
  ['that is no proof', 'proof-untrusted', () => Promise.resolve('nothing')],
  [
    'about another package',
    'receipt-differs',
    () => signer.signDestruction({ ...claims, package: { algorithm: 'sha-256', digest: sha256(utf8('other')) } }),
  ],
  [
    'of a destruction before its time',
    'destroyed-early',
    () => signer.signDestruction({ ...claims, destroyedAt: '2026-03-11T23:59:59.999Z' }),
  ],
])('refuses one %s', async (_, reason, make) => {
  const bad = file('bad', await make());
  const { code, said } = await run(bad, '--receipt', file('receipt'), '--json');
  expect(code).toBe(1);
  expect(said).toContain(reason);
});

it('says how it is called when a file is missing or there is nothing to judge', async () => {
  expect(await run()).toMatchObject({ code: 64, said: '' });
  const { code, complaints } = await run(file('nowhere'));
  expect(code).toBe(64);
  expect(complaints).toContain('cannot be read');
});
