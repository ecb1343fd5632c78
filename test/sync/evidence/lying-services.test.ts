import { createServer, type ServerResponse } from 'node:http';
import { describe, expect, it, type TestContext } from 'vitest';
import { certificateFacts } from '../../../signing/cms/certificate-facts.ts';
import { issueCertificate, type CertificateProfile } from '../../../signing/cms/certificates.ts';
import { nullValue, objectIdentifier, sequence, taggedPrimitive, integer } from '../../../signing/cms/der.ts';
import { createEvidenceClient } from '../../../sync/evidence/evidence-client.ts';
import type { ServiceHttp } from '../../../sync/evidence/service-http.ts';
import {
  extension,
  ocspAnswer,
  recertified,
  revocationList,
  stampAnswer,
  type CrlLie,
  type OcspLie,
  type StampLie,
} from '../../support/lying-evidence.ts';
import { makePki, newKeys, type KeyAndCertificate } from '../../support/seal-fixtures.ts';

const pki = makePki('p256');
/** The same names, other keys. */
const twin = makePki('p256');
const NOW = new Date('2026-11-23T10:00:00Z');
const AT = new Date('2026-11-23T09:00:00Z');
const NONCE = Buffer.alloc(16, 0x11);
const DIGEST = Buffer.alloc(32, 4);
const after = (hours: number): Date => new Date(NOW.getTime() + hours * 3_600_000);

let serial = 0x20;
function certified(
  profile: CertificateProfile,
  commonName: string,
  ends = '2036-01-01T00:00:00Z',
  issuer = pki.issuing,
): KeyAndCertificate {
  const { privateKey, publicKey } = newKeys('p256');
  serial += 1;
  const certificate = issueCertificate({
    ...{ profile, subject: { commonName }, publicKey, issuer, serial: Uint8Array.of(serial) },
    ...{ notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date(ends) },
  });
  return { privateKey, certificate };
}
const EKU = '2.5.29.37';
const withUsage = (one: KeyAndCertificate, usage: string, critical = false): KeyAndCertificate => ({
  ...one,
  certificate: recertified(one.certificate, pki.issuing.privateKey, (own) => [
    ...own.slice(0, 2),
    extension(EKU, critical, sequence(objectIdentifier(usage))),
  ]),
});
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';

/** A client whose every service gives this answer. */
function asking(answer: Uint8Array, kind: 'timestamp' | 'ocsp' | 'crl') {
  const types = {
    timestamp: 'application/timestamp-reply',
    ocsp: 'application/ocsp-response',
    crl: 'application/pkix-crl',
  };
  const http: ServiceHttp = {
    fetch: () => Promise.resolve(new Response(new Uint8Array(answer), { headers: { 'content-type': types[kind] } })),
    deadline: () => new AbortController().signal,
  };
  return createEvidenceClient({
    services: {
      timestamp: 'http://service.test/',
      ocsp: kind === 'ocsp' ? ['http://service.test/'] : [],
      crls: kind === 'crl' ? ['http://service.test/'] : [],
      roots: [],
    },
    ...{ http, clock: { now: () => NOW.getTime(), monotonicMicros: () => 0 } },
    random: () => NONCE,
  });
}
const codeOf = (result: { ok: true } | { ok: false; error: { code: string } }): string =>
  result.ok ? 'taken' : result.error.code;
const stateAsked = {
  subject: certificateFacts(pki.seal.certificate),
  issuer: certificateFacts(pki.issuing.certificate),
};

describe('an OCSP responder', () => {
  const honest: OcspLie = {
    ...{ subject: pki.seal.certificate, issuer: pki.issuing.certificate, by: pki.issuing },
    ...{ thisUpdate: AT, nextUpdate: after(24), nonce: NONCE },
  };
  const asked = async (change: Partial<OcspLie>, alter = (bytes: Uint8Array): Uint8Array => bytes): Promise<string> =>
    codeOf(await asking(alter(ocspAnswer({ ...honest, ...change })), 'ocsp').states([stateAsked], AT));
  const delegate = withUsage(certified('device', 'Responder'), OCSP_SIGNING);
  const by = (one: KeyAndCertificate): Partial<OcspLie> => ({ by: one, certificates: [one.certificate] });

  it('is believed when it tells the truth, itself or by a delegate', async () => {
    expect(await asked({})).toBe('taken');
    expect(await asked(by(delegate))).toBe('taken');
  });

  it.each<[string, string, Partial<OcspLie>]>([
    ['about another certificate of the issuer', 'revocation-no-data', { subject: pki.device.certificate }],
    ['about an issuer of the same name and another key', 'revocation-no-data', { issuer: twin.issuing.certificate }],
    ['by somebody who has the name of the issuer', 'revocation-signature', { by: twin.issuing }],
    ['by a certificate without the purpose', 'revocation-ocsp-responder', by(certified('device', 'No purpose'))],
    [
      'by a certificate for any purpose',
      'revocation-ocsp-responder',
      by(withUsage(certified('device', 'Any purpose'), '2.5.29.37.0')),
    ],
    [
      'by a delegate of another issuer',
      'revocation-ocsp-responder',
      by({ ...delegate, certificate: recertified(delegate.certificate, twin.issuing.privateKey, (own) => own) }),
    ],
    [
      'by a delegate whose certificate has ended',
      'revocation-ocsp-responder',
      by(withUsage(certified('device', 'Ended', '2026-11-22T00:00:00Z'), OCSP_SIGNING)),
    ],
    ['by the certificate asked about', 'revocation-ocsp-responder', by(pki.seal)],
    [
      'that ended before the time that counts',
      'revocation-not-fresh',
      { thisUpdate: after(-30), nextUpdate: after(-2) },
    ],
    [
      'older than the time that counts, with no end',
      'revocation-not-fresh',
      { thisUpdate: after(-30), nextUpdate: null },
    ],
    ['from tomorrow', 'revocation-from-future', { thisUpdate: after(24), nextUpdate: after(48) }],
    ['that knows nothing', 'revocation-status-unknown', { status: 'unknown' }],
    ['to another question', 'ocsp-nonce', { nonce: Buffer.alloc(16, 9) }],
    ['that speaks of the certificate twice', 'revocation-ocsp-ambiguous', { times: 2 }],
    [
      'with a critical extension that nobody knows',
      'revocation-ocsp-extension',
      { extensions: [extension('1.2.3.4', true, nullValue())] },
    ],
  ])('gives an answer %s: %s', async (_, code, change) => {
    expect(await asked(change)).toBe(code);
  });

  it('gives an answer with bytes behind it, or cut off', async () => {
    expect(await asked({}, (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]))).toBe('malformed');
    expect(await asked({}, (bytes) => bytes.subarray(0, -1))).toBe('malformed');
  });
});

describe('a revocation list', () => {
  const honest: CrlLie = {
    ...{ issuer: pki.issuing.certificate, key: pki.issuing.privateKey },
    ...{ thisUpdate: AT, nextUpdate: after(24) },
  };
  const asked = async (change: Partial<CrlLie>, alter = (bytes: Uint8Array): Uint8Array => bytes): Promise<string> =>
    codeOf(await asking(alter(revocationList({ ...honest, ...change })), 'crl').states([stateAsked], AT));
  const scope = (tag: number, critical: boolean): Partial<CrlLie> => ({
    extensions: [extension('2.5.29.28', critical, sequence(taggedPrimitive(tag, Uint8Array.of(0xff))))],
  });

  it('is believed when it is whole', async () => {
    expect(await asked({})).toBe('taken');
  });

  it.each<[string, string, Partial<CrlLie>]>([
    ['of another authority', 'revocation-no-service', { issuer: pki.root.certificate, key: pki.root.privateKey }],
    ['by somebody who has the name of the issuer', 'revocation-signature', { key: twin.issuing.privateKey }],
    ['of authorities alone', 'revocation-crl-extension', scope(2, true)],
    ['of authorities alone, said as if it did not matter', 'revocation-crl-extension', scope(2, false)],
    ['of users alone', 'revocation-crl-extension', scope(1, true)],
    ['of some reasons alone', 'revocation-crl-extension', scope(3, true)],
    ['that is indirect', 'revocation-crl-extension', scope(4, true)],
    [
      'of changes since another',
      'revocation-crl-extension',
      { extensions: [extension('2.5.29.27', true, integer(6))] },
    ],
    [
      'of changes since another, said as if it did not matter',
      'revocation-crl-extension',
      { extensions: [extension('2.5.29.27', false, integer(6))] },
    ],
    [
      'with a critical extension that nobody knows',
      'revocation-crl-extension',
      { extensions: [extension('1.2.3.4', true, nullValue())] },
    ],
    ['that has ended', 'revocation-not-fresh', { thisUpdate: after(-30), nextUpdate: after(-2) }],
    ['from tomorrow', 'revocation-from-future', { thisUpdate: after(24), nextUpdate: after(48) }],
  ])('%s does not count: %s', async (_, code, change) => {
    expect(await asked(change)).toBe(code);
  });

  it('with bytes behind it, or cut off, does not count', async () => {
    expect(await asked({}, (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]))).toBe('revocation-no-service');
    expect(await asked({}, (bytes) => bytes.subarray(0, -1))).toBe('revocation-no-service');
  });
});

describe('a time-stamp authority', () => {
  const tsa = certified('tsa', 'Authority');
  const theirs = certified('tsa', 'Authority', undefined, twin.issuing);
  const honest: StampLie = {
    ...{ by: tsa, certificates: [tsa.certificate, pki.issuing.certificate] },
    ...{ digest: DIGEST, nonce: NONCE, time: NOW },
  };
  const asked = async (change: Partial<StampLie>, alter = (bytes: Uint8Array): Uint8Array => bytes): Promise<string> =>
    codeOf(
      await asking(alter(stampAnswer({ ...honest, ...change })), 'timestamp').timestamp(DIGEST, [pki.root.certificate]),
    );
  const by = (one: KeyAndCertificate): Partial<StampLie> => ({
    by: one,
    certificates: [one.certificate, pki.issuing.certificate],
  });

  it('is believed when it does what it was asked, also with modifications that change nothing', async () => {
    expect(await asked({})).toBe('taken');
    expect(await asked({ status: 1, accuracy: 1 })).toBe('taken');
    expect(await asked({ extensions: [extension('1.2.3.4', false, nullValue())] })).toBe('taken');
  });

  it.each<[string, string, Partial<StampLie>]>([
    ['something else', 'timestamp-imprint', { digest: Buffer.alloc(32, 5) }],
    [
      'a digest by SHA-1, granted with modifications',
      'digest-algorithm',
      { imprint: '1.3.14.3.2.26', digest: Buffer.alloc(20, 4), status: 1 },
    ],
    ['another question', 'timestamp-nonce', { nonce: Buffer.alloc(16, 9) }],
    ['no question at all', 'timestamp-nonce', { nonce: null }],
    ['two hours ago', 'timestamp-clock', { time: after(-2) }],
    ['in two hours', 'timestamp-clock', { time: after(2) }],
    ['a time that may be years off', 'timestamp-accuracy', { accuracy: 100_000_000 }],
    [
      'with a critical extension that nobody knows',
      'der-not-strict',
      { extensions: [extension('1.2.3.4', true, nullValue())] },
    ],
    ['refused, and a token all the same', 'refused', { status: 2 }],
    ['by a certificate for documents', 'key-usage', by(pki.seal)],
    [
      'by a certificate whose purpose is not critical',
      'key-usage',
      by(withUsage(certified('device', 'Lax'), '1.3.6.1.5.5.7.3.8')),
    ],
    ['by a certificate that has ended', 'certificate-expired', by(certified('tsa', 'Ended', '2026-11-23T00:00:00Z'))],
    ['by a stranger', 'chain-untrusted', { by: theirs, certificates: [theirs.certificate] }],
    [
      'with somebody else among its certificates',
      'certificate-unrelated',
      { certificates: [tsa.certificate, pki.issuing.certificate, twin.seal.certificate] },
    ],
  ])('stamps %s: %s', async (_, code, change) => {
    expect(await asked(change)).toBe(code);
  });

  it('gives an answer with bytes behind it, or cut off', async () => {
    expect(await asked({}, (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]))).toBe('malformed');
    expect(await asked({}, (bytes) => bytes.subarray(0, -1))).toBe('malformed');
  });
});

describe('a service over HTTP', () => {
  let answer: (response: ServerResponse) => void;
  async function ask(ctx: TestContext, signal = new AbortController().signal): Promise<string> {
    const server = createServer((_, response) => answer(response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ctx.onTestFinished(async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const client = createEvidenceClient({
      services: { timestamp: `http://127.0.0.1:${String(address.port)}/`, ocsp: [], crls: [], roots: [] },
      ...{ http: { fetch, deadline: () => signal }, clock: { now: () => NOW.getTime(), monotonicMicros: () => 0 } },
      random: () => NONCE,
    });
    return codeOf(await client.timestamp(DIGEST, [pki.root.certificate]));
  }
  const type = { 'content-type': 'application/timestamp-reply' };

  it('that sends elsewhere is not followed', async (ctx) => {
    const paths: (string | undefined)[] = [];
    answer = (response) => {
      paths.push(response.req.url);
      response.writeHead(302, { location: '/elsewhere', ...type }).end();
    };
    expect(await ask(ctx)).toBe('service-unreachable');
    expect(paths).toEqual(['/']);
  });

  it('that never stops is cut off at the limit, whatever length it announces', async (ctx) => {
    answer = (response) => {
      response.writeHead(200, type);
      const more = (): void => {
        if (response.write(Buffer.alloc(16_384))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    };
    expect(await ask(ctx)).toBe('service-too-large');
  });

  it('that drips byte by byte is given up when the time is over', async (ctx) => {
    const over = new AbortController();
    answer = (response) => {
      response.writeHead(200, type);
      response.write('0', () => over.abort());
    };
    expect(await ask(ctx, over.signal)).toBe('service-timeout');
  });

  it('that hangs up in the middle is unreachable', async (ctx) => {
    answer = (response) => {
      response.writeHead(200, { ...type, 'content-length': '500' });
      response.write('0', () => response.destroy());
    };
    expect(await ask(ctx)).toBe('service-unreachable');
  });
});
