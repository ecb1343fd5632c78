import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseCaptureContent } from '../../../signing/capture/sealed-content.ts';
import { parsePem } from '../../../signing/cms/pem.ts';
import { encryptFor } from '../../../signing/cms/enveloped-data.ts';
import { BOUNCY_CASTLE_TOOLS, bouncyCastleOpens } from '../../support/bouncy-castle.ts';
import { makePki, sampleCapture, scratch, type KeyAndCertificate, type TestPki } from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';
import { FIRST, sealed } from '../verification/samples.ts';

const VECTORS = path.resolve(import.meta.dirname, '../../fixtures/cms');
const work = scratch();
afterAll(() => work.end());
let pki: TestPki;
beforeAll(() => {
  pki = makePki('p256');
});
beforeEach((ctx) => requireTool(ctx, ...BOUNCY_CASTLE_TOOLS));

function opens({ privateKey, certificate }: KeyAndCertificate, messages: readonly Uint8Array[]) {
  return bouncyCastleOpens(
    work.file('key.der', privateKey.export({ type: 'pkcs8', format: 'der' })),
    work.file('certificate.der', certificate),
    messages.map((message, i) => work.file(`message-${i}.der`, message)),
  );
}

describe('Bouncy Castle, which shares no code with us or OpenSSL', () => {
  it('opens what we seal with the key of escrow and backup, and refuses it changed', () => {
    const lengths = [0, 1, 15, 16, 100_000];
    const contents = lengths.map((length) => Buffer.alloc(length, 'č'));
    const messages = contents.map((content) => encryptFor(content, [pki.escrow.certificate, pki.backup.certificate]));
    const changed = Buffer.from(messages[3]!);
    changed[changed.length - 20]! ^= 1;
    for (const holder of [pki.escrow, pki.backup]) {
      const opened = opens(holder, [...messages, changed]);
      expect(opened.slice(0, -1).map((content) => content === null || Buffer.from(content).toString())).toEqual(
        contents.map(String),
      );
      expect(opened.at(-1)).toBeNull();
    }
    expect(opens(pki.escrow, [encryptFor(contents[1]!, [pki.backup.certificate])])).toEqual([null]);
  });

  it('opens a sealed capture to the record that was sealed', async () => {
    const { seals } = await sealed(pki, [FIRST]);
    const [plain] = opens(pki.escrow, [seals[0]!.sealedCapture!]);
    const content = parseCaptureContent(plain ?? new Uint8Array());
    expect(content.ok && content.value.capture).toEqual(sampleCapture());
  });

  it('agrees on every vector of the fixtures', () => {
    const names = ['ok-no-attrs.der', 'ok-openssl-two-recipients.der', 'ok-auth-attrs.der'];
    const bad = ['bad-tag.der', 'bad-auth-attr-changed.der'];
    const der = (file: string, label: string): Uint8Array =>
      parsePem(label, readFileSync(path.join(VECTORS, file), 'utf8'))[0]!;
    const opened = bouncyCastleOpens(
      work.file('vector.key', der('escrow.TEST-ONLY.key.pem', 'PRIVATE KEY')),
      work.file('vector.crt', der('escrow.crt.pem', 'CERTIFICATE')),
      [...names, ...bad].map((name) => path.join(VECTORS, name)),
    );
    const plain = readFileSync(path.join(VECTORS, 'plaintext.json'));
    expect(opened).toEqual([plain, plain, plain, null, null]);
  });
});
