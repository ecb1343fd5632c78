import { execFile, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { issueCertificate } from '../../signing/cms/certificates.ts';
import { certificatePem, encodePem, parseCertificatesPem } from '../../signing/cms/pem.ts';
import { newKeys, type KeyAndCertificate, type KeyKind, type TestPki } from './seal-fixtures.ts';

const run = promisify(execFile);

/** OpenSSL as the authorities around a tenant's PKI: it stamps times and says which certificates are revoked. */
export interface Authorities {
  readonly tsa: KeyAndCertificate;
  /** TimeStampReq in, TimeStampResp out. */
  stamp(query: Uint8Array): Promise<Uint8Array>;
  /** OCSPRequest about certificates of the issuing authority in, OCSPResponse out. */
  ocsp(request: Uint8Array): Promise<Uint8Array>;
  /** CertificateList of the root or of the issuing authority, DER. */
  crl(of: 'root' | 'issuing'): Promise<Uint8Array>;
  /** From now on revoked. `certificate` is one of the issuing authority's, or the issuing authority itself. */
  revoke(certificate: Uint8Array, at: Date): void;
}

const END = '360101000000Z';

/** Needs `openssl`. Files go to `dir`, which must exist. */
export function makeAuthorities(pki: TestPki, dir: string, stamps: Partial<StampKey> = {}): Authorities {
  const at = (name: string, content?: string | Uint8Array): string => {
    const file = path.join(dir, name);
    if (content !== undefined) writeFileSync(file, content);
    return file;
  };
  const tsa = issueTsa(pki, stamps);
  const pemOf = (name: string, { certificate, privateKey }: KeyAndCertificate): readonly [string, string] => [
    at(`${name}.pem`, certificatePem(certificate)),
    at(`${name}.key`, encodePem('PRIVATE KEY', privateKey.export({ type: 'pkcs8', format: 'der' }))),
  ];
  const [tsaPem, tsaKey] = pemOf('tsa', tsa);
  const [issuingPem, issuingKey] = pemOf('issuing', pki.issuing);
  const [rootPem, rootKey] = pemOf('root', pki.root);
  const responder = makeResponder(at, issuingPem, issuingKey);
  const config = at('openssl.cnf', configOf(dir, tsaPem, tsaKey, issuingPem));
  at('tsa-serial', '01\n');
  for (const name of ['root', 'issuing'] as const) {
    mkdirSync(path.join(dir, `${name}-new`), { recursive: true });
    at(`${name}-crl-number`, '01\n');
    at(`${name}-index.txt`, '');
    at(`${name}-index.txt.attr`, 'unique_subject = no\n');
  }
  const indexOf = (certificate: Uint8Array): string =>
    serialOf(certificate) === serialOf(pki.issuing.certificate) ? 'root-index.txt' : 'issuing-index.txt';
  const enter = (certificate: Uint8Array): void =>
    appendFileSync(at(indexOf(certificate)), `V\t${END}\t\t${serialOf(certificate)}\tunknown\t/CN=x\n`);
  for (const { certificate } of [pki.issuing, pki.seal, pki.device, tsa]) enter(certificate);

  const exchange = async (bytes: Uint8Array, args: (input: string, output: string) => readonly string[]) => {
    const name = randomUUID();
    const [input, output] = [at(`${name}.in`, bytes), at(`${name}.out`)];
    await run('openssl', [...args(input, output)]);
    return new Uint8Array(readFileSync(output));
  };
  return {
    tsa,
    stamp: (query) =>
      exchange(query, (input, output) => ['ts', '-reply', '-config', config, '-queryfile', input, '-out', output]),
    ocsp: (request) =>
      exchange(request, (input, output) => [
        ...['ocsp', '-index', at('issuing-index.txt'), '-CA', issuingPem, '-rsigner', responder.pem],
        ...['-rkey', responder.key, '-rmd', 'sha256', '-ndays', '7', '-reqin', input, '-respout', output],
      ]),
    crl: async (of) => {
      const [pem, key] = of === 'root' ? [rootPem, rootKey] : [issuingPem, issuingKey];
      const output = at(`${of}.crl`);
      await run('openssl', [
        ...['ca', '-gencrl', '-config', config, '-name', `ca_${of}`, '-cert', pem, '-keyfile', key, '-out', output],
      ]);
      return new Uint8Array(execFileSync('openssl', ['crl', '-in', output, '-outform', 'DER']));
    },
    revoke: (certificate, when) => {
      const file = at(indexOf(certificate));
      const stamp = when.toISOString().replace(/[-:T]/g, '').slice(2, 14);
      const serial = serialOf(certificate);
      const lines = readFileSync(file, 'utf8').split('\n');
      const revoked = lines.map((line) =>
        line.split('\t')[3] === serial ? `R\t${END}\t${stamp}Z,keyCompromise\t${serial}\tunknown\t/CN=x` : line,
      );
      writeFileSync(file, revoked.join('\n'));
    },
  };
}

/** The certificate of the time-stamp authority. */
export interface StampKey {
  readonly kind: KeyKind;
  readonly serial: number;
  readonly ends: string;
}

/** A time-stamp authority whose certificate is of the tenant's issuing authority. */
export function issueTsa(pki: TestPki, stamps: Partial<StampKey> = {}): KeyAndCertificate {
  const { kind, serial, ends } = { kind: 'p256' as const, serial: 0x71, ends: '2036-01-01T00:00:00Z', ...stamps };
  const { privateKey, publicKey } = newKeys(kind);
  const certificate = issueCertificate({
    profile: 'tsa',
    subject: { commonName: 'Time-stamp authority', country: 'SI' },
    publicKey,
    issuer: pki.issuing,
    serial: Uint8Array.of(serial),
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date(ends),
  });
  return { privateKey, certificate };
}

/** A responder the issuing authority delegates to (RFC 6960 4.2.2.2), certified by OpenSSL itself. */
function makeResponder(
  at: (name: string, content?: string) => string,
  issuingPem: string,
  issuingKey: string,
): { readonly pem: string; readonly key: string } {
  const [key, request, pem] = [at('responder.key'), at('responder.csr'), at('responder.pem')];
  const extensions = at(
    'responder.ext',
    'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=OCSPSigning\nnoCheck=ignored\n',
  );
  const quiet = { stdio: 'ignore' } as const;
  const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  execFileSync(
    'openssl',
    ['req', '-new', ...fresh, '-keyout', key, '-out', request, '-subj', '/CN=OCSP responder'],
    quiet,
  );
  execFileSync(
    'openssl',
    [
      ...['x509', '-req', '-in', request, '-CA', issuingPem, '-CAkey', issuingKey, '-set_serial', '0x72'],
      ...['-days', '3000', '-sha256', '-extfile', extensions, '-out', pem],
    ],
    quiet,
  );
  return { pem, key };
}

/** The certificate of the OCSP responder in `dir`. */
export function responderCertificate(dir: string): Uint8Array {
  const [certificate] = parseCertificatesPem(readFileSync(path.join(dir, 'responder.pem'), 'utf8'));
  if (certificate === undefined) throw new Error('no responder certificate');
  return certificate;
}

/** Upper-case hex without leading zeros beyond whole octets, as OpenSSL keeps its index. */
function serialOf(certificate: Uint8Array): string {
  const text = execFileSync('openssl', ['x509', '-inform', 'DER', '-noout', '-serial'], { input: certificate });
  return text.toString().trim().replace('serial=', '');
}

function configOf(dir: string, tsaPem: string, tsaKey: string, issuingPem: string): string {
  const authority = (name: string): string => `
[ca_${name}]
database = ${dir}/${name}-index.txt
new_certs_dir = ${dir}/${name}-new
crlnumber = ${dir}/${name}-crl-number
default_md = sha256
default_crl_days = 30
crl_extensions = crl_ext
`;
  return `
[crl_ext]
authorityKeyIdentifier = keyid:always
[tsa]
default_tsa = tsa_one
[tsa_one]
serial = ${dir}/tsa-serial
crypto_device = builtin
signer_cert = ${tsaPem}
certs = ${issuingPem}
signer_key = ${tsaKey}
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
${authority('root')}${authority('issuing')}`;
}
