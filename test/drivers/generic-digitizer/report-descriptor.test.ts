import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPenReports } from '../../../drivers/generic-digitizer/pen-fields.ts';
import { parseReportDescriptor } from '../../../drivers/generic-digitizer/report-descriptor.ts';
import { descriptorBytes, descriptorFiles, expectedPens, hex, pensOf } from './descriptors.ts';

/** Application 0x0D/0x01 is a pen too; the expectations, made for vendor pens there, leave it out. */
const externalDigitizer = 0x000d0001;

const seen = (file: string) =>
  pensOf(descriptorBytes(file)).map((pen) => ({
    reportId: pen.reportId,
    application: hex(pen.application),
    reportBytesWithId: pen.byteLength,
    fields: pen.fields.map((field) => ({
      usage: hex(field.usage),
      bitOffset: field.bitOffset,
      bitSize: field.bitSize,
      logicalMin: field.logicalMin,
      logicalMax: field.logicalMax,
      physicalMin: field.physicalMin,
      physicalMax: field.physicalMax,
      unit: field.unit,
      unitExponent: field.unitExponent,
      nullState: field.nullState,
    })),
  }));

describe('real report descriptors', () => {
  it('has an expectation for every file', () => {
    expect(
      expectedPens()
        .map(([file]) => file)
        .toSorted(),
    ).toEqual(descriptorFiles().toSorted());
  });

  it.each(expectedPens())('finds the pen fields of %s, bit by bit', (file, reports) => {
    const wanted = reports.map((report) => ({
      ...report,
      fields: report.fields.map(({ name: _name, ...field }) => field),
    }));
    expect(seen(file).filter(({ application }) => application !== hex(externalDigitizer))).toEqual(wanted);
  });

  it('finds the standard pen beside the vendor one in an external digitizer, and nowhere else', () => {
    const both = descriptorFiles().filter((file) =>
      seen(file).some(({ application }) => application === hex(externalDigitizer)),
    );
    expect(both).toEqual(
      ['0531-0100', '0531-0102', '0531-0105', '056a-03f7', '056a-03f9'].map(
        (name) => `descriptors/${name}.vendorpen.rdesc.bin`,
      ),
    );
    for (const file of both) expect(seen(file).map(({ reportId }) => reportId)[0]).toBe(6);
  });

  it('finds no pen in keyboards, mice, touch screens and opaque vendor devices', () => {
    const negatives = descriptorFiles().filter((file) => file.startsWith('negatives/'));
    expect(negatives).toHaveLength(6);
    for (const file of negatives) expect(seen(file)).toEqual([]);
  });
});

describe('items', () => {
  const pen = (body: readonly number[]): Uint8Array =>
    Uint8Array.from([0x05, 0x0d, 0x09, 0x02, 0xa1, 0x01, ...body, 0xc0]);
  const xy = [0x05, 0x01, 0x75, 0x10, 0x95, 0x01, 0x26, 0xff, 0x7f, 0x09, 0x30, 0x81, 0x02, 0x09, 0x31, 0x81, 0x02];
  const tip = [0x05, 0x0d, 0x25, 0x01, 0x75, 0x01, 0x95, 0x01, 0x09, 0x42, 0x81, 0x02];
  const offsets = (bytes: Uint8Array) =>
    pensOf(bytes)[0]?.fields.map(({ pen: name, bitOffset }) => `${name}@${bitOffset}`);

  it('begins fields at bit 8 as soon as any report has an ID', () => {
    expect(offsets(pen([...tip, ...xy]))).toEqual(['tip@0', 'x@1', 'y@17']);
    expect(offsets(pen([0x85, 0x03, ...tip, ...xy]))).toEqual(['tip@8', 'x@9', 'y@25']);
  });

  it('moves over constant items without taking their usages', () => {
    expect(offsets(pen([...tip, 0x75, 0x07, 0x09, 0x32, 0x81, 0x03, ...xy]))).toEqual(['tip@0', 'x@8', 'y@24']);
  });

  it('restores every global at a pop', () => {
    const [found] = pensOf(
      pen([...tip, 0xa4, 0x75, 0x08, 0x85, 0x09, 0x25, 0x7f, 0xb4, 0x09, 0x32, 0x81, 0x02, ...xy]),
    );
    const range = found?.fields.find((field) => field.pen === 'inRange');
    expect(range).toMatchObject({ bitOffset: 1 + 8, bitSize: 1, logicalMax: 1 });
    expect(found?.reportId).toBe(0);
  });

  it('takes a four-byte usage with its own page, wherever the page stands', () => {
    const long = [0x05, 0x01, 0x75, 0x01, 0x95, 0x01, 0x25, 0x01, 0x0b, 0x42, 0x00, 0x0d, 0x00, 0x81, 0x02];
    expect(offsets(pen([...long, ...xy]))).toEqual(['tip@0', 'x@1', 'y@17']);
  });

  it('counts a usage range up, and repeats its last usage', () => {
    const parsed = parseReportDescriptor(
      Uint8Array.from([0x05, 0x0d, 0x75, 0x01, 0x95, 0x04, 0x19, 0x42, 0x29, 0x44, 0x81, 0x02]),
    );
    expect(parsed.ok && parsed.value.inputs[0]?.fields.map(({ usage }) => usage & 0xff)).toEqual([
      0x42, 0x43, 0x44, 0x44,
    ]);
  });

  it('reads 25 FF as 255 where the minimum is not negative, and as -1 where it is', () => {
    const max = (items: readonly number[]) => {
      const parsed = parseReportDescriptor(
        Uint8Array.from([0x05, 0x0d, 0x09, 0x30, ...items, 0x75, 8, 0x95, 1, 0x81, 2]),
      );
      return parsed.ok ? parsed.value.inputs[0]?.fields[0]?.logicalMax : null;
    };
    expect(max([0x15, 0x00, 0x25, 0xff])).toBe(255);
    expect(max([0x15, 0x80, 0x25, 0xff])).toBe(-1);
  });

  it('reads unit exponents as a nibble and as a signed byte', () => {
    const exponent = (item: number) => {
      const parsed = parseReportDescriptor(
        Uint8Array.from([0x05, 0x0d, 0x09, 0x30, 0x55, item, 0x75, 8, 0x95, 1, 0x81, 2]),
      );
      return parsed.ok ? parsed.value.inputs[0]?.fields[0]?.unitExponent : null;
    };
    expect([0x00, 0x07, 0x0d, 0xfd].map(exponent)).toEqual([0, 7, -3, -3]);
  });

  it('skips long items', () => {
    expect(offsets(pen([0xfe, 0x02, 0x10, 0xaa, 0xbb, ...tip, ...xy]))).toEqual(['tip@0', 'x@1', 'y@17']);
  });
});

describe('hostile descriptors', () => {
  const refusal = (bytes: readonly number[] | Uint8Array) => {
    const parsed = parseReportDescriptor(Uint8Array.from(bytes));
    return parsed.ok ? null : parsed.error;
  };
  const repeated = (items: readonly number[], times: number) => Array.from({ length: times }, () => items).flat();

  it.each([
    ['an item cut short', [0x26, 0x01], 'damaged', 'ends inside an item (byte 0)'],
    ['a long item cut short', [0xfe, 0x09, 0x00, 0x01], 'damaged', 'ends inside a long item'],
    ['a close without a collection', [0xc0], 'damaged', 'no collection to close (byte 0)'],
    ['a collection left open', [0xa1, 0x01], 'damaged', 'a collection is not closed'],
    ['a pop without a push', [0xb4], 'damaged', 'nothing to pop (byte 0)'],
    ['report ID 0', [0x85, 0x00], 'damaged', 'report ID is not 1 to 255 (byte 0)'],
    ['an end of a range without its beginning', [0x29, 0x05], 'damaged', 'usage range without a beginning (byte 0)'],
    ['collections without end', repeated([0xa1, 0x01], 33), 'too-large', 'collections are nested too deep (byte 64)'],
    ['pushes without end', repeated([0xa4], 33), 'too-large', 'globals are pushed too deep (byte 32)'],
    [
      'a report of gigabytes',
      [0x77, 0xff, 0xff, 0xff, 0x7f, 0x97, 0xff, 0xff, 0xff, 0x7f, 0x81, 0x02],
      'too-large',
      'a report is too long (byte 10)',
    ],
    [
      'fields without end',
      [0x09, 0x30, 0x75, 0x01, 0x96, 0x00, 0x01, ...repeated([0x09, 0x30, 0x81, 0x02], 40)],
      'too-large',
      'too many fields (byte 137)',
    ],
    ['17 KB', repeated([0xa4, 0xb4], 8500), 'too-large', '17000 bytes'],
  ])('refuses %s', (_what, bytes, code, detail) => {
    expect(refusal(bytes)).toEqual({ code, detail });
  });

  it('reads or refuses anything, quickly, and never throws', () => {
    const whole = descriptorFiles().map(descriptorBytes);
    const mutated = fc
      .tuple(fc.constantFrom(...whole), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }))
      .map(([bytes, flips]) => {
        const changed = bytes.slice();
        for (const [at, value] of flips) changed[at % changed.length] = value;
        return changed;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), mutated), (bytes) => {
        const parsed = parseReportDescriptor(bytes);
        if (!parsed.ok) return ['damaged', 'too-large'].includes(parsed.error.code);
        return findPenReports(parsed.value).every(({ fields, byteLength }) =>
          fields.every(({ bitOffset, bitSize }) => bitOffset + bitSize <= byteLength * 8),
        );
      }),
      { seed: 20_261_123, numRuns: 500 },
    );
  });
});
