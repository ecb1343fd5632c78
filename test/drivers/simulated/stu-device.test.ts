import { describe, expect, it } from 'vitest';
import { reportLength } from '../../../drivers/simulated/device-reports.ts';
import { deviceStatus } from '../../../drivers/simulated/device-states.ts';
import { stuFacts, stuNames } from '../../../drivers/simulated/stu-facts.ts';
import { padModels } from '../../../drivers/pad-models.ts';
import { parseReportDescriptor } from '../../../drivers/generic-digitizer/report-descriptor.ts';
import { DeviceRig, hexOf } from './device-rig.ts';

describe('the pad side of the STU protocol', () => {
  it('answers the worked examples of the reference byte for byte', () => {
    const rig = new DeviceRig('stu-540');
    expect(rig.get(0x08)).toBe('085354552d3534300000010a0000000000');
    expect(rig.get(0x09)).toBe('092a30195003ff032001e0c809ec0f0000');
    expect(rig.pen({ x: 400, y: 240 }, 300)).toBe('01912c15180ca8');
    rig.set(0x32, 3);
    rig.device.forceSequence(41);
    expect(rig.pen({ x: 400, y: 240 }, 300, 1000)).toBe('34912c15180ca803e8002a');
    expect(hexOf(rig.device.pen({ at: { x: 0, y: 0 }, inRange: false, tip: false, pressure: 0, timeMs: 0 })!)).toMatch(
      /^3400000000/,
    );
  });

  it('wraps time and sequence at 16 bits', () => {
    const rig = new DeviceRig('stu-530');
    rig.set(0x32, 3);
    rig.device.forceSequence(0xfffe);
    expect(
      [rig.pen({ x: 0, y: 0 }, 0, 65_535), rig.pen({ x: 0, y: 0 }, 0, 65_537)].map((one) => one!.slice(14)),
    ).toEqual(['ffffffff', '00010000']);
  });

  it('gives time or sequence as the option of report 0x30 on the STU-520, and on a STU-500 with firmware 2.03', () => {
    for (const rig of [new DeviceRig('stu-520'), new DeviceRig('stu-500', { firmware: [2, 3], optionMode: 2 })]) {
      rig.device.forceSequence(9);
      expect(rig.set(0x32, 1)).toBe(0);
      expect(rig.pen({ x: 0, y: 0 }, 0, 77)).toBe('30800000000000004d');
      expect(rig.set(0x32, 2)).toBe(0);
      expect(rig.pen({ x: 0, y: 0 }, 0, 77)).toBe('30800000000000000b');
      expect(rig.set(0x32, 3)).toBe(0x04);
    }
  });

  it('agrees with our own table of models on names, screens, ranges and USB ids', () => {
    for (const name of stuNames) {
      const facts = stuFacts(name);
      const model = padModels.find(({ pid, vid }) => vid === 0x056a && pid === facts.productId);
      expect(model?.model).toBe(facts.label);
      const { maxX, maxY, maxPressure, screen } = model!.geometry;
      expect([maxX, maxY, maxPressure, screen!.width, screen!.height]).toEqual([
        facts.maxX,
        facts.maxY,
        facts.maxPressure,
        facts.width,
        facts.height,
      ]);
    }
  });

  it('has a descriptor that declares each report once with its length, those of both ways twice', () => {
    const rig = new DeviceRig('stu-540');
    const bytes = rig.device.reportDescriptor();
    expect(hexOf(bytes.subarray(0, 14))).toBe('0600ff0901a101150026ff007508');
    expect(hexOf(bytes)).toContain('85340901950a8102');
    expect(hexOf(bytes)).toContain('85260901' + '96ff09' + 'b102');
    expect(hexOf(bytes)).toContain('8550090195108102' + '855009019510b102');
    expect(bytes.at(-1)).toBe(0xc0);
    const parsed = parseReportDescriptor(bytes);
    if (!parsed.ok) throw new Error('the descriptor is damaged');
    expect(parsed.value.inputs.map(({ id, byteLength }) => [id, byteLength])).toEqual([
      [0x01, 7],
      [0x10, 17],
      [0x33, 17],
      [0x34, 11],
      [0x50, 17],
      [0x99, 10],
      [0x9a, 17],
    ]);
    expect(hexOf(new DeviceRig('stu-430').device.reportDescriptor())).toContain('85260901' + '95ff' + 'b102');
  });

  it('stalls what its model has not, and what has not its length', () => {
    const rig = new DeviceRig('stu-430');
    for (const id of [0x0f, 0x1a, 0x2b, 0x93, 0x77]) {
      expect(() => rig.device.get(id)).toThrow('Broken pipe');
      expect(rig.result).toBe(0x01);
    }
    expect(() => rig.device.set(Uint8Array.of(0x21))).toThrow('Broken pipe');
    expect(() => rig.device.set(Uint8Array.of(0x21, 1, 0))).toThrow('Broken pipe');
    expect(() => rig.device.set(new Uint8Array(0))).toThrow('Broken pipe');
    expect(rig.device.inking).toBe(true);
    expect(rig.set(0x21, 0)).toBe(0);
  });

  it('has exactly the queries of its model that the reference lists', () => {
    const queries = (name: Parameters<typeof stuFacts>[0]): string =>
      [...Array(256).keys()]
        .filter((id) => reportLength(stuFacts(name), 'get', id) !== null)
        .map((id) => id.toString(16).padStart(2, '0'))
        .join(' ');
    expect(queries('stu-300')).toBe('03 08 09 0a 13 14 1a 1b 21 22');
    expect(queries('stu-500')).toBe('03 08 09 0a 13 14 1a 1b 21 22');
    expect(queries('stu-520')).toBe('03 08 09 0a 13 14 1a 1b 21 22 28 29 2a 2b 2c 32');
    expect(queries('stu-430')).toBe('03 08 09 0a 0b 21 22 28 2a 2d 2f 32 40 50');
    expect(queries('stu-430v')).toBe('03 06 08 09 0a 0b 0c 0d 21 22 28 2a 2d 2f 32 40 50');
    expect(queries('stu-530')).toBe('03 08 09 0a 0b 21 22 28 29 2a 2b 2c 2d 2e 2f 32 40 50');
    expect(queries('stu-540')).toBe('03 06 08 09 0a 0b 0c 0d 0e 0f 21 22 28 29 2a 2b 2c 2d 2e 2f 32 40 50 93 96 98');
    expect(queries('stu-541')).toBe('03 08 09');
  });

  it('answers "wrong state" to what its status does not allow', () => {
    const rig = new DeviceRig('stu-540');
    rig.device.force(deviceStatus.capture);
    for (const id of [0x0a, 0x15, 0x20, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x40, 0x94]) expect(rig.set(id)).toBe(0x02);
    expect(rig.set(0x2b, 1, 0)).toBe(0);
    rig.device.force(deviceStatus.ready);
    for (const id of [0x16, 0x26, 0x27]) expect(rig.set(id)).toBe(0x02);
    rig.device.force(deviceStatus.romBusy);
    expect(rig.set(0x2a)).toBe(0x02);
    expect(() => rig.get(0x2a)).toThrow('Broken pipe');
    expect(rig.set(0x0d, 150)).toBe(0);
    rig.device.force(deviceStatus.systemReset);
    expect(rig.status).toBe(0xff);
    expect(() => rig.get(0x08)).toThrow('Broken pipe');
    expect(rig.set(0x21, 1)).toBe(0x02);
  });

  it('resets softly to its defaults within 1.1 s, and hard by leaving the bus', async () => {
    const rig = new DeviceRig('stu-530');
    const gone: number[] = [];
    rig.device.onDetached((ms) => gone.push(ms));
    for (const hex of ['2100', '2228001400', '3203', '2a0a000a0014001400', '2dff00000201', '2e102030']) {
      expect(rig.setHex(hex.slice(0, 2 * reportLength(rig.device.facts, 'set', parseInt(hex.slice(0, 2), 16))!))).toBe(
        0,
      );
    }
    rig.set(0x04, 0);
    expect([rig.status, rig.set(0x21, 0)]).toEqual([0xff, 0x02]);
    await rig.clock.advance(1100);
    expect([
      rig.status,
      rig.get(0x21),
      rig.get(0x22),
      rig.get(0x32),
      rig.get(0x2a),
      rig.get(0x2d),
      rig.get(0x2e),
    ]).toEqual([0, '2101', '2215001000', '3200', '2a000000001f03df01', '2d00000001', '2effffff']);
    rig.set(0x04, 1);
    expect(gone).toEqual([2000]);
    rig.device.powerOn();
    expect([rig.status, rig.get(0x2e), rig.pixel(5, 5)]).toEqual([0, '2e102030', [16, 32, 48]]);
  });

  it('shows its boot picture first when it is told to', async () => {
    const rig = new DeviceRig('stu-430');
    rig.set(0x2f, 1);
    rig.device.powerOn();
    expect([rig.status, rig.set(0x2f, 0), rig.pen({ x: 1, y: 1 }, 0)]).toEqual([4, 0x02, null]);
    await rig.clock.advance(3000);
    expect([rig.status, rig.set(0x2f, 0)]).toEqual([0, 0]);
  });

  it('counts each write of a setting that its flash keeps, also of the value it has', () => {
    const rig = new DeviceRig('stu-530');
    const backlight = rig.device.get(0x2b);
    rig.device.set(backlight);
    rig.device.set(Uint8Array.of(0x2c, 3, 0));
    expect(['backlight', 'contrast', 'background', 'uid'].map((cell) => rig.device.flash.writes(cell))).toEqual([
      1, 1, 0, 0,
    ]);
    expect(rig.device.flash.writes()).toBe(2);
    expect(rig.set(0x2b, 4, 0)).toBe(0x04);
    expect(rig.device.flash.writes('backlight')).toBe(1);
  });

  it('takes colours in the order of the setting: pure red', () => {
    const [rgb, bgr] = [new DeviceRig('stu-540'), new DeviceRig('stu-540', { colourOrder: 'bgr' })];
    for (const rig of [rgb, bgr]) {
      rig.set(0x2d, 0xff, 0, 0, 0);
      rig.pen({ x: 10, y: 10 }, 500);
      expect(rig.get(0x2d)).toBe('2dff000000');
    }
    expect([rgb.pixel(10, 10), bgr.pixel(10, 10)]).toEqual([
      [255, 0, 0],
      [0, 0, 255],
    ]);
    rgb.set(0x28, 0x00, 0xf8, 3);
    expect([rgb.get(0x28), rgb.get(0x2d)]).toEqual(['2800f803', '2dff000003']);
  });

  it('draws ink by its thresholds, in its thickness, in its area, and reports from everywhere', () => {
    const rig = new DeviceRig('stu-430');
    rig.setHex('2a 0a 00 0a 00 13 00 13 00');
    rig.set(0x2d, 0, 0, 0, 0);
    const inked = (): number => {
      const { rgba } = rig.device.screen.picture();
      return rgba.filter((value, at) => at % 4 === 0 && value === 0).length;
    };
    expect([rig.pen({ x: 15, y: 15 }, 20), inked()]).toEqual([expect.any(String), 0]);
    expect([rig.pen({ x: 15, y: 15 }, 21), inked()]).toEqual([expect.any(String), 1]);
    expect([rig.pen({ x: 15, y: 16 }, 16), inked()]).toEqual([expect.any(String), 2]);
    expect([rig.pen({ x: 15, y: 17 }, 15), inked()]).toEqual([expect.any(String), 2]);
    expect([rig.pen({ x: 100, y: 100 }, 500), inked()]).toEqual([expect.any(String), 2]);
    rig.set(0x21, 0);
    expect([rig.pen({ x: 12, y: 12 }, 500), inked()]).toEqual([expect.any(String), 2]);
    expect(rig.setHex('2a 05 00 05 00 01 00 01 00')).toBe(0x15);
  });
});
