/**
 * signotec Delta PD 10.1 and its twin ViewSonic PD1011 (`pads.md` 3.2). The device declares its pen report as opaque
 * bytes, so the layout is known from elsewhere and not from the descriptor.
 */
import { systemClock } from '../clock.ts';
import type { FoundPad, OpenPadPorts } from '../found-pad.ts';
import type { HidTransport, Pad, PadSample } from '../pad.ts';
import { describeByTable, openScreenlessPad } from '../screenless-pad.ts';
import { err, ok } from '../../signing/result.ts';
import type { Result } from '../../signing/result.ts';

export type DeltaPen = Required<Pick<PadSample, 'x' | 'y' | 'tip' | 'inRange' | 'pressure'>>;

const penReport = 0x02;
const penReportLength = 10;

/** Raw: 5 is "no pressure", and y is met one past its stated maximum; whoever draws clamps. */
export function parseDeltaInput(bytes: Uint8Array): Result<DeltaPen, 'malformed' | 'unknown'> {
  if (bytes.length === 0) return err('malformed');
  if (bytes[0] !== penReport) return err('unknown');
  if (bytes.length < penReportLength) return err('malformed');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint8(5);
  return ok({
    x: view.getUint16(1, true),
    y: view.getUint16(3, true),
    tip: (flags & 0x04) !== 0,
    inRange: (flags & 0x02) !== 0,
    pressure: view.getUint16(6, true),
  });
}

export function openDeltaPad(
  transport: HidTransport,
  found: FoundPad,
  { clock = systemClock }: OpenPadPorts = {},
): Promise<Pad> {
  return openScreenlessPad(transport, clock, () =>
    Promise.resolve({
      description: describeByTable(found),
      read: (bytes, at) => {
        const pen = parseDeltaInput(bytes);
        return pen.ok
          ? [{ type: 'samples', samples: [{ ...pen.value, at }] }]
          : [{ type: 'bad-report', reason: pen.error }];
      },
    }),
  );
}
