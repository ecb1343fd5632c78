import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { penScale, readPen } from '../../../drivers/generic-digitizer/pen-report.ts';
import type { PenReport } from '../../../drivers/generic-digitizer/pen-fields.ts';
import { descriptorBytes, descriptorFiles, pensOf } from './descriptors.ts';

function penOf(name: string, reportId: number): PenReport {
  const found = pensOf(descriptorBytes(`descriptors/${name}.rdesc.bin`)).find((pen) => pen.reportId === reportId);
  if (!found) throw new Error(`no report ${reportId}`);
  return found;
}
const bytes = (hex: string, length: number): Uint8Array => {
  const report = new Uint8Array(length);
  report.set(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  return report;
};

describe('pen reports', () => {
  it('reads the worked example of the Wacom One: place, pressure, tilt', () => {
    const pen = penOf('056a-03a6', 6);
    const read = readPen(pen, bytes('06 21 00 40 00 00 20 00 00 04 F6 0A', 27));
    expect(read.ok && read.value).toMatchObject({
      x: 0x4000,
      y: 0x2000,
      tip: true,
      inRange: true,
      pressure: 1024,
      tiltX: -1000,
      tiltY: 1000,
      eraser: false,
    });
    const scale = penScale(pen);
    expect(scale).toMatchObject({ maxX: 29434, maxY: 16556, maxPressure: 4095 });
    expect(scale.unitsPerInchX).toBeCloseTo(2540, 3);
  });

  it('reads the worked example of the ePad, which has touch for a tip and no range', () => {
    const pen = penOf('04df-0012', 0);
    expect(readPen(pen, bytes('20 37 01 F2 00 5C', 6))).toEqual({
      ok: true,
      value: {
        x: 311,
        y: 242,
        pressure: 92,
        tip: true,
        inRange: true,
        invert: false,
        eraser: false,
        barrel: false,
        secondBarrel: false,
      },
    });
    expect(readPen(pen, bytes('00 37 01 F2 00 00', 6))).toMatchObject({ value: { tip: false, inRange: false } });
  });

  it('tells that resolutions differ by direction, as the device says', () => {
    const scale = penScale(penOf('28bd-0932', 7));
    expect(scale.unitsPerInchX).toBeCloseTo(32767 / 10.02, 2);
    expect(scale.unitsPerInchY).toBeCloseTo(32767 / 6.272, 2);
  });

  it('leaves a value out that its field declares unknown', () => {
    const pen = penOf('045e-0021', 1);
    const report = bytes('01 03 10 00 20 00 30 00', 16);
    new DataView(report.buffer).setUint16(8, 18_001, true);
    new DataView(report.buffer).setUint16(10, 9000, true);
    const read = readPen(pen, report);
    expect(read.ok && read.value).toMatchObject({ x: 0x10, y: 0x20, pressure: 0x30, tiltY: 0 });
    expect(read.ok && 'tiltX' in read.value).toBe(false);
  });

  it('scales unit-less tilt of a signed byte to 60 degrees', () => {
    const pen = penOf('28bd-0932', 7);
    const read = readPen(pen, bytes('07 20 00 00 00 00 00 00 7F 81', 10));
    expect(read.ok && [read.value.tiltX, read.value.tiltY]).toEqual([6000, -6000]);
  });

  it("reads Wacom's vendor page by its usages, 24 bits wide", () => {
    const pen = penOf('056a-03c4', 30);
    const report = bytes('1E 00 41 01 02 01 03 02 01 04 05', 34);
    const read = readPen(pen, report);
    expect(read.ok && read.value).toMatchObject({
      x: 0x010201,
      y: 0x010203,
      pressure: 0x0504,
      tip: true,
      inRange: true,
    });
  });

  it('tells reports of others and reports cut short apart', () => {
    const pen = penOf('056a-03a6', 6);
    expect(readPen(pen, bytes('10', 27))).toEqual({ ok: false, error: 'other-report' });
    expect(readPen(pen, bytes('06', 26))).toEqual({ ok: false, error: 'malformed' });
    expect(readPen(pen, new Uint8Array())).toEqual({ ok: false, error: 'other-report' });
  });

  it('gives whole numbers for any bytes in any real layout', () => {
    const pens = descriptorFiles().flatMap((file) => pensOf(descriptorBytes(file)));
    fc.assert(
      fc.property(fc.constantFrom(...pens), fc.uint8Array({ minLength: 64, maxLength: 64 }), (pen, report) => {
        if (pen.usesIds) report[0] = pen.reportId;
        const read = readPen(pen, report);
        if (!read.ok) return false;
        return Object.values(read.value).every((value) => typeof value === 'boolean' || Number.isSafeInteger(value));
      }),
      { seed: 20_261_123, numRuns: 500 },
    );
  });
});
