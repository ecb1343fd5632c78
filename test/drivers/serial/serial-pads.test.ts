import { describe, expect, it } from 'vitest';
import { listSerialPads, parseSerialPads, serialModelNames } from '../../../drivers/serial/serial-pads.ts';

describe('the setting for pads on serial lines', () => {
  it('names model and port, one or several', () => {
    expect(parseSerialPads('topaz-siglite-lcd-1x5@/dev/ttyUSB0, topaz-clipgem@COM3')).toEqual({
      ok: true,
      value: [
        { model: 'topaz-siglite-lcd-1x5', port: '/dev/ttyUSB0' },
        { model: 'topaz-clipgem', port: 'COM3' },
      ],
    });
    for (const name of serialModelNames) {
      expect(parseSerialPads(`${name}@/dev/serial/by-id/usb-FTDI_US232B-if00-port0`).ok).toBe(true);
    }
  });

  it.each([
    ['', /^must name one of topaz-siggem-1x5, /],
    ['topaz-siglite-1x5', /^must name a port/],
    ['topaz-unknown@/dev/ttyUSB0', /^must name one of/],
    ['topaz-siglite-1x5@/etc/passwd', /^must name a port/],
    ['topaz-siglite-1x5@/dev/../etc/passwd', /^must name a port/],
    ['topaz-siglite-1x5@/dev/ttyUSB0@x', /^must name a port/],
    ['topaz-siglite-1x5@/dev/ttyUSB0,', /^must name one of/],
    ['topaz-siglite-1x5@/dev/ttyUSB0,topaz-clipgem@/dev/ttyUSB0', /^names the port \/dev\/ttyUSB0 twice$/],
  ])('refuses %j', (text, problem) => {
    const parsed = parseSerialPads(text);
    expect(parsed.ok ? '' : parsed.error).toMatch(problem);
  });

  it('finds a pad while its port is there', async () => {
    const settings = [
      { model: 'topaz-clipgem', port: '/dev/null' },
      { model: 'topaz-clipgem', port: '/dev/no-such-port' },
    ];
    const found = await listSerialPads(settings);
    expect(found.map(({ id, model, road, path }) => [id, model.model, road, path])).toEqual([
      ['serial:null', 'ClipGem (serial)', 'serial', '/dev/null'],
    ]);
  });
});
