import { execFileSync } from 'node:child_process';
import {
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFHexString,
  PDFName,
  PDFNumber,
  PDFObjectParser,
  PDFString,
  type PDFObject,
} from 'pdf-lib';
import { describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import { intakeDocument } from '../../../signing/documents/intake.ts';
import type { Placement } from '../../../signing/documents/placement.ts';
import { prepareDocument } from '../../../signing/documents/prepare.ts';
import type { PlacementId } from '../../../signing/ids.ts';
import { sealField } from '../../../signing/sealing/seal-field.ts';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import { qpdfCheck, withPdfFile } from '../../support/poppler.ts';
import { makePki, samplePdf, sealInput } from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';
import { corpusBytes } from '../pdf/corpus.ts';

const pki = makePki('p256');

const PLACED: Placement = {
  id: 'placed' as PlacementId,
  kind: 'signature',
  role: 'customer',
  order: 1,
  label: 'Podpis stranke č',
  required: true,
  page: 0,
  box: { x: 60, y: 60, width: 120, height: 40 },
  fieldName: 'placed',
  source: 'placed',
};

async function prepared(original: Uint8Array, more: readonly Placement[] = [PLACED]): Promise<Uint8Array> {
  const facts = await intakeDocument(original, () => 'id');
  if (!facts.ok) throw new Error(facts.error.detail);
  const result = await prepareDocument(original, [...facts.value.placements, ...more]);
  if (!result.ok) throw new Error(result.error.detail);
  return concat(original, result.value.increment);
}

/** The value of a key in a number tree, by the rules of 7.9.7: limits decide which kid is looked into. */
function lookUp(tree: PDFDict, key: number): PDFObject | undefined {
  const numbers = tree.lookupMaybe(PDFName.of('Nums'), PDFArray)?.asArray() ?? [];
  const at = numbers.findIndex((entry, i) => i % 2 === 0 && entry instanceof PDFNumber && entry.asNumber() === key);
  if (at >= 0) return numbers[at + 1];
  const kids = tree.lookupMaybe(PDFName.of('Kids'), PDFArray);
  for (let i = 0; i < (kids?.size() ?? 0); i += 1) {
    const kid = kids!.lookup(i, PDFDict);
    const [low, high] = limits(kid);
    if (key >= low && key <= high) return lookUp(kid, key);
  }
  return undefined;
}

function limits(kid: PDFDict): [number, number] {
  const list = kid.lookup(PDFName.of('Limits'), PDFArray);
  return [list.lookup(0, PDFNumber).asNumber(), list.lookup(1, PDFNumber).asNumber()];
}

interface Found {
  readonly kind: string;
  readonly alternative: string | undefined;
  readonly refersBack: boolean;
  readonly reachable: boolean;
}

/** What pdf-lib finds of a field's widget in the structure tree, from both ends. */
async function inStructure(bytes: Uint8Array, field: string): Promise<Found | null> {
  const pdf = await PDFDocument.load(bytes, { updateMetadata: false });
  const [form, ref] = pdf
    .getForm()
    .acroForm.getAllFields()
    .find(([f]) => f.getPartialName() === field)!;
  const key = form.dict.lookupMaybe(PDFName.of('StructParent'), PDFNumber)?.asNumber();
  if (key === undefined) return null;
  const root = pdf.catalog.lookup(PDFName.of('StructTreeRoot'), PDFDict);
  const element = lookUp(root.lookup(PDFName.of('ParentTree'), PDFDict), key);
  const node = pdf.context.lookup(element, PDFDict);
  const parent = node.lookup(PDFName.of('P'), PDFDict);
  const kids = parent.lookup(PDFName.of('K'));
  const alternative = node.lookup(PDFName.of('Alt'));
  const next = root.lookup(PDFName.of('ParentTreeNextKey'), PDFNumber).asNumber();
  expect(next).toBeGreaterThan(key);
  return {
    kind: String(node.get(PDFName.of('S'))),
    alternative:
      alternative instanceof PDFString || alternative instanceof PDFHexString ? alternative.decodeText() : undefined,
    refersBack: node.lookup(PDFName.of('K'), PDFDict).get(PDFName.of('Obj')) === ref,
    reachable: kids instanceof PDFArray && kids.asArray().some((kid) => kid === element),
  };
}

const WHOLE = { kind: '/Form', alternative: PLACED.label, refersBack: true, reachable: true };

describe('a tagged document', () => {
  it.each(['dss-pdfa2a-rgb.pdf', 'pdfjs-find_all.pdf', 'pdflib-sample_form.pdf'])(
    '%s stays tagged: the field stands in its structure, by its name',
    async (file) => {
      expect(await inStructure(await prepared(corpusBytes('valid', file)), 'placed')).toEqual(WHOLE);
    },
  );

  it('shows the field to pdfinfo, and stays whole when it is sealed', async (ctx) => {
    requireTool(ctx, 'pdfinfo', 'qpdf');
    const before = await prepared(corpusBytes('valid', 'dss-pdfa2a-rgb.pdf'));
    const { x, y, width, height } = PLACED.box;
    const sealed = await sealField(sealInput(pki, before, { name: 'placed', box: [x, y, width, height] }));
    if (!sealed.ok) throw new Error(sealed.error.detail);
    const after = concat(before, sealed.value.increment);
    qpdfCheck(after);
    const [info, structure] = [[], ['-struct']].map((options) =>
      withPdfFile(after, (file) => execFileSync('pdfinfo', [...options, file], { encoding: 'utf8' })),
    );
    expect(info).toMatch(/Tagged:\s+yes/);
    expect(structure).toContain('Form');
    expect(structure).toMatch(/Object \d+ 0/);
    expect(await inStructure(after, 'placed')).toEqual(WHOLE);
    const report = await verifyPdf(after, { name: 'x', roots: [pki.root.certificate] });
    expect(report.signatures.map(({ integrity, binding }) => [integrity.outcome, binding.outcome])).toEqual([
      ['passed', 'passed'],
    ]);
  });

  it.each([
    ['one leaf', '<</Nums [0 null 4 null]>>', 0],
    ['leaves below a root', '<</Kids [<</Limits [0 6] /Nums [0 null 6 null]>>]>>', 3],
    ['nothing yet', '<<>>', 0],
  ])('with a parent tree of %s gets keys nobody has', async (_, tree, next) => {
    const original = await tagged(tree, next);
    const second: Placement = { ...PLACED, box: { ...PLACED.box, y: 160 }, fieldName: 'second', label: 'Second' };
    const bytes = await prepared(original, [PLACED, second]);
    expect(await inStructure(bytes, 'placed')).toEqual(WHOLE);
    expect(await inStructure(bytes, 'second')).toEqual({ ...WHOLE, alternative: 'Second' });
    // The author's own field was not known to the structure either.
    expect(await inStructure(bytes, 'customer_1')).toEqual({ ...WHOLE, alternative: 'customer_1' });
  });

  it('gets nothing of the kind when it is not tagged, or signed already', async () => {
    expect(await inStructure(await prepared(await samplePdf({ fields: [] })), 'placed')).toBeNull();
    const original = await tagged('<<>>', 0);
    const sealed = await sealField(sealInput(pki, original, { name: 'customer_1', box: [300, 300, 100, 40] }));
    if (!sealed.ok) throw new Error(sealed.error.detail);
    const later = await prepared(concat(original, sealed.value.increment));
    expect(await inStructure(later, 'placed')).toBeNull();
    const report = await verifyPdf(later, { name: 'x', roots: [pki.root.certificate] });
    expect(report.signatures.map(({ laterChanges }) => [laterChanges.outcome, laterChanges.level])).toEqual([
      ['passed', 'signing'],
    ]);
  });
});

/** A sample with one field, marked as tagged, and a parent tree as written. */
async function tagged(parentTree: string, nextKey: number): Promise<Uint8Array> {
  const pdf = await PDFDocument.load(await samplePdf({ fields: [{ name: 'customer_1', box: [300, 300, 100, 40] }] }), {
    updateMetadata: false,
  });
  const { context } = pdf;
  const root = context.obj({ Type: 'StructTreeRoot', ParentTreeNextKey: nextKey });
  const rootRef = context.register(root);
  const document = context.register(context.obj({ Type: 'StructElem', S: 'Document', P: rootRef, K: [] }));
  root.set(PDFName.of('K'), document);
  root.set(
    PDFName.of('ParentTree'),
    PDFObjectParser.forBytes(Buffer.from(parentTree, 'latin1'), context).parseObject(),
  );
  pdf.catalog.set(PDFName.of('StructTreeRoot'), rootRef);
  pdf.catalog.set(PDFName.of('MarkInfo'), context.obj({ Marked: true }));
  return pdf.save({ useObjectStreams: false, updateFieldAppearances: false });
}
