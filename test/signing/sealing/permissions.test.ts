import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { PDFArray, PDFDict, PDFDocument, PDFName, PDFNumber, PDFRef } from 'pdf-lib';
import { afterAll, describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import { sealField, type SealFieldInput } from '../../../signing/sealing/seal-field.ts';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import {
  makePki,
  samplePdf,
  scratch,
  sealInput,
  trustDatabase,
  type SampleField,
} from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';

const work = scratch();
afterAll(() => work.end());
const pki = makePki('p256');
const [A, B, C, D] = ['a', 'b', 'c', 'd'].map((name, i): SampleField => ({
  name,
  box: [60, 600 - 80 * i, 200, 60],
})) as [SampleField, SampleField, SampleField, SampleField];

async function seal(bytes: Uint8Array, field: SampleField, changes: Partial<SealFieldInput> = {}): Promise<Uint8Array> {
  const sealed = await sealField(sealInput(pki, bytes, field, changes));
  if (!sealed.ok) throw new Error(`${sealed.error.code}: ${sealed.error.detail}`);
  return concat(bytes, sealed.value.increment);
}

async function refusalOf(bytes: Uint8Array, field: SampleField): Promise<string> {
  const sealed = await sealField(sealInput(pki, bytes, field));
  return sealed.ok ? 'sealed' : sealed.error.code;
}

/** Transform method and /P of each signature reference, and whether /Perms names the signature; read by pdf-lib. */
async function referencesOf(bytes: Uint8Array, name: string): Promise<readonly string[]> {
  const pdf = await PDFDocument.load(bytes, { updateMetadata: false });
  const field = pdf
    .getForm()
    .acroForm.getAllFields()
    .find(([candidate]) => candidate.getPartialName() === name)?.[0];
  const ref = field?.dict.get(PDFName.of('V'));
  const signature = pdf.context.lookup(ref, PDFDict);
  const list = signature.lookupMaybe(PDFName.of('Reference'), PDFArray);
  const found = (list?.asArray() ?? []).map((item) => {
    const reference = pdf.context.lookup(item, PDFDict);
    const parameters = reference.lookup(PDFName.of('TransformParams'), PDFDict);
    const level = parameters.lookupMaybe(PDFName.of('P'), PDFNumber)?.asNumber();
    return `${String(reference.get(PDFName.of('TransformMethod')))} ${level ?? '-'}`;
  });
  const named = pdf.catalog.lookupMaybe(PDFName.of('Perms'), PDFDict)?.get(PDFName.of('DocMDP'));
  return ref instanceof PDFRef && named === ref ? [...found, 'certifies'] : found;
}

let databases = 0;
function pdfsig(bytes: Uint8Array): string {
  databases += 1;
  const dir = path.join(work.dir, `trust-${String(databases)}`);
  mkdirSync(dir);
  const file = work.file(`judged-${String(databases)}.pdf`, bytes);
  expect(spawnSync('qpdf', ['--check', file]).status).toBe(0);
  return execFileSync('pdfsig', ['-nssdir', trustDatabase(dir, pki), file]).toString();
}

async function verdicts(bytes: Uint8Array): Promise<readonly string[]> {
  const report = await verifyPdf(bytes, { name: 'x', roots: [pki.root.certificate] });
  return report.signatures.map(({ fieldName, laterChanges, binding, integrity }) =>
    [fieldName, integrity.outcome, binding.outcome, laterChanges.outcome].join(' '),
  );
}

describe('certification', () => {
  it.each([false, true])(
    'P 2 by the first of four signatures leaves all of them valid (object streams: %s)',
    async (objectStreams) => {
      let bytes = await samplePdf({ fields: [A, B, C, D], objectStreams });
      for (const field of [A, B, C, D]) bytes = await seal(bytes, field, { certify: 2 });
      expect(await referencesOf(bytes, 'a')).toEqual(['/DocMDP 2', 'certifies']);
      expect(await referencesOf(bytes, 'b')).toEqual([]);
      expect(await verdicts(bytes)).toEqual(['a', 'b', 'c', 'd'].map((name) => `${name} passed passed passed`));
    },
  );

  it('is accepted by pdfsig and qpdf after each signature', async (ctx) => {
    requireTool(ctx, 'pdfsig', 'qpdf', 'certutil');
    let bytes = await samplePdf({ fields: [A, B] });
    for (const [i, field] of [A, B].entries()) {
      bytes = await seal(bytes, field, { certify: 2 });
      expect(pdfsig(bytes).match(/Signature is Valid\./g)).toHaveLength(i + 1);
    }
  });

  it('is what the author of the field says, whatever the tenant wants', async () => {
    const asked = { ...A, entries: '<</SV <</MDP <</P 3>>>>>>' };
    const original = await samplePdf({ fields: [asked, { ...B, entries: '<</SV <</MDP <</P 0>>>>>>' }] });
    expect(await referencesOf(await seal(original, asked), 'a')).toEqual(['/DocMDP 3', 'certifies']);
    expect(await referencesOf(await seal(original, B, { certify: 2 }), 'b')).toEqual([]);
    expect(await refusalOf(await seal(original, B), asked)).toBe('seed-value-unmet');
  });

  it('against any change is final', async () => {
    const final = { ...A, entries: '<</SV <</MDP <</P 1>>>>>>' };
    const sealed = await seal(await samplePdf({ fields: [final, B] }), final);
    expect(await refusalOf(sealed, B)).toBe('document-locked');
  });
});

describe('a lock with /P', () => {
  const locking = { ...A, entries: '<</Lock <</Type/SigFieldLock/Action/Include/Fields[(c)]/P 2>>>>' };
  const final = { ...B, entries: '<</Lock <</Action/All/P 1>>>>' };

  it('goes along into the signature, and what it permits stays valid', async () => {
    let bytes = await samplePdf({ fields: [locking, final, C] });
    bytes = await seal(bytes, locking, { certify: 2 });
    expect(await referencesOf(bytes, 'a')).toEqual(['/DocMDP 2', '/FieldMDP 2', 'certifies']);
    expect(await refusalOf(bytes, C)).toBe('field-locked');
    bytes = await seal(bytes, final);
    expect(await referencesOf(bytes, 'b')).toEqual(['/FieldMDP 1']);
    expect(await verdicts(bytes)).toEqual(['a', 'b'].map((name) => `${name} passed passed passed`));
  });

  it('ends all signing when it permits no change', async () => {
    const bytes = await seal(await samplePdf({ fields: [final, C] }), final);
    expect(await refusalOf(bytes, C)).toBe('document-locked');
  });

  it.each([
    ['in the signature', /(\/FieldMDP[^]*?\/P )2/g],
    ['only in the field', /(\/Lock <<[^>]*?\/P )2/g],
  ])('%s that somebody signed past is seen by our verifier', async (_, pattern) => {
    const open = await samplePdf({ fields: [{ ...A, entries: '<</Lock <</Action/Include/Fields[]/P 2>>>>' }, C] });
    const permitted = await seal(await seal(open, A), C);
    const judge = async (bytes: Uint8Array): Promise<string | undefined> =>
      (await verifyPdf(bytes, { name: 'x', roots: [] })).signatures[0]?.laterChanges.code;
    expect(await judge(permitted)).toBe('ok');
    // The same bytes with another number: the signature is broken too, but what is looked at is the judgement.
    const text = Buffer.from(permitted).toString('latin1');
    const strict = text.replaceAll(pattern, '$11');
    expect(strict).not.toBe(text);
    expect(await judge(Buffer.from(strict, 'latin1'))).toBe('certified-no-changes');
  });
});

describe('the reason', () => {
  it.each([
    ['<</SV <</Ff 8/Reasons[(Prebrano in sprejeto)]>>>>', 'Prebrano in sprejeto'],
    ['<</SV <</Ff 8/Reasons[(.)]>>>>', null],
    ['<</SV <</Ff 8/Reasons[]>>>>', null],
    ['<</SV <</Ff 8/Reasons[(one)(ours)]>>>>', 'ours'],
    ['<</SV <</Reasons[(one)(two)]>>>>', 'ours'],
  ])('with %s is %s', async (entries, reason) => {
    const bytes = await seal(await samplePdf({ fields: [{ ...A, entries }] }), A, { reason: 'ours' });
    const text = Buffer.from(bytes).toString('latin1');
    const given = /\/Reason \((.*?)\)/.exec(text.slice(text.lastIndexOf('/CAdES') + 1))?.[1] ?? null;
    expect(given).toBe(reason);
  });
});
