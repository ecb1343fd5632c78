import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import { utf8 } from '../../../signing/bytes.ts';
import { parseCertificatesPem } from '../../../signing/cms/pem.ts';
import { checkDetached } from '../../../signing/verification/detached-signature.ts';
import { scratch } from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';

const work = scratch();
afterAll(() => work.end());
const CONTENT = utf8('what is signed');

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', [...args], { stdio: ['ignore', 'ignore', 'ignore'] });
}

/** A self-signed certificate made by OpenSSL. */
function certificate(
  kind: string,
  keyArgs: readonly string[],
  extensions: readonly string[] = [],
): { key: string; cert: string } {
  const [key, cert] = [work.file(`${kind}.key`), work.file(`${kind}.crt`)];
  const added = extensions.flatMap((extension) => ['-addext', extension]);
  openssl(
    'req',
    '-x509',
    '-nodes',
    ...keyArgs,
    '-keyout',
    key,
    '-out',
    cert,
    '-days',
    '30',
    '-subj',
    `/CN=${kind}`,
    ...added,
  );
  return { key, cert };
}

function signed(
  ctx: TestContext,
  kind: string,
  keyArgs: readonly string[],
  cmsArgs: readonly string[] = ['-cades'],
  extensions: readonly string[] = [],
) {
  requireTool(ctx, 'openssl');
  const { key, cert } = certificate(kind, keyArgs, extensions);
  const out = work.file(`${kind}.p7s`);
  const content = work.file('content', CONTENT);
  openssl(
    'cms',
    '-sign',
    '-binary',
    '-nosmimecap',
    '-md',
    'sha256',
    '-outform',
    'DER',
    '-in',
    content,
    '-signer',
    cert,
    '-inkey',
    key,
    '-out',
    out,
    ...cmsArgs,
  );
  const der = execFileSync('cat', [out]);
  const roots = parseCertificatesPem(execFileSync('cat', [cert]).toString());
  return checkDetached(der, CONTENT, { roots, signature: 's.p7s', content: 'content' }).map(({ code }) => code);
}

const RSA = ['-newkey', 'rsa:2048'];
const P256 = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];

describe('detached signatures made by OpenSSL', () => {
  it('accepts RSA, RSA-PSS and the curves', (ctx) => {
    expect(signed(ctx, 'rsa', RSA)).toEqual(['signature-valid', 'ok']);
    expect(signed(ctx, 'p256', P256)).toEqual(['signature-valid', 'ok']);
    expect(signed(ctx, 'p384', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp384r1'])).toEqual([
      'signature-valid',
      'ok',
    ]);
    const pss = ['-cades', '-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_pss_saltlen:32'];
    expect(signed(ctx, 'pss', RSA, pss)).toEqual(['signature-valid', 'ok']);
    expect(signed(ctx, 'sha512', RSA, ['-cades', '-md', 'sha512'])).toEqual(['signature-valid', 'ok']);
  });

  it('refuses weak keys, weak digests and curves that are not accepted', (ctx) => {
    expect(signed(ctx, 'rsa1024', ['-newkey', 'rsa:1024'])[0]).toBe('key-too-weak');
    expect(signed(ctx, 'sha1', RSA, ['-md', 'sha1'])[0]).toBe('digest-algorithm');
    expect(signed(ctx, 'k256', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp256k1'])[0]).toBe('key-too-weak');
  });

  it('refuses content inside, two signers, key identifiers without a certificate and what is not CAdES', (ctx) => {
    expect(signed(ctx, 'inside', P256, ['-cades', '-nodetach'])[0]).toBe('content-inside');
    const other = certificate('other', P256);
    const two = ['-cades', '-signer', other.cert, '-inkey', other.key];
    expect(signed(ctx, 'two', P256, two)[0]).toBe('signer-count');
    expect(signed(ctx, 'bare', P256, ['-cades', '-nocerts'])[0]).toBe('signer-certificate-missing');
    expect(signed(ctx, 'plain', P256, [])[0]).toBe('not-cades');
    expect(signed(ctx, 'no-attributes', P256, ['-noattr'])[0]).toBe('not-cades');
    expect(signed(ctx, 'stranger', P256, ['-cades', '-certfile', other.cert])[0]).toBe('certificate-unrelated');
  });

  it('accepts a signer named by key identifier', (ctx) => {
    expect(signed(ctx, 'keyid', P256, ['-cades', '-keyid'])).toEqual(['signature-valid', 'ok']);
  });

  it('judges what a certificate is for', (ctx) => {
    const only = (usage: string): string | undefined => signed(ctx, `u-${usage.length}`, P256, ['-cades'], [usage])[1];
    expect(only('keyUsage=critical,keyAgreement')).toBe('key-usage');
    expect(only('extendedKeyUsage=serverAuth')).toBe('key-usage');
    expect(only('extendedKeyUsage=emailProtection')).toBe('ok');
    expect(only('nameConstraints=critical,permitted;DNS:example.com')).toBe('critical-extension');
  });
});
