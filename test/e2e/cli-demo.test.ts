import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { filesOf, openDemoCounter, type DemoCounter } from '../../kiosk-shell/cli/demo-counter.ts';
import { runVerify } from '../../kiosk-shell/cli/verify.ts';
import { sampleDocument } from '../../kiosk-shell/demo/sample-document.ts';
import { npmRun, ROOT } from '../support/cli-runs.ts';
import { judgeDemo, sha256sum } from '../support/demo-judges.ts';
import { samplePdf } from '../support/sample-pdf.ts';
import { requireTool, sharedData } from '../support/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-demo-test-'));
const INKS = join(ROOT, 'test/fixtures/ink');
const WRITTEN = [
  ...['audit.json', 'cloud.jwks.json', 'escrow.cert.pem', 'escrow.key.pem', 'package.asice', 'receipt.jws'],
  ...['signed.pdf', 'trust.pem'],
];
const outside = (ctx: TestContext): void => requireTool(ctx, 'pdfsig', 'qpdf', 'certutil', 'openssl', 'sha256sum');

const tag = (label: string, role: string, order: number, y: number, more = 'type=signature;width=180;height=50') => ({
  text: `{{${label};role=${role};order=${order};${more}}}`,
  x: 60,
  y,
});
const oneSignature = (): Promise<Uint8Array> =>
  samplePdf([{ texts: [{ text: 'A letter', x: 60, y: 780 }, tag('Signature', 'customer', 1, 500)] }]);

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** Everything that has to hold of whatever the demo wrote. */
async function expectSound(out: string, original: string, fields: number): Promise<readonly number[]> {
  const judged = await judgeDemo(out, original);
  expect(judged.signatures).toHaveLength(fields);
  for (const { valid, certificate } of judged.signatures) {
    expect({ valid, certificate }).toEqual({
      valid: 'Signature is Valid.',
      certificate: 'Certificate is Trusted.',
    });
  }
  // pdfsig lists by the form's order; exactly the last seal is over the whole file.
  expect(judged.signatures.filter(({ whole }) => whole)).toHaveLength(1);
  expect(judged.qpdf).toBe(0);
  expect(judged.originalIsPrefix).toBe(true);
  expect(judged.captures.map(({ commitmentIsSigned }) => commitmentIsSigned)).toEqual(Array(fields).fill(true));
  expect(judged.manifests).toEqual([
    { signed: true, files: expect.any(Number), wrong: [] },
    { signed: true, files: fields, wrong: [] },
  ]);
  expect(judged.receipt.package).toMatchObject({
    digest: sha256sum(join(out, 'package.asice')),
    size: statSync(join(out, 'package.asice')).size,
  });
  return judged.captures.map(({ samples }) => samples);
}

async function verify(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  const [out, complaints] = [new PassThrough(), new PassThrough()];
  const code = await runVerify(args, out, complaints);
  return { code, out: String(out.read() ?? '') };
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('npm run demo', () => {
  it('signs the sample agreement, with paths from where it was called and one JSON document as its answer', async (ctx) => {
    outside(ctx);
    const original = file('pogodba.pdf', await sampleDocument());
    writeFileSync(join(folder, 'ink.svc'), readFileSync(join(INKS, 'wacom-raw-01.svc')));
    const ran = await npmRun('demo', ['--pdf', 'pogodba.pdf', '--ink', 'ink.svc', '--out', 'first/out', '--json'], {
      from: folder,
    });
    expect(ran).toMatchObject({ code: 0 });
    const out = join(folder, 'first/out');
    const answer = JSON.parse(ran.out) as { out: string; files: string[] };
    expect({ ...answer, files: answer.files.toSorted() }).toEqual({ out, files: WRITTEN });
    expect(ran.out.trim().split('\n')).toHaveLength(1);
    expect(statSync(join(out, 'escrow.key.pem')).mode & 0o077).toBe(0);
    await expectSound(out, original, 2);

    const trust = ['--trust', join(out, 'trust.pem')];
    const receipt = ['--receipt', join(out, 'receipt.jws'), '--keys', join(out, 'cloud.jwks.json')];
    expect((await verify(join(out, 'signed.pdf'), ...trust)).code).toBe(0);
    const opened = await verify(
      ...[join(out, 'package.asice'), '--json', ...trust, ...receipt],
      ...['--escrow-key', join(out, 'escrow.key.pem')],
    );
    expect({ code: opened.code, ...(JSON.parse(opened.out) as object) }).toMatchObject({
      code: 0,
      kind: 'package',
      receipt: { outcome: 'passed' },
    });
    expect((await verify(join(out, 'audit.json'), ...receipt)).code).toBe(0);
  });

  it('takes several fields, roles and turns, and an ink for each field', async (ctx) => {
    outside(ctx);
    const original = file(
      'three.pdf',
      await samplePdf([
        {
          texts: [
            { text: 'Loan with a guarantor', x: 60, y: 790, size: 18 },
            tag('Account', 'customer', 1, 740, 'type=text;width=200;height=20'),
            tag('I was told of the risks', 'customer', 1, 700, 'type=checkbox;width=14;height=14'),
            tag('Date', 'customer', 1, 660, 'type=date;width=120;height=20'),
            tag('Customer', 'customer', 1, 580),
            tag('Guarantor', 'guarantor', 1, 500),
            tag('Bank', 'clerk', 2, 420),
          ],
        },
        { texts: [tag('Initials', 'customer', 1, 500, 'type=initials;width=90;height=40')] },
      ]),
    );
    const out = join(folder, 'three');
    const inks = ['pointer-events-03.json', 'sensor-04.csv'].flatMap((name) => ['--ink', join(INKS, name)]);
    const ran = await npmRun('demo', ['--pdf', original, ...inks, '--out', out]);
    expect(ran).toMatchObject({ code: 0, out: expect.stringMatching(/^Signed, sealed, delivered\. .*signed\.pdf/) });
    expect(ran.complaints).toMatch(/Signing as 'customer' \(2 fields\)/);
    const samples = await expectSound(out, original, 4);
    // The first field got the first ink, and all further ones the last: other numbers of samples tell them apart.
    expect(new Set(samples).size).toBeGreaterThan(1);
    expect((await verify(join(out, 'package.asice'), '--trust', join(out, 'trust.pem'))).code).toBe(0);
  });

  it('says how it is called, and what is not there, before it starts anything', async () => {
    const pdf = file('there.pdf', await oneSignature());
    for (const args of [[], ['--pdf', pdf], ['--pdf', pdf, '--ink', pdf, '--out', folder, '--what']]) {
      const ran = await npmRun('demo', args);
      expect(ran).toMatchObject({ code: 64, out: '', complaints: expect.stringContaining('Usage: npm run demo') });
    }
    const absent = await npmRun('demo', ['--pdf', 'nowhere.pdf', '--ink', pdf, '--out', folder], { from: folder });
    expect(absent).toMatchObject({ code: 2, out: '' });
    expect(absent.complaints).toMatch(/^The PDF .*nowhere\.pdf cannot be read: it is not there\.$/m);
    expect(absent.complaints).not.toContain('starting kiosk');
    const taken = await npmRun('demo', ['--pdf', pdf, '--ink', join(INKS, 'sensor-04.csv'), '--out', pdf]);
    expect(taken).toMatchObject({
      code: 2,
      complaints: expect.stringMatching(/^The folder .* cannot be made: there is/m),
    });
  });

  it('ends with 2 and a sentence for a document without tags', async () => {
    const plain = file('plain.pdf', await samplePdf([{ texts: [{ text: 'Nobody signs this', x: 60, y: 700 }] }]));
    const out = join(folder, 'plain');
    const ran = await npmRun('demo', ['--pdf', plain, '--ink', join(INKS, 'sensor-04.csv'), '--out', out, '--json']);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.complaints).toMatch(/^plain\.pdf says nowhere who signs where: /m);
  });
});

describe('what the demo can sign', () => {
  let counter: DemoCounter;
  beforeAll(async () => {
    counter = await openDemoCounter({ root: ROOT, onLine: () => undefined });
  });
  afterAll(() => counter.close());

  const sign = async (pdf: string, ink: { readonly name: string; readonly bytes: Uint8Array }): Promise<string> => {
    const result = await counter.sign({ pdf: { name: pdf, bytes: readFileSync(pdf) }, inks: [ink] }, () => undefined);
    const out = mkdtempSync(join(folder, 'out-'));
    for (const [name, content] of filesOf(result)) writeFileSync(join(out, name), content);
    return out;
  };
  const inkFile = (path: string) => ({ name: path, bytes: readFileSync(path) });

  it.each([
    ['SVC', 'ink/wacom-raw-01.svc'],
    ['pointer events', 'ink/pointer-events-03.json'],
    ['sensor CSV', 'ink/sensor-04.csv'],
    ['touch CSV', 'lgpl/ink/touch-08.csv'],
    ['UIM as JSON', 'ink/note-05-first-strokes.json'],
    ['InkML', 'ink/epad_04df_0012.sample_capture.inkml'],
  ])('takes ink as %s', async (_format, path) => {
    const pdf = file('letter.pdf', await oneSignature());
    const out = await sign(pdf, inkFile(join(ROOT, 'test/fixtures', path)));
    expect((await verify(join(out, 'signed.pdf'), '--trust', join(out, 'trust.pem'))).code).toBe(0);
  });

  it('takes ink as ISO/IEC 19794-7', async () => {
    const pdf = file('letter.pdf', await oneSignature());
    const out = await sign(pdf, { name: 'written.bin', bytes: isoInk() });
    expect((await verify(join(out, 'signed.pdf'), '--trust', join(out, 'trust.pem'))).code).toBe(0);
  });

  it('takes a recording of a HID device', async (ctx) => {
    const recording = sharedData(ctx, 'hid/recordings/Wacom_DTU1031_056a_00FB.hid');
    const pdf = file('letter.pdf', await oneSignature());
    const out = await sign(pdf, inkFile(recording));
    expect((await verify(join(out, 'signed.pdf'), '--trust', join(out, 'trust.pem'))).code).toBe(0);
  });

  it.each([
    ['hostile/pdfjs-not-really-pdf.pdf', /is a damaged PDF\. Export it again/],
    ['hostile/qpdf-pages-loop.pdf', /is a damaged PDF\. Export it again/],
    ['valid/qpdf-V4-aes-empty-user-password.pdf', /is encrypted or protected\. Save it without/],
    ['valid/pdflib-with_xfa_fields.pdf', /is a dynamic XFA form, which shows/],
    ['valid/pyhanko-certified-P1.pdf', /was certified by its author/],
  ])('refuses %s in a sentence', async (path, words) => {
    const ink = inkFile(join(INKS, 'sensor-04.csv'));
    await expect(sign(join(ROOT, 'test/fixtures/pdf', path), ink)).rejects.toThrow(words);
  });

  it('refuses ink that nobody can read, in a sentence that names the file', async () => {
    const pdf = file('letter.pdf', await oneSignature());
    for (const [name, text, words] of [
      ['notes.txt', 'no pen ever wrote this', 'is in no format that is known'],
      ['short.svc', '500\n1 2 3 1 4 5 6\n', 'is damaged: fewer rows than announced'],
    ] as const) {
      const ink = { name, bytes: Buffer.from(text) };
      await expect(sign(pdf, ink)).rejects.toThrow(`The ink file ${name} ${words}`);
    }
    const ran = await npmRun('demo', ['--pdf', pdf, '--ink', pdf, '--out', folder]);
    expect(ran).toMatchObject({
      code: 2,
      out: '',
      complaints: expect.stringContaining('The ink file letter.pdf is in no'),
    });
    expect(ran.complaints).not.toContain('starting kiosk');
  });
});

/** A signature-like line in the 2007 full format: header and channels X Y T F of the sample, 300 points of our own. */
function isoInk(): Uint8Array {
  const sample = readFileSync(join(INKS, 'iso19794-7/v1-x-y-t-f.bin'));
  // Its three points of eight bytes stand at the end, after a flag and a count of three bytes.
  const header = sample.subarray(0, sample.length - 3 * 8 - 4);
  const points = Array.from({ length: 300 }, (_, i) => {
    const point = Buffer.alloc(8);
    point.writeUInt16BE(0x8000 + Math.round(200 + i * 6 + 60 * Math.cos(i / 7)), 0);
    point.writeUInt16BE(0x8000 + Math.round(600 + 300 * Math.sin(i / 7)), 2);
    point.writeUInt16BE(i * 5, 4);
    point.writeUInt16BE(i % 100 === 99 ? 0 : 400 + (i % 200), 6);
    return point;
  });
  return Buffer.concat([header, Buffer.of(0, 0, points.length >> 8, points.length & 0xff), ...points]);
}
