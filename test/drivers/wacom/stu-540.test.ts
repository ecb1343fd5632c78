import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Pad } from '../../../drivers/pad.ts';
import { simulatedFound } from '../../../drivers/simulated/simulated-models.ts';
import type { StuKeyEvent } from '../../../drivers/wacom/stu-540-reports.ts';
import { openStu } from '../../../drivers/wacom/stu-pad.ts';
import { line, openBench } from './stu-bench.ts';

const slide = { kind: 'slide', number: 3, pushed: false } as const;
function picture(shade: number): { width: number; height: number; rgba: Uint8Array } {
  const rgba = new Uint8Array(800 * 480 * 4).fill(255);
  for (let at = 0; at < rgba.length; at += 8) rgba.set([shade, 40, 200], at);
  return { width: 800, height: 480, rgba };
}
const bench = async () => {
  const open = await openBench('stu-540');
  open.told();
  return { ...open, extras: open.extras! };
};

describe('what only the STU-540 can', () => {
  it('is offered by no other model', async () => {
    for (const name of ['stu-530', 'stu-430', 'stu-520'] as const) expect((await openBench(name)).extras).toBeNull();
  });

  it('keeps a picture, shows it at once, and writes the same one never twice', async () => {
    const { extras, simulated, told, settle, pad } = await bench();
    const shares: number[] = [];
    expect(await settle(extras.storeImage(slide, picture(1), { progress: (share) => shares.push(share) }))).toBe(true);
    expect(told().map((report) => report.slice(0, 8))).toEqual([
      '96020300',
      '94040203',
      'block 25',
      '2700',
      '96020300',
    ]);
    expect(shares.at(-1)).toBe(1);
    expect(await settle(extras.storeImage(slide, picture(1)))).toBe(false);
    expect(told().map((report) => report.slice(0, 2))).toEqual(['96']);
    expect(await settle(extras.storeImage(slide, picture(2)))).toBe(true);
    told();
    await settle(extras.showStored(slide));
    expect(told()).toEqual(['9b0203']);
    expect(Buffer.from(simulated.screen().rgba).equals(Buffer.from(picture(2).rgba))).toBe(true);
    // The screen shows what is not from here: the next picture goes whole.
    await settle(pad.showPicture(new Uint8Array(800 * 480 * 4).fill(255)));
    expect(simulated.screen().rgba.every((byte) => byte === 255)).toBe(true);
  });

  it('says when nothing is stored, and forgets what is erased', async () => {
    const { extras, settle } = await bench();
    await expect(settle(extras.showStored(slide))).rejects.toMatchObject({ code: 'refused' });
    await settle(extras.storeImage(slide, picture(1)));
    await settle(extras.eraseStored(slide));
    await expect(settle(extras.showStored(slide))).rejects.toMatchObject({ code: 'refused' });
    await settle(extras.storeImage(slide, picture(1)));
    await settle(extras.eraseAllStored('slide'));
    expect(await settle(extras.storeImage(slide, picture(1)))).toBe(true);
  });

  it('finds out when the pad has stored something else', async () => {
    const { extras, simulated, settle } = await bench();
    const set = simulated.device.set.bind(simulated.device);
    let first = true;
    simulated.device.set = (report) => {
      const copy = report.slice();
      if (copy[0] === 0x26 && first) copy[9]! ^= 0xff;
      if (copy[0] === 0x26) first = false;
      set(copy);
    };
    await expect(settle(extras.storeImage(slide, picture(1)))).rejects.toMatchObject({ code: 'refused' });
  });

  it('runs a signature screen by itself and tells its keys, in clear and in a capture', async () => {
    const { extras, simulated, events, settle, pad } = await bench();
    const screen = { kind: 'signature', number: 1, pushed: false } as const;
    await settle(extras.storeImage(screen, picture(3), { keys: [0, 0, 7] }));
    const mode = {
      mode: 'signature',
      screen: 1,
      keys: ['clear', 'cancel', 'enter'],
      afterEnter: 0,
      afterCancel: 0,
    } as const;
    await settle(extras.setOperationMode(mode));
    expect(await settle(extras.operationMode())).toEqual(mode);
    const keys: StuKeyEvent[] = [];
    const stop = extras.onKey((key) => keys.push(key));
    simulated.device.pressKey(1);
    await settle(pad.startCapture());
    simulated.device.pressKey(2);
    expect(keys).toEqual([
      { mode: 'signature', key: 1 },
      { mode: 'signature', key: 2 },
    ]);
    // In clear, or under another key: not of this capture.
    simulated.send(Uint8Array.of(0x99, 4, 1, 0, 0, 0, 0, 0, 0, 0));
    const foreign = createCipheriv('aes-256-ecb', Buffer.alloc(32, 9), null).setAutoPadding(false);
    simulated.send(Uint8Array.from([0x9a, ...foreign.update(Buffer.alloc(16))]));
    expect(events).toEqual([
      { type: 'bad-report', reason: 'refused' },
      { type: 'bad-report', reason: 'refused' },
    ]);
    stop();
    simulated.device.pressKey(1);
    expect(keys).toHaveLength(2);
    await settle(extras.setOperationMode({ mode: 'normal' }));
    expect(simulated.device.status).toBe(0);
  });

  it('left in a mode of its own, is an ordinary pad again when it is opened, and told so only then', async () => {
    const { extras, simulated, transport, told, clock, settle, pad } = await bench();
    await settle(extras.storeImage(slide, picture(1)));
    await settle(extras.setOperationMode({ mode: 'slide-show', slides: [3], intervalMs: 2000 }));
    const written = async (one: Pad): Promise<number> => {
      let tips = 0;
      const stop = one.onEvent((event) => {
        if (event.type === 'samples') tips += event.samples.filter(({ tip }) => tip).length;
      });
      await settle(simulated.penSamples(line(10), { fast: true }));
      stop();
      return tips;
    };
    expect(await written(pad)).toBe(0);
    // The client before died without a word; the one after it left in order.
    await transport.close();
    for (const modes of [['93' + '00'.repeat(10)], []]) {
      told();
      const again = await settle(openStu(simulated.connect(), simulatedFound(simulated.facts), { clock }));
      expect(told().filter((report) => report.startsWith('93'))).toEqual(modes);
      expect(await written(again.pad)).toBe(10);
      await settle(again.pad.close());
    }
  });
});
