import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { certificateFacts } from '../../../signing/cms/certificate-facts.ts';
import { readDer, type DerValue } from '../../../signing/cms/der-reader.ts';
import { buildSignedData } from '../../../signing/sealing/signed-data.ts';
import { localSigner } from '../../../signing/sealing/local-signer.ts';
import { requireTool } from '../../support/tools.ts';
import { makePki, newKeys, scratch, trustPem, type KeyKind } from '../../support/seal-fixtures.ts';

const work = scratch();
afterAll(() => work.end());
const content = Buffer.from('exactly these bytes, č š ž');
const digest = createHash('sha256').update(content).digest();
const signingTime = new Date('2026-11-23T08:09:10Z');

const inner = (value: DerValue | undefined, ...path: readonly number[]): DerValue =>
  path.reduce<DerValue>((at, index) => at.children[index]!, value!);

describe.each<KeyKind>(['rsa', 'p256'])('SignedData by a %s key', (kind) => {
  const pki = makePki(kind);
  const pades = (): Promise<Uint8Array> => buildSignedData({ profile: 'pades', digest, signer: pki.signer });
  const cades = (): Promise<Uint8Array> =>
    buildSignedData({ profile: 'cades', digest, signer: pki.signer, signingTime });

  for (const profile of ['pades', 'cades'] as const)
    it(`is accepted by openssl cms -verify -cades as ${profile}, and not over other content`, async (ctx) => {
      requireTool(ctx, 'openssl');
      const ca = work.file('ca.pem', trustPem(pki));
      const signature = work.file('signature.p7s', profile === 'pades' ? await pades() : await cades());
      const verify = (file: string): { status: number | null; text: string } => {
        const run = spawnSync('openssl', [
          ...['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', signature, '-content', file],
          ...['-CAfile', ca, '-purpose', 'any', '-out', '/dev/null', '-attime', '1795000000'],
        ]);
        return { status: run.status, text: run.stderr.toString() };
      };
      expect(verify(work.file('content', content))).toEqual({ status: 0, text: expect.stringContaining('successful') });
      expect(verify(work.file('other', Buffer.from('other'))).status).not.toBe(0);
    });

  it('has one SignerInfo by issuer and serial, no content, no unsigned attributes', async () => {
    const root = readDer(await pades());
    const signedData = inner(root, 1, 0);
    expect(signedData.children).toHaveLength(5);
    expect(inner(signedData, 0).content).toEqual(Uint8Array.of(1));
    expect(inner(signedData, 2).children).toHaveLength(1);
    expect(inner(signedData, 3).children).toHaveLength(2);
    expect(inner(signedData, 4).children).toHaveLength(1);
    const signerInfo = inner(signedData, 4, 0);
    expect(signerInfo.children).toHaveLength(6);
    const facts = certificateFacts(pki.seal.certificate);
    expect(hexOf(inner(signerInfo, 1, 0).encoded)).toBe(hexOf(facts.issuer));
    expect(hexOf(inner(signerInfo, 1, 1).encoded)).toBe(hexOf(facts.serialNumber));
  });

  it('carries signing-time only as CAdES', async () => {
    const signingTimeOid = '06092a864886f70d010905';
    expect(hexOf(await pades())).not.toContain(signingTimeOid);
    expect(hexOf(await cades())).toContain(`${signingTimeOid}310f170d${Buffer.from('261123080910Z').toString('hex')}`);
  });

  it('refuses a digest that is not SHA-256 and a certificate of another key', async () => {
    await expect(buildSignedData({ profile: 'pades', digest: digest.subarray(1), signer: pki.signer })).rejects.toThrow(
      RangeError,
    );
    expect(() => localSigner(newKeys(kind).privateKey, [pki.seal.certificate])).toThrow(RangeError);
    expect(() => localSigner(pki.seal.privateKey, [])).toThrow(RangeError);
  });
});

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
