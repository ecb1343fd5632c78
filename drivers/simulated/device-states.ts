/** Status words, results, and which status allows which report (`pads.md` 1.6). */
export const deviceStatus = {
  ready: 0x00,
  image: 0x01,
  capture: 0x02,
  calculation: 0x03,
  imageBoot: 0x04,
  romBusy: 0x05,
  systemReset: 0xff,
} as const;
export type DeviceStatus = (typeof deviceStatus)[keyof typeof deviceStatus];

export const deviceResult = {
  none: 0x00,
  wrongReportId: 0x01,
  wrongState: 0x02,
  badParameter: 0x04,
  wrongEncoding: 0x10,
  imageTooLong: 0x11,
  zlibError: 0x12,
  wrongArea: 0x15,
  noImage: 0x20,
  romOverflow: 0x33,
  romParameter: 0x34,
} as const;
export type DeviceResult = (typeof deviceResult)[keyof typeof deviceResult];

const { ready, image, capture, calculation, imageBoot, romBusy, systemReset } = deviceStatus;
const all: readonly DeviceStatus[] = [ready, image, capture, calculation, imageBoot, romBusy, systemReset];
const but = (...without: readonly DeviceStatus[]): readonly DeviceStatus[] =>
  all.filter((status) => !without.includes(status));

const awake = but(systemReset);
const settled = but(romBusy, systemReset);
const beingUsed: readonly DeviceStatus[] = [ready, capture];

/** Anything not named here is allowed in every status but SystemReset. */
const getIn: ReadonlyMap<number, readonly DeviceStatus[]> = new Map<number, readonly DeviceStatus[]>([
  // The status word 0xFF could not be told otherwise; all else waits for the reset to end.
  [0x03, all],
  [0x0d, [ready, romBusy]],
  [0x0e, [ready, capture, romBusy]],
  [0x2a, settled],
  [0x13, settled],
  [0x1a, settled],
  [0x1b, settled],
  [0x14, [ready, image, capture, imageBoot]],
  [0x40, [ready, image, capture]],
  [0x93, beingUsed],
  [0x96, beingUsed],
  [0x98, beingUsed],
]);
const setIn: ReadonlyMap<number, readonly DeviceStatus[]> = new Map<number, readonly DeviceStatus[]>([
  [0x0d, [ready, romBusy]],
  [0x0e, [ready, capture, romBusy]],
  [0x2a, settled],
  ...[0x0a, 0x13, 0x15, 0x1a, 0x1b, 0x20, 0x22, 0x23, 0x24, 0x25, 0x94, 0x40].map(
    (id): [number, readonly DeviceStatus[]] => [id, [ready]],
  ),
  [0x26, [image]],
  [0x27, [image]],
  [0x16, [capture]],
  ...[0x2c, 0x93, 0x96, 0x97, 0x9b].map((id): [number, readonly DeviceStatus[]] => [id, beingUsed]),
  [0x2f, but(imageBoot, systemReset)],
]);

export function allows(way: 'get' | 'set', id: number, status: DeviceStatus): boolean {
  return ((way === 'get' ? getIn : setIn).get(id) ?? awake).includes(status);
}
