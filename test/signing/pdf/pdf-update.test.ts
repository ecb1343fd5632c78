import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import { array, dict, isStream, literal, name, ref } from '../../../signing/pdf/objects.ts';
import { flateStream, PdfUpdate } from '../../../signing/pdf/pdf-update.ts';
import { readPdf } from '../../../signing/pdf/read-pdf.ts';
import { buildPdf, onePage } from './build-pdf.ts';
import { corpusBytes } from './corpus.ts';

const KINDS = ['table', 'stream'] as const;

describe('an incremental update', () => {
  it.each(KINDS)('changes and adds objects in a file with a cross-reference %s', (xref) => {
    const original = buildPdf({ xref, objects: onePage({ 7: '(seven)' }) });
    const update = new PdfUpdate(readPdf(original));
    const added = update.allocate();
    const raw = Buffer.from('<</Contents <0000>   /Odd   true>>');
    update.set(ref(3), dict({ Type: name('Page'), MediaBox: array([0, 0, 5, 5]) }));
    update.set(added, { kind: 'raw', bytes: raw });
    const finished = update.finish();
    const offset = finished.offsetOf(added);
    const bytes = concat(original, finished.increment);
    expect(Buffer.from(bytes.subarray(offset, offset + raw.length)).equals(raw)).toBe(true);
    const file = readPdf(bytes);
    expect(file.xrefKind).toBe(xref);
    expect(file.pages()[0]?.mediaBox).toEqual([0, 0, 5, 5]);
    expect(file.get(added)).toMatchObject({ kind: 'dict' });
    expect(file.trailer.entries.get('Size')).toBe(file.size);
    expect(file.trailer.entries.get('Prev')).toBe(readPdf(original).startxref);
    expect(file.get(ref(7))).toMatchObject({ kind: 'string' });
  });

  it('answers with its own changes before those of the file', () => {
    const update = new PdfUpdate(readPdf(buildPdf({ objects: onePage() })));
    const added = update.allocate();
    expect(update.get(added)).toBeNull();
    update.set(added, { kind: 'raw', bytes: Buffer.from('[1 2]') });
    update.set(ref(3), added);
    expect(update.resolve(ref(3))).toEqual(array([1, 2]));
    expect(update.resolve(undefined)).toBeNull();
    expect(update.get(ref(2))).toMatchObject({ kind: 'dict' });
  });

  it('starts with a line break only where the file lacks one', () => {
    const objects = onePage();
    const first = (tail: string): number | undefined => {
      const update = new PdfUpdate(readPdf(buildPdf({ objects, tail: (at) => `startxref\n${at}\n%%EOF${tail}` })));
      return update.finish().increment[0];
    };
    expect([first(''), first(' '), first('\n'), first('\r')]).toEqual([0x0a, 0x0a, 0x78, 0x78]);
  });

  it('keeps the first identifier, makes the second from the new content, and adds both where there was none', () => {
    const ids = (trailer: string, value: number, id?: Uint8Array): readonly string[] => {
      const original = buildPdf({ objects: onePage(), trailer });
      const update = new PdfUpdate(readPdf(original));
      update.set(update.allocate(), value);
      const bytes = concat(original, update.finish(id === undefined ? {} : { id }).increment);
      return /\/ID \[<(.*)> <(.*)>\]/.exec(Buffer.from(bytes).toString('latin1'))?.slice(1) ?? [];
    };
    const [kept, second] = ids('/ID[(ab)(cd)]', 1);
    expect(kept).toBe('6162');
    expect(second).toMatch(/^[0-9A-F]{32}$/);
    expect(ids('/ID[(ab)(cd)]', 1)).toEqual([kept, second]);
    expect(ids('/ID[(ab)(cd)]', 2)[1]).not.toBe(second);
    const [made, again] = ids('', 1);
    expect(made).toMatch(/^[0-9A-F]{32}$/);
    expect(made).toBe(again);
    expect(ids('', 1, Uint8Array.from([1]))).toEqual(['01', '01']);
  });

  it('keeps /Info, and leaves out what belonged to the old section alone', () => {
    const original = corpusBytes('valid', 'dss-pdfa2a-rgb.pdf');
    const update = new PdfUpdate(readPdf(original));
    update.set(update.allocate(), 1);
    const before = readPdf(original).trailer.entries;
    const after = readPdf(concat(original, update.finish().increment)).trailer.entries;
    expect(after.get('Info')).toEqual(before.get('Info'));
    expect([...after.keys()].sort()).toEqual(['ID', 'Index', 'Info', 'Length', 'Prev', 'Root', 'Size', 'Type', 'W']);
  });

  it('writes streams that are read back', () => {
    const original = buildPdf({ objects: onePage() });
    const update = new PdfUpdate(readPdf(original));
    const added = update.allocate();
    update.set(added, flateStream({ Type: name('XObject') }, Buffer.from('q Q')));
    const file = readPdf(concat(original, update.finish().increment));
    const object = file.get(added);
    expect(isStream(object) && Buffer.from(file.decode(object)).toString()).toBe('q Q');
  });

  it('is for files that are not encrypted, objects of the right generation, and its own objects', () => {
    const encrypted = readPdf(buildPdf({ objects: onePage(), trailer: '/Encrypt 9 0 R' }));
    expect(() => new PdfUpdate(encrypted)).toThrow('encrypted');
    const update = new PdfUpdate(readPdf(buildPdf({ objects: onePage() })));
    expect(() => update.set(ref(3, 1), 1)).toThrow('generation');
    expect(() => update.finish().offsetOf(ref(3))).toThrow('not part');
  });

  it('holds for any set of objects, update after update', () => {
    const changes = fc.array(
      fc.uniqueArray(fc.tuple(fc.integer({ min: 4, max: 40 }), fc.uint8Array({ maxLength: 30 })), {
        selector: ([number]) => number,
        maxLength: 8,
      }),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), changes, (xref, revisions) => {
        const original = buildPdf({ xref, objects: onePage() });
        let bytes: Uint8Array = original;
        const expected = new Map<number, Uint8Array>();
        for (const revision of revisions) {
          const update = new PdfUpdate(readPdf(bytes));
          for (const [number, value] of revision) {
            const kept = expected.get(number);
            // A number that a cross-reference stream took for itself is not for us to change.
            if (kept === undefined && update.file.locate(number) !== undefined) continue;
            update.set(ref(number), literal(value));
            expected.set(number, value);
          }
          const before = bytes;
          bytes = concat(bytes, update.finish().increment);
          expect(Buffer.compare(bytes.subarray(0, before.length), before)).toBe(0);
        }
        const file = readPdf(bytes);
        for (const [number, value] of expected) {
          const object = file.get(ref(number));
          expect(typeof object === 'object' && object?.kind === 'string' && Buffer.compare(object.bytes, value)).toBe(
            0,
          );
        }
        expect(file.sections).toHaveLength(revisions.length + 1);
      }),
      { seed: 20261123, numRuns: 150 },
    );
  });
});
