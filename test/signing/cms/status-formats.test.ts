import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import { certificateFacts } from '../../../signing/cms/certificate-facts.ts';
import { issueCrl, parseCrl } from '../../../signing/cms/crl.ts';
import { encodeOcspRequest, isCertIdOf, parseOcspResponse } from '../../../signing/cms/ocsp.ts';
import { certificatePem } from '../../../signing/cms/pem.ts';
import {
  encodeTimestampRequest,
  parseTimestampResponse,
  readTstInfo,
} from '../../../signing/cms/timestamp-protocol.ts';
import { readStrictly } from '../../../signing/cms/read-strictly.ts';
import { revocationOf, type RevocationData } from '../../../signing/verification/revocation.ts';
import { judgeTimestampAnswer } from '../../../signing/verification/timestamp-answer.ts';
import { makeAuthorities, type Authorities } from '../../support/authorities.ts';
import { makePki, scratch } from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';

const work = scratch();
afterAll(() => work.end());
const pki = makePki('p256');
const [seal, issuing, root] = [pki.seal, pki.issuing, pki.root].map(({ certificate }) => certificateFacts(certificate));
const digest = Buffer.alloc(32, 4);
const nonce = Buffer.alloc(16, 0x91);

let made: Authorities | null = null;
function authorities(ctx: TestContext): Authorities {
  requireTool(ctx, 'openssl');
  const dir = path.join(work.dir, 'authorities');
  mkdirSync(dir, { recursive: true });
  return (made ??= makeAuthorities(pki, dir));
}

/** The bytes with one bit flipped, or cut short, or with bytes put in. */
function mutations(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const at = fc.nat(bytes.length - 1);
  const flipped = fc.tuple(at, fc.nat(7)).map(([index, bit]) => {
    const copy = Uint8Array.from(bytes);
    copy[index] = (copy[index] ?? 0) ^ (1 << bit);
    return copy;
  });
  const cut = at.map((length) => bytes.slice(0, length));
  const longer = fc
    .tuple(at, fc.uint8Array({ minLength: 1, maxLength: 8 }))
    .map(([index, more]) => Uint8Array.from([...bytes.subarray(0, index), ...more, ...bytes.subarray(index)]));
  return fc.oneof(flipped, cut, longer);
}

describe('the time-stamp protocol', () => {
  it('asks as OpenSSL reads it: version, algorithm, digest, nonce, and for the certificate', (ctx) => {
    requireTool(ctx, 'openssl');
    const query = work.file('query.tsq', encodeTimestampRequest({ digest, nonce }));
    const text = execFileSync('openssl', ['ts', '-query', '-in', query, '-text']).toString();
    expect(text).toMatch(/Version: 1\nHash Algorithm: sha256/);
    expect(text).toContain(`Nonce: 0x${nonce.toString('hex').toUpperCase()}`);
    expect(text).toContain('Certificate required: yes');
  });

  it('says why an authority refused', async (ctx) => {
    const bad = Uint8Array.from(encodeTimestampRequest({ digest, nonce }));
    // SHA-224 instead of SHA-256: the authority does not stamp such digests.
    bad[Buffer.from(bad).indexOf(Buffer.from('608648016503040201', 'hex')) + 8] = 4;
    const answer = parseTimestampResponse(await authorities(ctx).stamp(bad));
    expect(answer).toMatchObject({ ok: false, error: { code: 'refused' } });
    expect(answer.ok ? '' : answer.error.detail).toMatch(/status 2/);
  });

  it('refuses a request it could not stand behind', () => {
    expect(() => encodeTimestampRequest({ digest: Buffer.alloc(20), nonce })).toThrow(RangeError);
    expect(() => encodeTimestampRequest({ digest, nonce: Buffer.alloc(4) })).toThrow(RangeError);
  });

  it('accepts no answer that was changed by anything', async (ctx) => {
    const answer = await authorities(ctx).stamp(encodeTimestampRequest({ digest, nonce }));
    const question = { digest, nonce, roots: [pki.root.certificate], now: Date.now() };
    const token = judgeTimestampAnswer(answer, question);
    expect(token.ok).toBe(true);
    fc.assert(
      fc.property(mutations(answer), (changed) => {
        const judged = judgeTimestampAnswer(changed, question);
        // Only the status around the token, which nothing signs, may differ without harm.
        return !judged.ok || (token.ok && Buffer.compare(judged.value, token.value) === 0);
      }),
      { numRuns: 300 },
    );
  });

  it('reads only a TSTInfo whose members stand in their order', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => !readStrictly('token', () => readTstInfo(bytes)).ok),
    );
  });
});

describe('certificate status', () => {
  const at = new Date();
  const settled = (data: Partial<RevocationData>, of = seal!, by = issuing!): string =>
    revocationOf(of, by, { at, data: { ocsps: [], crls: [], ...data } }).state;

  it('is asked as OpenSSL reads it', (ctx) => {
    requireTool(ctx, 'openssl');
    const request = encodeOcspRequest({ subject: seal!, issuer: issuing!, nonce });
    const text = execFileSync('openssl', ['ocsp', '-reqin', work.file('request.ocsp', request), '-req_text'], {
      stdio: 'pipe',
    }).toString();
    expect(text).toContain('Hash Algorithm: sha1');
    expect(text).toContain(
      `Serial Number: ${Buffer.from(seal!.serialNumber.subarray(2)).toString('hex').toUpperCase().replace(/^00/, '')}`,
    );
    expect(text).toContain('OCSP Nonce');
  });

  it('is read from an answer by a delegated responder, and from no answer that was changed', async (ctx) => {
    const answer = await authorities(ctx).ocsp(encodeOcspRequest({ subject: seal!, issuer: issuing!, nonce }));
    const parsed = parseOcspResponse(answer);
    if (!parsed.ok) throw new Error(parsed.error.detail);
    expect(parsed.value.nonce).toEqual(new Uint8Array(nonce));
    expect(parsed.value.answers.map(({ certId }) => isCertIdOf(certId, seal!, issuing!))).toEqual([true]);
    expect(isCertIdOf(parsed.value.answers[0]!.certId, issuing!, root!)).toBe(false);
    // nextUpdate lies in the future: the answer holds for the moment before it as well.
    expect(settled({ ocsps: [answer] })).toBe('good');
    expect(settled({ ocsps: [answer] }, issuing, root)).toBe('open');
    const certificates = Buffer.from(answer).lastIndexOf(Buffer.from(parsed.value.certificates[0]!.der));
    fc.assert(
      fc.property(mutations(answer.subarray(0, certificates)), (head) => {
        const changed = Uint8Array.from([...head, ...answer.subarray(certificates)]);
        return settled({ ocsps: [changed] }) === 'open';
      }),
      { numRuns: 300 },
    );
  });

  it('is not taken from somebody the issuer certified for another purpose', async (ctx) => {
    requireTool(ctx, 'openssl');
    const dir = path.join(work.dir, 'false-responder');
    mkdirSync(dir);
    const theirs = makeAuthorities(pki, dir);
    for (const end of ['pem', 'key']) copyFileSync(path.join(dir, `tsa.${end}`), path.join(dir, `responder.${end}`));
    const answer = await theirs.ocsp(encodeOcspRequest({ subject: seal!, issuer: issuing!, nonce }));
    const found = revocationOf(seal!, issuing!, { at, data: { ocsps: [answer], crls: [] } });
    expect(found).toMatchObject({ state: 'open', reason: 'ocsp-responder' });
  });

  it('is read from a list of OpenSSL, and from no list that was changed', async (ctx) => {
    const list = await authorities(ctx).crl('root');
    expect(settled({ crls: [list] }, issuing, root)).toBe('good');
    fc.assert(
      fc.property(mutations(list), (changed) => settled({ crls: [changed] }, issuing, root) === 'open'),
      { numRuns: 300 },
    );
  });

  it('is written as a list that OpenSSL verifies and that names who was revoked', (ctx) => {
    requireTool(ctx, 'openssl');
    const revokedAt = new Date('2026-05-01T10:00:00Z');
    const list = issueCrl({
      issuer: pki.issuing,
      number: 7,
      thisUpdate: new Date('2026-06-01T00:00:00Z'),
      nextUpdate: new Date('2026-07-01T00:00:00Z'),
      revoked: [{ certificate: pki.seal.certificate, at: revokedAt }],
    });
    const issuer = work.file('issuing.pem', certificatePem(pki.issuing.certificate));
    const args = ['crl', '-inform', 'DER', '-in', work.file('list.crl', list), '-CAfile', issuer, '-text', '-noout'];
    const text = execFileSync('openssl', [...args, '-verify'], { stdio: ['ignore', 'pipe', 'pipe'] }).toString();
    expect(text).toContain('Revocation Date: May  1 10:00:00 2026 GMT');
    const parsed = parseCrl(list);
    if (!parsed.ok) throw new Error(parsed.error.detail);
    expect(parsed.value.find(seal!.serialNumber)).toMatchObject({ at: revokedAt, reason: null });
    expect(parsed.value.find(issuing!.serialNumber)).toBe(null);
    expect(settled({ crls: [list] })).toBe('revoked');
    expect(settled({ crls: [list] }, certificateFacts(pki.device.certificate))).toBe('open');
    const june = { at: new Date('2026-06-15T00:00:00Z'), data: { ocsps: [], crls: [list] } };
    expect(revocationOf(certificateFacts(pki.device.certificate), issuing!, june).state).toBe('good');
  });
});
