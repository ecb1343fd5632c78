import { describe, expect, it } from 'vitest';
import { modelNamed } from '../../../drivers/pad-models.ts';
import { deviceStatus } from '../../../drivers/simulated/device-states.ts';
import { simulatedFound } from '../../../drivers/simulated/simulated-models.ts';
import { SimulatedStu } from '../../../drivers/simulated/simulated-stu.ts';
import { lackingOf } from '../../../drivers/wacom/stu-settings.ts';
import type { StuSettings } from '../../../drivers/wacom/stu-settings.ts';
import { formatStuSettings } from '../../../drivers/wacom/stu-settings-text.ts';
import type { StuDeskSettings } from '../../../drivers/wacom/stu-settings-text.ts';
import { openStu } from '../../../drivers/wacom/stu-pad.ts';
import { ManualClock } from '../manual-clock.ts';
import { openBench } from './stu-bench.ts';

const settings: StuSettings = {
  ink: { colour: { red: 200, green: 10, blue: 20 }, thickness: 2 },
  whiteBackground: true,
  backlight: 3,
  contrast: 20,
  bootScreen: true,
  rendering: 'smooth',
  uid: 0x01020304,
  staysHid: true,
};
/** The settings, of all that was told. */
const changes = (told: readonly string[]): readonly string[] =>
  told.filter((report) => /^(0a|0c|0e|2[89b-f])/.test(report));

describe('settings of a STU pad', () => {
  it('are written as asked, once: what the pad holds already is left alone', async () => {
    const first = await openBench('stu-540', { settings });
    expect(changes(first.told())).toEqual(['2dc80a1402', '2b0300', '2c1400', '2f01', '0e01', '0a01020304']);
    await first.settle(first.pad.close());
    first.told();
    const found = simulatedFound(first.simulated.facts);
    const again = await first.settle(openStu(first.simulated.connect(), found, { clock: first.clock, settings }));
    expect(changes(first.told())).toEqual([]);
    await first.settle(again.pad.close());
  });

  it('leave a fresh pad as it is by default, but for the colour of ink where that is sure', async () => {
    const told = async (name: 'stu-300' | 'stu-430' | 'stu-520' | 'stu-530' | 'stu-540') =>
      changes((await openBench(name)).told());
    expect(await told('stu-300')).toEqual([]);
    expect(await told('stu-430')).toEqual([]);
    expect(await told('stu-520')).toEqual(['280c0001']);
    expect(await told('stu-530')).toEqual([]);
    expect(await told('stu-540')).toEqual(['2d00006001']);
  });

  it('of a desk lie over those of the model, and are written to a pad that has them', async () => {
    const deskSettings = {
      inkColour: { red: 0, green: 0x80, blue: 0x10 },
      thickness: 2,
      backlight: 3,
      contrast: 20,
      bootScreen: true,
      rendering: 'smooth',
    } as const;
    const told = async (
      name: 'stu-300' | 'stu-430' | 'stu-500' | 'stu-520' | 'stu-530' | 'stu-540',
      asked: StuDeskSettings = deskSettings,
    ) => changes((await openBench(name, { deskSettings: asked })).told());
    expect(await told('stu-300')).toEqual([]);
    expect(await told('stu-500')).toEqual([]);
    // One bit a pixel: no colour is asked for.
    expect(await told('stu-430')).toEqual(['2d00000002', '2f01']);
    expect(await told('stu-520')).toEqual(['28020402', '2b0300', '2c1400']);
    expect(await told('stu-530')).toEqual(['2d00801002', '2b0300', '2c1400', '2f01']);
    expect(await told('stu-540')).toEqual(['2d00801002', '2b0300', '2c1400', '2f01', '0e01']);
    expect(await told('stu-540', { ...deskSettings, colourOrder: 'bgr' })).toContain('2d10800002');
    // What is left out stays as the model has it.
    expect(await told('stu-540', { thickness: 3 })).toEqual(['2d00006003']);
    expect(await told('stu-540', { inkColour: { red: 255, green: 0, blue: 0 } })).toEqual(['2dff000001']);
    expect(await told('stu-540', { backlight: 1 })).toEqual(['2d00006001', '2b0100']);
    expect(await told('stu-430', { inkColour: { red: 255, green: 0, blue: 0 } })).toEqual([]);
    expect(await told('stu-530', {})).toEqual([]);
  });

  it('of a desk that a model cannot have are named: what no report tells it', () => {
    const all: StuDeskSettings = {
      inkColour: { red: 1, green: 2, blue: 3 },
      thickness: 2,
      colourOrder: 'bgr',
      backlight: 3,
      contrast: 20,
      bootScreen: true,
      rendering: 'smooth',
      zlib: true,
    };
    const lacking = (name: string) => formatStuSettings(lackingOf(modelNamed(name), all)).replaceAll(/=[^,]*/g, '');
    expect(lacking('STU-540')).toBe('');
    expect(lacking('STU-530')).toBe('rendering');
    expect(lacking('STU-520')).toBe('colour-order,boot-screen,rendering,zlib');
    expect(lacking('STU-430')).toBe('ink,colour-order,backlight,contrast,rendering,zlib');
    expect(lacking('STU-300')).toBe('ink,thickness,colour-order,backlight,contrast,boot-screen,rendering,zlib');
    expect(lackingOf(modelNamed('STU-300'), { backlight: 3 })).toEqual({ backlight: 3 });
  });

  it('turn a background white that is not, in either order of colours, and then trust it', async () => {
    for (const colourOrder of ['rgb', 'bgr'] as const) {
      const { told, pad, simulated, settle } = await openBench('stu-530', {
        settings: { whiteBackground: true, colourOrder },
        simulated: { facts: { colourOrder } },
        prepare: (one) => {
          one.device.set(Uint8Array.of(0x2e, 10, 20, 30));
        },
      });
      expect(changes(told())).toEqual(['2e0a141e', '2effffff']);
      await settle(pad.showPicture(new Uint8Array(800 * 480 * 4).fill(255)));
      expect(told()).toEqual(['2000']);
      expect(simulated.screen().rgba.every((byte) => byte === 255)).toBe(true);
    }
  });

  it('never clear a part on a pad whose background is another colour', async () => {
    const { told, pad, simulated, settle } = await openBench('stu-530', {
      settings: {},
      prepare: (one) => one.device.set(Uint8Array.of(0x2e, 10, 20, 30)),
    });
    told();
    await settle(pad.showPicture(new Uint8Array(800 * 480 * 4).fill(255)));
    expect(told()).toEqual(['2500', 'block 256 x190', '2700']);
    expect(simulated.screen().rgba.every((byte) => byte === 255)).toBe(true);
    await settle(pad.clearScreen());
    expect(simulated.screen().rgba[0]).toBe(10);
    await settle(pad.showPicture(new Uint8Array(800 * 480 * 4).fill(255)));
    expect(simulated.screen().rgba[0]).toBe(255);
  });

  it('that a pad refuses do not keep it from being used', async () => {
    const { pad } = await openBench('stu-540', {
      settings: { ...settings, backlight: 9 },
      prepare: (one) => one.behave(({ id }) => (id === 0x2c ? 'stall' : 'answer')),
    });
    expect(pad.description.model).toBe('STU-540');
  });
});

describe('connecting to a STU pad that was left', () => {
  async function reopened(name: 'stu-430' | 'stu-540', prepare: (one: SimulatedStu, clock: ManualClock) => void) {
    const clock = new ManualClock();
    const simulated = new SimulatedStu(name, clock);
    prepare(simulated, clock);
    const opening = openStu(simulated.connect(), simulatedFound(simulated.facts), { clock });
    const { pad } = await clock.settle(opening);
    await clock.settle(pad.showPicture(new Uint8Array(simulated.facts.width * simulated.facts.height * 4)));
    return { simulated, pad, seconds: (clock.now() - 1_000_000) / 1e6 };
  }

  it('in the middle of a capture ends it, even one that has just begun', async () => {
    for (const wait of [0, 1000]) {
      const { pad, transport, simulated, clock, settle } = await openBench('stu-430');
      await settle(pad.startCapture());
      await clock.advance(wait);
      await transport.close();
      expect(simulated.device.status).toBe(deviceStatus.capture);
      const before = clock.now();
      const again = await settle(openStu(simulated.connect(), simulatedFound(simulated.facts), { clock }));
      expect(simulated.device.status).toBe(deviceStatus.ready);
      expect((clock.now() - before) / 1e6).toBeLessThan(2);
      await settle(again.pad.startCapture());
      expect(simulated.device.status).toBe(deviceStatus.capture);
    }
  });

  it('in the middle of an image abandons it', async () => {
    const { simulated } = await reopened('stu-430', (one) => {
      one.device.set(Uint8Array.of(0x25, 0));
      expect(one.device.status).toBe(deviceStatus.image);
    });
    expect(simulated.device.status).toBe(deviceStatus.ready);
  });

  it('while it resets, or writes a picture to its memory, waits', async () => {
    for (const begin of [
      (one: SimulatedStu) => one.device.set(Uint8Array.of(0x04, 0)),
      (one: SimulatedStu) => one.device.set(Uint8Array.of(0x97, 0, 0)),
    ]) {
      const { pad } = await reopened('stu-540', begin);
      expect(pad.description.model).toBe('STU-540');
    }
  });

  it('refuses a model that is only recognised', async () => {
    const simulated = new SimulatedStu('stu-540');
    const found = { ...simulatedFound(simulated.facts), model: modelNamed('STU-541') };
    await expect(openStu(simulated.connect(), found)).rejects.toMatchObject({ code: 'unsupported' });
  });
});
