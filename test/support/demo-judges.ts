import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { readZip } from '../../signing/container/zip.ts';
import { pdfsig, qpdfStatus, type OutsideSignature } from './kiosk-judges.ts';

/** What outside tools say about a folder that the demo wrote; `original` is the document as it was handed in. */
export interface DemoJudgement {
  readonly signatures: readonly OutsideSignature[];
  readonly qpdf: number | null;
  readonly originalIsPrefix: boolean;
  /** One a sealed capture, opened by OpenSSL with the escrow key. */
  readonly captures: readonly { readonly samples: number; readonly commitmentIsSigned: boolean }[];
  /** One a manifest: OpenSSL accepts its signature, sha256sum gives the digests it names. */
  readonly manifests: readonly {
    readonly signed: boolean;
    readonly files: number;
    readonly wrong: readonly string[];
  }[];
  readonly receipt: { readonly package: { readonly digest: string; readonly size: number } };
}

export async function judgeDemo(out: string, original: string): Promise<DemoJudgement> {
  const unpacked = unpack(out);
  const signed = join(out, 'signed.pdf');
  return {
    signatures: pdfsig(signed, trustStore(out, unpacked)),
    qpdf: qpdfStatus(signed),
    originalIsPrefix: isPrefix(original, signed),
    captures: unpacked.names.filter((name) => /^captures\/.*\.p7m$/.test(name)).map((name) => openCapture(out, name)),
    manifests: [1, 2].map((number) => judgeManifest(out, number)),
    receipt: await readReceipt(out),
  };
}

export function sha256sum(file: string): string {
  return execFileSync('sha256sum', [file], { encoding: 'utf8' }).slice(0, 64);
}

interface Unpacked {
  readonly names: readonly string[];
  readonly folder: string;
}

function unpack(out: string): Unpacked {
  const folder = join(out, 'unpacked');
  const zip = readZip(readFileSync(join(out, 'package.asice')));
  if (!zip.ok) throw new Error('the package is no container');
  for (const { name, bytes } of zip.value.entries) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return { folder, names: zip.value.entries.map(({ name }) => name) };
}

/** Root from trust.pem, trusted; the others as the package's signature carries them (see `trustTenant` for why). */
function trustStore(out: string, { folder }: Unpacked): string {
  const db = join(out, 'nss');
  mkdirSync(db);
  execFileSync('certutil', ['-N', '-d', `sql:${db}`, '--empty-password']);
  const add = (name: string, pem: string, trust: string): void => {
    const file = join(db, `${name}.pem`);
    writeFileSync(file, pem);
    execFileSync('certutil', ['-A', '-d', `sql:${db}`, '-n', name, '-t', trust, '-i', file]);
  };
  add('root', readFileSync(join(out, 'trust.pem'), 'utf8'), 'CT,CT,CT');
  const carried = execFileSync(
    'openssl',
    ['pkcs7', '-inform', 'DER', '-print_certs', '-in', join(folder, 'META-INF/signature001.p7s')],
    { encoding: 'utf8' },
  );
  for (const [i, [pem]] of [
    ...carried.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g),
  ].entries())
    add(`chain-${i}`, pem, ',,');
  return `sql:${db}`;
}

function isPrefix(original: string, signed: string): boolean {
  const script = 'head -c "$(stat -c %s "$1")" "$2" | cmp - "$1"';
  return spawnSync('sh', ['-c', script, 'sh', original, signed]).status === 0;
}

/** H2 = SHA-256(H1, salt, capture record as it stands in the content), recomputed by sha256sum. */
function openCapture(out: string, name: string): DemoJudgement['captures'][number] {
  const content = join(out, 'content.json');
  execFileSync('openssl', [
    ...['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', join(out, 'unpacked', name)],
    ...['-inkey', join(out, 'escrow.key.pem'), '-recip', join(out, 'escrow.cert.pem'), '-out', content],
  ]);
  const text = readFileSync(content, 'utf8');
  const opened = JSON.parse(text) as {
    readonly binding: { readonly shown: { readonly digest: string; readonly length: number }; readonly h2: string };
    readonly salt: string;
    readonly capture: { readonly columns: { readonly x: readonly number[] } };
  };
  const record = text.slice(text.indexOf('"capture":') + '"capture":'.length, text.lastIndexOf(',"salt":'));
  const { digest, length } = opened.binding.shown;
  const committed = join(out, 'committed');
  writeFileSync(
    committed,
    Buffer.concat([Buffer.from(digest, 'hex'), Buffer.from(opened.salt, 'base64'), Buffer.from(record, 'utf8')]),
  );
  const shown = join(out, 'shown.pdf');
  const signed = readFileSync(join(out, 'signed.pdf'));
  writeFileSync(shown, signed.subarray(0, length));
  const inDictionary = new RegExp(`/H1 ?<${digest}>[^>]*(?:<[^>]*>[^>]*)*/H2 ?<${sha256sum(committed)}>`, 'i');
  return {
    samples: opened.capture.columns.x.length,
    commitmentIsSigned: sha256sum(shown) === digest && inDictionary.test(signed.toString('latin1')),
  };
}

function judgeManifest(out: string, number: number): DemoJudgement['manifests'][number] {
  const folder = join(out, 'unpacked');
  const manifest = join(folder, `META-INF/ASiCManifest00${number}.xml`);
  const { status } = spawnSync('openssl', [
    ...['cms', '-verify', '-binary', '-inform', 'DER', '-in', join(folder, `META-INF/signature00${number}.p7s`)],
    ...['-content', manifest, '-CAfile', join(out, 'trust.pem'), '-purpose', 'any', '-out', join(out, 'verified')],
  ]);
  const named = [
    ...readFileSync(manifest, 'utf8').matchAll(
      /DataObjectReference URI="([^"]+)"[\s\S]*?<ds:DigestValue>([^<]+)<\/ds:DigestValue>/g,
    ),
  ];
  const wrong = named.filter(
    ([, uri = '', value = '']) => sha256sum(join(folder, uri)) !== Buffer.from(value, 'base64').toString('hex'),
  );
  return { signed: status === 0, files: named.length, wrong: wrong.map(([, uri = '']) => uri) };
}

/** By the published keys alone. @throws when no key of them signed it. */
async function readReceipt(out: string): Promise<DemoJudgement['receipt']> {
  const keys = JSON.parse(readFileSync(join(out, 'cloud.jwks.json'), 'utf8')) as JSONWebKeySet;
  const { payload } = await compactVerify(readFileSync(join(out, 'receipt.jws'), 'utf8'), createLocalJWKSet(keys));
  return JSON.parse(Buffer.from(payload).toString('utf8')) as DemoJudgement['receipt'];
}
