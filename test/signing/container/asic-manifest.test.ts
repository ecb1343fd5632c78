import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ASIC_NAMESPACE,
  DSIG_NAMESPACE,
  encodeUri,
  parseAsicManifest,
  SIGNATURE_MIME_TYPE,
  writeAsicManifest,
  type ManifestProblem,
} from '../../../signing/container/asic-manifest.ts';
import { readZip } from '../../../signing/container/zip.ts';
import { sha256 } from '../../../signing/digest.ts';

const fixtures = path.resolve(import.meta.dirname, '../../fixtures/lgpl/asic');
const manifest = {
  signature: 'META-INF/signature001.p7s',
  signatureType: SIGNATURE_MIME_TYPE,
  references: [
    { name: 'documents/001.pdf', mimeType: 'application/pdf', digest: sha256(Buffer.from('a')) },
    { name: 'Pogodba št. 1 & <priloga>.pdf', mimeType: null, digest: sha256(Buffer.from('b')) },
  ],
};
const text = Buffer.from(writeAsicManifest(manifest)).toString();
const problem = (xml: string): ManifestProblem | 'parsed' => {
  const parsed = parseAsicManifest(Buffer.from(xml));
  return parsed.ok ? 'parsed' : parsed.error;
};

describe('writing and reading a manifest', () => {
  it('gives back signature, names and digests', () => {
    expect(parseAsicManifest(writeAsicManifest(manifest))).toEqual({ ok: true, value: manifest });
  });

  it('percent-encodes URIs and writes digests in base64', () => {
    expect(text).toContain('URI="Pogodba%20%C5%A1t.%201%20%26%20%3Cpriloga%3E.pdf"');
    expect(text).toContain(createHash('sha256').update('a').digest('base64'));
    expect(encodeUri("a/b'(c)*!.pdf")).toBe('a/b%27%28c%29%2A%21.pdf');
  });

  it.each<[string, ManifestProblem, string]>([
    ['a DTD', 'doctype-refused', text.replace('?>', '?><!DOCTYPE asic:ASiCManifest [<!ENTITY x "y">]>')],
    ['an entity', 'not-xml', text.replace('documents/001', 'documents/&x;')],
    ['broken XML', 'not-xml', text.slice(0, -5)],
    ['a second root', 'not-xml', `${text}<a/>`],
    ['another root', 'unexpected-element', '<a/>'],
    ['another namespace', 'unexpected-element', text.replace(ASIC_NAMESPACE, 'urn:other')],
    ['no SigReference', 'signature-reference-missing', text.replace(/<asic:SigReference[^>]*>/, '')],
    [
      'no data reference',
      'no-data-reference',
      text.replace(/<asic:DataObjectReference[^]*<\/asic:DataObjectReference>/, ''),
    ],
    [
      'a nested data reference',
      'unexpected-element',
      text.replace(/(<asic:SigReference[^>]*)\/>/, '$1><asic:DataObjectReference URI="a"/></asic:SigReference>'),
    ],
    [
      'an unknown element',
      'unexpected-element',
      text.replace('</asic:ASiCManifest>', '<asic:Other/></asic:ASiCManifest>'),
    ],
    [
      'SHA-1',
      'digest-unsupported',
      text.replace('http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2000/09/xmldsig#sha1'),
    ],
    ['a short digest', 'digest-invalid', text.replace(/(<ds:DigestValue>)[^<]*/, '$1AAAA')],
    ['a digest in another namespace', 'digest-invalid', text.replace(DSIG_NAMESPACE, 'urn:other')],
    ['a URI that climbs', 'uri-invalid', text.replace('documents/001.pdf', '%2e%2e/001.pdf')],
    ['an absolute URI', 'uri-invalid', text.replace('documents/001.pdf', 'http://example.org/001.pdf')],
    ['a bad percent code', 'uri-invalid', text.replace('documents/001.pdf', '%zz')],
    ['a fragment', 'uri-invalid', text.replace('documents/001.pdf', 'documents/001.pdf#x')],
    [
      'a critical extension',
      'critical-extension',
      text.replace(
        '</asic:ASiCManifest>',
        '<asic:ASiCManifestExtensions><asic:Extension Critical="true"/></asic:ASiCManifestExtensions></asic:ASiCManifest>',
      ),
    ],
  ])('refuses %s', (_, code, xml) => {
    expect(problem(xml)).toBe(code);
  });

  it('refuses one object twice and a manifest of 5 MB', () => {
    const [first] = manifest.references;
    expect(problem(Buffer.from(writeAsicManifest({ ...manifest, references: [first!, first!] })).toString())).toBe(
      'reference-twice',
    );
    expect(problem(' '.repeat(5 * 1024 * 1024))).toBe('too-large');
  });

  it('passes over an extension that is not critical', () => {
    const extension = '<asic:ASiCManifestExtensions><asic:Extension Critical="false"/></asic:ASiCManifestExtensions>';
    expect(problem(text.replace('</asic:ASiCManifest>', `${extension}</asic:ASiCManifest>`))).toBe('parsed');
  });
});

describe('manifests of other products', () => {
  const manifestsOf = (file: string): readonly [string, Uint8Array][] => {
    const read = readZip(readFileSync(path.join(fixtures, file)));
    if (!read.ok) throw new Error(read.error.code);
    return read.value.entries
      .filter(({ name }) => /^META-INF\/ASiCManifest.*\.xml$/.test(name))
      .map(({ name, bytes }) => [name, bytes]);
  };

  it.each([
    'ok-two-files.asice',
    'ok-two-files-mimetype-first.asice',
    'ok-mimetype-newline.asice',
    'bad-altered-file.asice',
  ])('reads that of %s', (file) => {
    const manifests = manifestsOf(file);
    expect(manifests.length).toBeGreaterThan(0);
    for (const [, bytes] of manifests) {
      const parsed = parseAsicManifest(bytes);
      expect(parsed.ok && parsed.value.references.length).toBeGreaterThan(1);
    }
  });
});
