import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { matchPads, scanPads } from '../../drivers/find-pads.ts';
import { padModels } from '../../drivers/pad-models.ts';
import { err, ok } from '../../signing/result.ts';

const hid = (pid: number, path: string, serial: string | null = null) => ({ vid: 0x056a, pid, path, serial });
const usb = (pid: number, place: string) => ({ vid: 0x056a, pid, place });

describe('the table of models', () => {
  it('names each USB identity once', () => {
    const keys = padModels.map(({ vid, pid }) => `${vid}:${pid}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(padModels.map(({ model }) => model)).size).toBe(padModels.length);
  });
  it('claims of no model that it has met a device', () => {
    expect(new Set(padModels.map(({ proven }) => proven))).toEqual(new Set(['simulated', null]));
  });
  it('has a line for each model on the page of the folder, with the same proof', async () => {
    const page = await readFile(new URL('../../drivers/README.md', import.meta.url), 'utf8');
    for (const { vid, pid, model, proven } of padModels) {
      const usbId = `${vid.toString(16).padStart(4, '0')}:${pid.toString(16).padStart(4, '0')}`;
      const line = page.split('\n').find((text) => text.includes(`Wacom ${model}`) && text.includes(usbId));
      expect(line?.split('|').at(-2)?.trim()).toBe(proven ?? '-');
    }
  });
});

describe('finding pads', () => {
  it('tells two identical pads apart by their place', () => {
    const { found } = matchPads(ok([hid(0xa5, '/dev/hidraw3'), hid(0xa5, '/dev/hidraw4')]), []);
    expect(found.map(({ id, model }) => [id, model.model])).toEqual([
      ['hidraw:hidraw3', 'STU-530'],
      ['hidraw:hidraw4', 'STU-530'],
    ]);
  });
  it('leaves other devices alone, of other makers and of the same', () => {
    const { found, unusable } = matchPads(
      ok([{ vid: 0x046d, pid: 0xa5, path: '/dev/hidraw0', serial: null }, hid(0x03a6, '/dev/hidraw1')]),
      [{ vid: 0x1d6b, pid: 2, place: '1-1' }],
    );
    expect([found, unusable]).toEqual([[], []]);
  });
  it('makes an id without anything that does not belong into an address', () => {
    const { found } = matchPads(ok([hid(0xa8, '\\\\?\\hid#vid_056a&pid_00a8#7&1f&0&0000#{4d1e55b2}')]), []);
    expect(found[0]!.id).toMatch(/^hidraw:[A-Za-z0-9-]+$/);
  });
  it('recognises a STU-541 and says that it is not driven', () => {
    const { found, unusable } = matchPads(ok([]), [usb(0xa9, '1-4')]);
    expect(found).toEqual([]);
    expect(unusable.map(({ id, model, problem }) => [id, model.model, problem])).toEqual([
      ['usb:1-4', 'STU-541', 'not-driven'],
    ]);
  });
  it('says of a pad on the bus without a HID node that it has none, and counts two of a model one by one', () => {
    const { found, unusable } = matchPads(ok([hid(0xa8, '/dev/hidraw0')]), [usb(0xa8, '1-4'), usb(0xa8, '1-5')]);
    expect(found).toHaveLength(1);
    expect(unusable.map(({ id, problem }) => [id, problem])).toEqual([['usb:1-5', 'no-hid-node']]);
  });
  it('names the missing library when nothing can be listed', () => {
    const { unusable } = matchPads(err('hid-library-missing'), [usb(0xa4, '1-4')]);
    expect(unusable.map(({ problem }) => problem)).toEqual(['hid-library-missing']);
  });
  it('survives this machine, whatever libraries and buses it has', async () => {
    const scan = await scanPads();
    expect(Array.isArray(scan.found) && Array.isArray(scan.unusable)).toBe(true);
  });
});
