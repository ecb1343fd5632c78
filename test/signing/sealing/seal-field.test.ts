import { createHash } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import { openEnveloped } from '../../../signing/cms/open-enveloped.ts';
import { parseCaptureContent, recomputeCommitment } from '../../../signing/capture/sealed-content.ts';
import { sha256 } from '../../../signing/digest.ts';
import { sealField, type SealedField, type SealFieldInput } from '../../../signing/sealing/seal-field.ts';
import {
  makePki,
  sampleCapture,
  samplePdf,
  scratch,
  sealInput,
  trustDatabase,
  trustPem,
  type KeyKind,
  type SampleField,
  type TestPki,
} from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';

const work = scratch();
afterAll(() => work.end());
const FIRST: SampleField = { name: 'Podpis stranke', box: [60, 300, 220, 80] };
const SECOND: SampleField = { name: 'Clerk.signature', box: [320, 300, 180, 60] };
const THIRD: SampleField = { name: 'third', box: [60, 180, 180, 60] };
const FOURTH: SampleField = { name: 'fourth', box: [320, 180, 180, 60] };
const stranger = makePki('p256');
const pkis: Readonly<Record<KeyKind, TestPki>> = { rsa: makePki('rsa'), p256: makePki('p256') };

async function seal(input: SealFieldInput): Promise<SealedField & { readonly bytes: Uint8Array }> {
  const sealed = await sealField(input);
  if (!sealed.ok) throw new Error(`${sealed.error.code}: ${sealed.error.detail}`);
  return { ...sealed.value, bytes: concat(input.revision, sealed.value.increment) };
}

async function refusalOf(input: SealFieldInput): Promise<string> {
  const sealed = await sealField(input);
  return sealed.ok ? 'sealed' : sealed.error.code;
}

let databases = 0;
function pdfsig(pki: TestPki, file: string): string {
  databases += 1;
  const dir = path.join(work.dir, `trust-${String(databases)}`);
  mkdirSync(dir);
  return execFileSync('pdfsig', ['-nssdir', trustDatabase(dir, pki), file]).toString();
}

describe.each<KeyKind>(['rsa', 'p256'])('sealing with a %s key', (kind) => {
  const pki = pkis[kind];

  it('appends one signature that pdfsig and qpdf accept, the original being an exact prefix', async (ctx) => {
    requireTool(ctx, 'pdfsig', 'qpdf', 'certutil');
    for (const objectStreams of [false, true]) {
      const original = await samplePdf({ fields: [FIRST, SECOND], objectStreams });
      const { bytes, digest, length } = await seal(sealInput(pki, original, FIRST));
      expect(Buffer.from(bytes.subarray(0, original.length)).equals(original)).toBe(true);
      expect(digest).toBe(sha256(bytes));
      expect(length).toBe(bytes.length);
      const file = work.file(`${kind}-${String(objectStreams)}.pdf`, bytes);
      const report = pdfsig(pki, file);
      expect(report).toContain('Signature is Valid.');
      expect(report).toContain('Certificate is Trusted.');
      expect(report).toContain('Total document signed');
      expect(report).toContain('ETSI.CAdES.detached');
      expect(report).toContain('Žig poslovalnice Škofja Loka');
      expect(spawnSync('qpdf', ['--check', file]).status).toBe(0);
      expect(pdfsig(stranger, file)).not.toContain('Certificate is Trusted.');
    }
  });

  it('keeps every earlier signature valid over four signatures in a row', async (ctx) => {
    requireTool(ctx, 'pdfsig', 'qpdf', 'certutil');
    const original = await samplePdf({ fields: [FIRST, SECOND, THIRD, FOURTH], objectStreams: true });
    let bytes: Uint8Array = original;
    const lengths = [original.length];
    for (const field of [FIRST, SECOND, THIRD, FOURTH]) {
      bytes = (await seal(sealInput(pki, bytes, field))).bytes;
      lengths.push(bytes.length);
    }
    const file = work.file(`${kind}-four.pdf`, bytes);
    const report = pdfsig(pki, file);
    expect(report.match(/Signature is Valid\./g)).toHaveLength(4);
    expect(report.match(/Certificate is Trusted\./g)).toHaveLength(4);
    expect(report.match(/Total document signed/g)).toHaveLength(1);
    expect(spawnSync('qpdf', ['--check', file]).status).toBe(0);
    for (const length of lengths.slice(1)) expect(report).toContain(`${String(length)}]`);
  });

  it('signs exactly the two ranges: openssl verifies the CMS cut out of /Contents', async (ctx) => {
    requireTool(ctx, 'openssl');
    const original = await samplePdf({ fields: [FIRST] });
    const { bytes } = await seal(sealInput(pki, original, FIRST));
    const text = Buffer.from(bytes).toString('latin1');
    const range = /\/ByteRange \[0 (\d+) (\d+) (\d+)\]/.exec(text)!.slice(1).map(Number);
    const [b, c, d] = range as [number, number, number];
    expect(c + d).toBe(bytes.length);
    expect(text.slice(b, b + 1) + text.slice(c - 1, c)).toBe('<>');
    const contents = text.slice(b + 1, c - 1);
    expect(contents).toMatch(/^[0-9a-f]{65534}$/);
    const der = Buffer.from(contents, 'hex');
    const length = 4 + der.readUInt16BE(2);
    expect(der.subarray(length).every((octet) => octet === 0)).toBe(true);
    const run = spawnSync('openssl', [
      ...[
        'cms',
        '-verify',
        '-cades',
        '-binary',
        '-inform',
        'DER',
        '-in',
        work.file('cut.der', der.subarray(0, length)),
      ],
      ...['-content', work.file('ranges', Buffer.concat([bytes.subarray(0, b), bytes.subarray(c)]))],
      ...['-CAfile', work.file('ca.pem', trustPem(pki)), '-purpose', 'any', '-out', '/dev/null'],
    ]);
    expect(run.stderr.toString()).toContain('successful');
  });
});

describe('binding', () => {
  const pki = pkis.p256;

  it('commits to the statement and to the sealed capture in the signature dictionary', async () => {
    const original = await samplePdf({ fields: [FIRST] });
    const sealed = await seal(sealInput(pki, original, FIRST));
    const text = Buffer.from(sealed.increment).toString('latin1');
    expect(sealed.bindingDigest).toBe(sha256(sealed.statement));
    expect(sealed.sealedCaptureDigest).toBe(sha256(sealed.sealedCapture!));
    for (const [key, digest] of [
      ['Binding', sealed.bindingDigest],
      ['H1', sha256(original)],
      ['H2', sealed.h2!],
      ['SealedCapture', sealed.sealedCaptureDigest!],
    ] as const) {
      expect(text.toLowerCase()).toContain(`/${key} <${digest}>`.toLowerCase());
    }
    expect(text).toContain(`/ShownLength ${String(original.length)}`);
    const statement = JSON.parse(Buffer.from(sealed.statement).toString()) as Record<string, unknown>;
    expect(statement).toMatchObject({
      type: 'countersign.binding',
      version: 1,
      h2: sealed.h2,
      shown: { algorithm: 'sha-256', digest: sha256(original), length: original.length },
    });
  });

  it('gives the escrow holder the statement, the salt and the capture, and H2 recomputes from them', async () => {
    const original = await samplePdf({ fields: [FIRST] });
    const sealed = await seal(sealInput(pki, original, FIRST));
    for (const { privateKey, certificate } of [pki.escrow, pki.backup]) {
      const content = parseCaptureContent(openEnveloped(sealed.sealedCapture!, privateKey, certificate));
      if (!content.ok) throw new Error(content.error);
      expect(sha256(content.value.statement)).toBe(sealed.bindingDigest);
      expect(content.value.capture).toEqual(sampleCapture());
      expect(recomputeCommitment(sha256(original), content.value)).toBe(sealed.h2);
      const other = { ...content.value, salt: Buffer.alloc(32) };
      expect(recomputeCommitment(sha256(original), other)).not.toBe(sealed.h2);
      const byHand = createHash('sha256')
        .update(Buffer.from(sha256(original), 'hex'))
        .update(content.value.salt)
        .update(content.value.captureBytes)
        .digest('hex');
      expect(byHand).toBe(sealed.h2);
    }
  });

  it('uses a fresh salt each time, so that equal captures do not show as equal', async () => {
    const original = await samplePdf({ fields: [FIRST] });
    const input = sealInput(pki, original, FIRST);
    expect((await seal(input)).h2).not.toBe((await seal(input)).h2);
  });

  it('leaves no capture and no commitment on the picture-only path', async () => {
    const original = await samplePdf({ fields: [FIRST] });
    const sealed = await seal(sealInput(pki, original, FIRST, { capture: null }));
    const text = Buffer.from(sealed.increment).toString('latin1');
    expect(sealed).toMatchObject({ h2: null, sealedCapture: null, sealedCaptureDigest: null });
    expect(text).toContain('/CSGN');
    expect(text).not.toContain('/H2');
    expect(text).not.toContain('/SealedCapture');
  });

  it('binds a later field of the same sitting to the revision that was shown', async () => {
    const original = await samplePdf({ fields: [FIRST, SECOND] });
    const first = await seal(sealInput(pki, original, FIRST));
    const shown = { digest: sha256(original), length: original.length };
    const second = await seal(sealInput(pki, first.bytes, SECOND, { shown }));
    expect(second.digest).toBe(sha256(second.bytes));
    expect(JSON.parse(Buffer.from(second.statement).toString())).toMatchObject({ shown: { length: original.length } });
  });

  it('puts no pen data into the PDF: neither coordinates of the capture nor times', async () => {
    const original = await samplePdf({ fields: [FIRST] });
    const withCapture = await seal(sealInput(pki, original, FIRST));
    const without = await seal(sealInput(pki, original, FIRST, { capture: null }));
    // Only the digests differ: the same objects, and 2 x 64 digits with their keys more.
    const difference = withCapture.increment.length - without.increment.length;
    expect(difference).toBe('\n/H2 <>\n/SealedCapture <>'.length + 128);
  });
});

describe('refusals', () => {
  const pki = pkis.p256;

  it('refuses when the bytes shown are not the bytes to be sealed', async () => {
    const original = await samplePdf({ fields: [FIRST] });
    const digest = sha256(original);
    const changed = new Uint8Array(original);
    changed[20] = changed[20]! ^ 1;
    const shown = { digest, length: original.length };
    expect(await refusalOf(sealInput(pki, changed, FIRST, { shown }))).toBe('revision-changed');
    expect(await refusalOf(sealInput(pki, original, FIRST, { shown: { digest, length: original.length - 1 } }))).toBe(
      'revision-changed',
    );
    expect(await refusalOf(sealInput(pki, original, FIRST, { shown: { digest, length: original.length + 1 } }))).toBe(
      'revision-changed',
    );
  });

  it('refuses a field that is missing, signed, elsewhere or locked', async () => {
    const original = await samplePdf({ pages: 2, fields: [{ ...FIRST, lock: ['Clerk'] }, SECOND, THIRD] });
    const first = await seal(sealInput(pki, original, FIRST));
    expect(await refusalOf(sealInput(pki, original, { ...FIRST, name: 'nobody' }))).toBe('field-missing');
    expect(await refusalOf(sealInput(pki, first.bytes, FIRST))).toBe('field-signed');
    expect(await refusalOf(sealInput(pki, original, { ...FIRST, page: 1 }))).toBe('field-elsewhere');
    expect(await refusalOf(sealInput(pki, original, { ...FIRST, box: [60, 310, 220, 80] }))).toBe('field-elsewhere');
    expect(await refusalOf(sealInput(pki, first.bytes, SECOND))).toBe('field-locked');
    expect(await refusalOf(sealInput(pki, first.bytes, THIRD))).toBe('sealed');
  });

  it('refuses a date for a field that is not there', async () => {
    const original = await samplePdf({ fields: [FIRST] });
    const dates = [{ fieldName: 'nowhere', value: '23. 11. 2026' }];
    expect(await refusalOf(sealInput(pki, original, FIRST, { dates }))).toBe('date-field-missing');
  });

  it('refuses bytes that are not a PDF', async () => {
    expect(await refusalOf(sealInput(pki, Buffer.from('%PDF-1.7 and nothing more'), FIRST))).toBe(
      'revision-unreadable',
    );
  });

  it('fails closed when the signature is larger than its room', async () => {
    const original = await samplePdf({ fields: [FIRST] });
    const [own] = pki.signer.chain;
    const signer = { ...pki.signer, chain: [own!, ...Array.from({ length: 90 }, () => pki.issuing.certificate)] };
    expect(await refusalOf(sealInput(pki, original, FIRST, { signer }))).toBe('contents-too-small');
  });

  it('throws on input that contradicts itself: dynamics without consent, one recipient, another field', async () => {
    const original = await samplePdf({ fields: [FIRST] });
    const input = sealInput(pki, original, FIRST);
    const refused = { ...input.binding, consent: { ...input.binding.consent, answer: 'picture-only' as const } };
    await expect(sealField({ ...input, binding: refused })).rejects.toThrow(RangeError);
    await expect(sealField({ ...input, escrow: [pki.escrow.certificate] })).rejects.toThrow(RangeError);
    await expect(sealField({ ...input, fieldName: 'other' })).rejects.toThrow(RangeError);
  });
});

describe('what the field asks for', () => {
  const pki = pkis.p256;

  it('turns a /Lock into a FieldMDP reference and stays valid', async (ctx) => {
    requireTool(ctx, 'pdfsig', 'qpdf', 'certutil');
    const original = await samplePdf({ fields: [{ ...FIRST, lock: ['Clerk'] }, SECOND] });
    const { bytes, increment } = await seal(sealInput(pki, original, FIRST));
    expect(Buffer.from(increment).toString('latin1')).toMatch(/\/TransformMethod \/FieldMDP[^]*\/Action \/Include/);
    const file = work.file('lock.pdf', bytes);
    expect(pdfsig(pki, file)).toContain('Signature is Valid.');
    expect(spawnSync('qpdf', ['--check', file]).status).toBe(0);
  });

  it('writes the date in the revision that is signed', async (ctx) => {
    requireTool(ctx, 'pdfsig', 'qpdf', 'certutil', 'pdftotext');
    const original = await samplePdf({ fields: [FIRST, SECOND], texts: [{ name: 'Datum', box: [60, 250, 150, 20] }] });
    const dates = [{ fieldName: 'Datum', value: 'Škofja Loka, 23. 11. 2026' }];
    const first = await seal(sealInput(pki, original, FIRST, { dates }));
    const { bytes } = await seal(sealInput(pki, first.bytes, SECOND));
    const file = work.file('dated.pdf', bytes);
    expect(execFileSync('pdftotext', [file, '-']).toString()).toContain('Škofja Loka, 23. 11. 2026');
    expect(pdfsig(pki, file).match(/Signature is Valid\./g)).toHaveLength(2);
    expect(spawnSync('qpdf', ['--check', file]).status).toBe(0);
  });

  it('signs an invisible field of no size', async (ctx) => {
    requireTool(ctx, 'pdfsig', 'qpdf', 'certutil');
    const invisible: SampleField = { name: 'hidden', box: [0, 0, 0, 0] };
    const original = await samplePdf({ fields: [invisible] });
    const { bytes } = await seal(sealInput(pki, original, invisible));
    const file = work.file('invisible.pdf', bytes);
    expect(pdfsig(pki, file)).toContain('Signature is Valid.');
    expect(spawnSync('qpdf', ['--check', file]).status).toBe(0);
  });

  it.for([0, 90, 180, 270] as const)(
    'draws the picture upright and inside its box on a page turned by %i',
    async (rotate, ctx) => {
      requireTool(ctx, 'pdftoppm');
      // The same box as seen on the displayed page, whatever the rotation.
      const boxes: Readonly<Record<number, readonly [number, number, number, number]>> = {
        0: [100, 300, 240, 100],
        90: [300, 100, 100, 240],
        180: [255, 442, 240, 100],
        270: [195, 502, 100, 240],
      };
      const field: SampleField = { name: 'sign', box: boxes[rotate]! };
      const original = await samplePdf({ fields: [field], rotate });
      const { bytes } = await seal(sealInput(pki, original, field));
      const ink = (file: string): readonly string[] => {
        const name = path.basename(file, '.pdf');
        execFileSync('pdftoppm', ['-r', '144', '-singlefile', file, path.join(work.dir, name)]);
        return darkBlue(readFileSync(path.join(work.dir, `${name}.ppm`)));
      };
      const drawn = ink(work.file(`turned-${String(rotate)}.pdf`, bytes));
      expect(drawn.length).toBeGreaterThan(1000);
      const points = drawn.map((point) => point.split(',').map((pixel) => Number(pixel) / 2) as [number, number]);
      // Where the box is displayed: turned clockwise with the page.
      const [x, y, w, h] = field.box;
      const shown = {
        0: [x, 842 - y - h, w, h],
        90: [y, x, h, w],
        180: [595 - x - w, y, w, h],
        270: [842 - y - h, 595 - x - w, h, w],
      }[rotate] as [number, number, number, number];
      const inside = points.filter(
        ([px, py]) =>
          px >= shown[0] - 1 && px <= shown[0] + shown[2] + 1 && py >= shown[1] - 1 && py <= shown[1] + shown[3] + 1,
      );
      expect(inside).toHaveLength(points.length);
      // The dot sits at the upper right, the underline at the bottom: upright and not mirrored.
      const upperRight = points.filter(([px, py]) => px > shown[0] + shown[2] * 0.88 && py < shown[1] + shown[3] * 0.3);
      const upperLeft = points.filter(([px, py]) => px < shown[0] + shown[2] * 0.08 && py < shown[1] + shown[3] * 0.3);
      expect(upperRight.length).toBeGreaterThan(1);
      expect(upperLeft).toHaveLength(0);
    },
  );
});

/** Coordinates of ink-coloured pixels of a binary PPM. */
function darkBlue(ppm: Buffer): readonly string[] {
  const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(ppm.subarray(0, 40).toString('latin1'))!;
  const width = Number(head[1]);
  const data = ppm.subarray(head[0].length);
  const found: string[] = [];
  for (let i = 0; i + 2 < data.length; i += 3) {
    const [r, g, b] = [data[i]!, data[i + 1]!, data[i + 2]!];
    if (b - r > 30 && r < 160 && g < 170) found.push(`${String((i / 3) % width)},${String(Math.floor(i / 3 / width))}`);
  }
  return found;
}
