import { describe, expect, it } from 'vitest';
import { attachCommand, parseOptions, refusal } from './cli-options.ts';
import { momentsOf, sampleSignature, tap } from './sample-signature.ts';

describe('npm run virtual-pad', () => {
  it('understands what it is asked for', () => {
    expect(parseOptions([])).toEqual({ model: 'stu-530', serial: null, pen: null, picture: null, serve: null });
    expect(parseOptions(['--model', 'stu-430', '--serve'])).toMatchObject({ model: 'stu-430', serve: 3240 });
    expect(parseOptions(['--serve', '--serial', 'A1'])).toMatchObject({ serial: 'A1', serve: 3240 });
    expect(parseOptions(['--serve', '4000', '--pen', 'x.svc'])).toMatchObject({ serve: 4000, pen: 'x.svc' });
  });

  it('says what is wrong with what it is asked for', () => {
    expect(parseOptions(['--model', 'stu-999'])).toContain("no virtual pad 'stu-999'");
    expect(parseOptions(['--serve', '99999'])).toBe("'99999' is no port.");
    expect(parseOptions(['--colour', 'red'])).toContain('--colour');
  });

  it.each([
    [{ platform: 'darwin', vhci: false, root: true }, 'Only Linux'],
    [{ platform: 'linux', vhci: true, root: false }, 'needs root'],
    [{ platform: 'linux', vhci: false, root: true }, 'modprobe vhci_hcd'],
  ] as const)('refuses on a machine that cannot: %o', (machine, words) => {
    expect(refusal(machine, false)).toContain(words);
    expect(refusal(machine, true)).toBeNull();
  });

  it('plugs in where it can', () => {
    expect(refusal({ platform: 'linux', vhci: true, root: true }, false)).toBeNull();
  });

  it('tells the command for the port it has', () => {
    expect(attachCommand(3240, '1-1')).toBe('modprobe vhci_hcd && usbip attach -r 127.0.0.1 -b 1-1');
    expect(attachCommand(4000, '1-1')).toBe('modprobe vhci_hcd && usbip --tcp-port 4000 attach -r 127.0.0.1 -b 1-1');
  });
});

describe('the pen of a virtual pad', () => {
  it.each([
    ['the signature', sampleSignature()],
    ['a tap', tap(0.85, 0.92)],
    [
      'a recording',
      momentsOf({
        format: 'svc',
        samples: [
          { x: 900, y: 5000, tip: true, pressure: 0.2, time: 0 },
          { x: 2900, y: 5400, tip: true, pressure: null, time: 10 },
          { x: 3000, y: 9000, tip: false, pressure: null, time: 20 },
        ],
      }),
    ],
  ] as const)('stays on the pad, goes on in time and leaves at the end: %s', (_name, moments) => {
    for (const { x, y, pressure } of moments) {
      for (const share of [x, y, pressure]) {
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
      }
    }
    const times = moments.map(({ t }) => t);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(moments.at(-1)).toMatchObject({ tip: false, inRange: false, pressure: 0 });
  });

  it('keeps the shape of a recording', () => {
    const square = momentsOf({
      format: 'svc',
      samples: [
        { x: 0, y: 0, tip: true, pressure: 0.5, time: 0 },
        { x: 100, y: 100, tip: true, pressure: 0.5, time: 5 },
      ],
    });
    const [from, to] = [square[0]!, square[1]!];
    // Shares of a surface of five to three.
    expect((to.x - from.x) * 5).toBeCloseTo((to.y - from.y) * 3, 6);
  });

  it('writes in strokes, with the pen lifted between them', () => {
    const lifted = sampleSignature().filter(({ tip, inRange }) => !tip && inRange);
    expect(lifted).toHaveLength(3);
  });
});
