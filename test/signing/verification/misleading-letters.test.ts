import { describe, expect, it } from 'vitest';
import { concat, utf8 } from '../../../signing/bytes.ts';
import { dict, textString } from '../../../signing/pdf/objects.ts';
import { flateStream, PdfUpdate } from '../../../signing/pdf/pdf-update.ts';
import { readPdf } from '../../../signing/pdf/read-pdf.ts';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import { makePki } from '../../support/seal-fixtures.ts';
import { contents } from './pdf-edits.ts';
import { FIRST, sealed, sealOne, SECOND } from './samples.ts';

const pki = makePki('p256');
/** What a reader that searches instead of reading would stumble over. */
const WORDS = '7 0 obj << >> stream endstream endobj xref trailer startxref 9 %%EOF';

async function judged(bytes: Uint8Array): Promise<string> {
  const { verdict, structure, signatures } = await verifyPdf(bytes, { name: 'x', roots: [pki.root.certificate] });
  return [verdict, structure.code, ...signatures.map(({ laterChanges }) => laterChanges.level)].join(' ');
}

/** A revision with nothing new, the text of its end altered; `startxref` moves by what comes before the table. */
function ending(signed: Uint8Array, alter: (text: string) => string): Uint8Array {
  return concat(
    signed,
    Buffer.from(alter(Buffer.from(new PdfUpdate(readPdf(signed)).finish().increment).toString('latin1')), 'latin1'),
  );
}
const offsetIn = (text: string): string => /startxref\n(\d+)/.exec(text)![1]!;

describe('letters that look like structure', () => {
  it.each<[string, boolean, (text: string) => string]>([
    ['a comment before the end', false, (text) => text.replace('startxref', `% ${WORDS}\nstartxref`)],
    [
      'a comment that repeats the end',
      false,
      (text) => text.replace('startxref', `% startxref ${offsetIn(text)} %%EOF\nstartxref`),
    ],
    ['a string in the trailer', false, (text) => text.replace('/Size', `/Note (${WORDS}) /Size`)],
    [
      'a string in the trailer that repeats the end',
      false,
      (text) => text.replace('/Size', `/Note (startxref\n${offsetIn(text)}\n%%EOF) /Size`),
    ],
    ['a comment behind a cross-reference stream', true, (text) => text.replace('startxref', `% ${WORDS}\nstartxref`)],
  ])('do not make a later revision suspect: %s', async (_, objectStreams, alter) => {
    const { bytes } = await sealed(pki, [FIRST], { sample: { objectStreams } });
    expect(await judged(ending(bytes, alter))).toBe('passed ok none');
  });

  it('do not in strings, streams and comments of what is added, nor for who signs behind them', async () => {
    const { revisions } = await sealed(pki, [FIRST, SECOND]);
    const update = new PdfUpdate(readPdf(revisions[1]!));
    update.set(update.allocate(), dict({ Note: textString(`\n${WORDS}\n`) }));
    update.set(update.allocate(), {
      ...flateStream({}, utf8('')),
      dict: dict({}),
      raw: utf8(`\nendstream\nendobj\n${WORDS}\n`),
    });
    update.set(update.allocate(), { kind: 'raw', bytes: utf8(`<< % ${WORDS}\n/A 1 >> % ${WORDS}`) });
    const added = concat(revisions[1]!, update.finish().increment);
    expect(await judged(added)).toBe('passed ok none');
    expect(await judged((await sealOne(pki, added, SECOND)).bytes)).toBe('passed ok signing none');
  });

  it.each<[string, (text: string, number: number) => string]>([
    ['behind the trailer', (text, number) => text.replace('startxref', `${number} 0 objX << >> endobj\nstartxref`)],
    [
      'behind a comment that ends at a carriage return',
      (text, number) => text.replace('startxref', `% x\r${number} 0 obj << >> endobj\nstartxref`),
    ],
  ])('hide no object %s', async (_, alter) => {
    const { bytes } = await sealed(pki, [FIRST]);
    const { number } = contents(readPdf(bytes));
    expect(await judged(ending(bytes, (text) => alter(text, number)))).toMatch(/^failed/);
  });

  it('name no other end in a comment, where readers would not agree which counts', async () => {
    const { bytes } = await sealed(pki, [FIRST]);
    const old = readPdf(bytes).startxref;
    for (const line of [`%startxref ${old} %%EOF`, `%startxref ${old}\n%%EOF`, `% >> startxref ${old}\n%%EOF`]) {
      const changed = ending(bytes, (text) => text.replace(/%%EOF\s*$/, line));
      expect(await judged(changed), line).toBe('failed pdf-startxref-missing');
    }
  });
});
