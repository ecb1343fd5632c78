import { genericModelOf } from '../../../drivers/generic-digitizer/generic-model.ts';
import { openGenericPen } from '../../../drivers/generic-digitizer/generic-pen.ts';
import type { PenReport, PenUsage } from '../../../drivers/generic-digitizer/pen-fields.ts';
import type { FoundPad, PadModel } from '../../../drivers/found-pad.ts';
import type { HidTransport, Pad } from '../../../drivers/pad.ts';
import { modelNamed } from '../../../drivers/pad-models.ts';
import { openDeltaPad } from '../../../drivers/signotec/delta-pad.ts';
import { topazModels } from '../../../drivers/topaz/topaz-models.ts';
import { openTopazPad } from '../../../drivers/topaz/topaz-pad.ts';
import { openDtuPad } from '../../../drivers/wacom/dtu-pad.ts';
import { descriptorBytes, pensOf } from '../generic-digitizer/descriptors.ts';
import type { ManualClock } from '../manual-clock.ts';
import { ScriptedHid } from '../scripted-hid.ts';
import { ScriptedSource } from '../scripted-source.ts';
import type { PadSubject, PenMoment, PluggedPad, Road } from './subject.ts';

/** Pads without a screen, each a script that sends what the device would. */
interface PenScript<T extends Connection> {
  readonly name: string;
  readonly model: PadModel;
  readonly abilities: Partial<PadSubject['abilities']>;
  readonly connect: () => T;
  readonly open: (connection: T, road: Road, found: FoundPad, clock: ManualClock) => Promise<Pad>;
  readonly report: (moment: PenMoment, model: PadModel) => Uint8Array;
  readonly unreadable: PluggedPad['unreadable'];
}
interface Connection {
  readonly closed: string | null;
  send(bytes: Uint8Array): void;
  end(reason: 'unplugged'): void;
}

function penSubject<T extends Connection>(script: PenScript<T>): PadSubject {
  return {
    name: script.name,
    abilities: { screen: false, requests: true, hover: true, encryption: false, reports: true, ...script.abilities },
    plug: (clock, index) => {
      const { model } = script;
      const found: FoundPad = { id: `port-${index}`, model, road: 'hidraw', path: `/dev/port${index}`, serial: null };
      let connection: T | null = null;
      let plugged = true;
      const send = (bytes: Uint8Array): void => {
        if (connection?.closed === null) connection.send(bytes);
      };
      return {
        open: (road) => {
          if (!plugged) throw new Error('the device is not there');
          connection = script.connect();
          return script.open(connection, road, found, clock);
        },
        held: () => connection?.closed === null,
        pen: (moment) => send(script.report(moment, model)),
        send,
        unplug: () => {
          plugged = false;
          connection?.end('unplugged');
        },
        plug: () => {
          plugged = true;
        },
        unreadable: script.unreadable,
      };
    },
  };
}

type OpenHid = (transport: HidTransport, found: FoundPad, ports: { clock: ManualClock }) => Promise<Pad>;
const byHid =
  (open: OpenHid): PenScript<ScriptedHid>['open'] =>
  (hid, road, found, clock) =>
    open(road.hid(hid), found, { clock });

/** Value of a pen's field for a moment, from 0 to `range`. */
function valueOf(usage: PenUsage, { x, y, p, pen }: PenMoment, range: number): number {
  switch (usage) {
    case 'x':
      return Math.round(x * range);
    case 'y':
      return Math.round(y * range);
    case 'pressure':
      return pen === 'writes' ? Math.round(p * range) : 0;
    case 'tip':
    case 'touch':
      return pen === 'writes' ? 1 : 0;
    case 'inRange':
      return pen === 'away' ? 0 : 1;
    default:
      return 0;
  }
}

function describedReport(layout: PenReport, moment: PenMoment, { geometry }: PadModel): Uint8Array {
  const bytes = new Uint8Array(layout.byteLength);
  if (layout.usesIds) bytes[0] = layout.reportId;
  const ranges: Partial<Record<PenUsage, number>> = {
    x: geometry.maxX,
    y: geometry.maxY,
    pressure: geometry.maxPressure ?? 0,
  };
  for (const { pen, bitOffset, bitSize } of layout.fields) {
    const value = valueOf(pen, moment, ranges[pen] ?? 1);
    for (let bit = 0; bit < bitSize; bit += 1) {
      if (Math.floor(value / 2 ** bit) % 2 === 1) bytes[(bitOffset + bit) >> 3]! |= 1 << ((bitOffset + bit) & 7);
    }
  }
  return bytes;
}

function describedPen(
  name: string,
  file: string,
  reportId: number,
  about: { readonly model?: PadModel; readonly requests: boolean; readonly hover?: boolean },
): PadSubject {
  const descriptor = descriptorBytes(`descriptors/${file}.rdesc.bin`);
  const layout = pensOf(descriptor).find((pen) => pen.reportId === reportId);
  const generic = genericModelOf({ vid: 0x1234, pid: 0x5678, maker: 'Maker', product: name }, descriptor);
  const model = about.model ?? generic;
  if (!layout || !model) throw new Error(`no pen in ${file}`);
  const cut = layout.usesIds ? Uint8Array.of(reportId, 0) : Uint8Array.of(0);
  const unreadable: PluggedPad['unreadable'] = [
    [new Uint8Array(0), 'malformed'],
    [cut, 'malformed'],
  ];
  return penSubject({
    name,
    model,
    abilities: { requests: about.requests, hover: about.hover ?? true },
    connect: () => new ScriptedHid(descriptor),
    open: byHid(openGenericPen),
    report: (moment) => describedReport(layout, moment, model),
    unreadable: layout.usesIds ? [...unreadable, [Uint8Array.of(0xee, 2, 3), 'unknown']] : unreadable,
  });
}

const units = ({ x, y, p, pen }: PenMoment, { geometry }: PadModel) => ({
  x: Math.round(x * geometry.maxX),
  y: Math.round(y * geometry.maxY),
  pressure: pen === 'writes' ? Math.round(p * (geometry.maxPressure ?? 0)) : 0,
});
const flagsOf = (pen: PenMoment['pen'], near: number, tip: number): number =>
  pen === 'away' ? 0 : pen === 'hovers' ? near : near | tip;

const numberedDtu = (moment: PenMoment, model: PadModel): Uint8Array => {
  const { x, y, pressure } = units(moment, model);
  const flags = flagsOf(moment.pen, 0x80, 0x10) | (pressure >> 8);
  return Uint8Array.of(0x11, flags, pressure & 0xff, x >> 8, x & 0xff, y >> 8, y & 0xff, 0, 1, 0, 1);
};
const olderDtu = (moment: PenMoment, model: PadModel): Uint8Array => {
  const { x, y, pressure } = units(moment, model);
  const flags = flagsOf(moment.pen, 0x20, 0x01);
  return Uint8Array.of(0x02, flags, x & 0xff, x >> 8, y & 0xff, y >> 8, pressure & 0xff, pressure >> 8);
};
const deltaReport = (moment: PenMoment, model: PadModel): Uint8Array => {
  const { x, y, pressure } = units(moment, model);
  const flags = moment.pen === 'away' ? 0 : flagsOf(moment.pen, 0x03, 0x04);
  return Uint8Array.of(2, x & 0xff, x >> 8, y & 0xff, y >> 8, flags, pressure & 0xff, pressure >> 8, 0, 0);
};

const dtuSubject = (name: string, report: PenScript<ScriptedHid>['report']): PadSubject =>
  penSubject({
    name,
    model: modelNamed(name),
    abilities: {},
    connect: () => new ScriptedHid(null),
    open: byHid(openDtuPad),
    report,
    unreadable: [
      [new Uint8Array(0), 'malformed'],
      [report({ x: 0, y: 0, p: 0, pen: 'hovers' }, modelNamed(name)).subarray(0, 7), 'malformed'],
      [Uint8Array.of(0x10, 2, 3), 'unknown'],
    ],
  });

/** A packet of pressure, then one of the place; low parts of numbers first. */
function topazPackets(model: PadModel, moment: PenMoment): Uint8Array {
  const { driver } = model;
  if (driver.kind !== 'topaz-bsb') throw new Error('no Topaz pad');
  const { left, top } = driver.traits;
  const { x, y, pressure } = units(moment, model);
  const parts = (value: number): readonly number[] => [value % 128, Math.floor(value / 128)];
  const flags = 0x80 | flagsOf(moment.pen, 0x40, 0x01);
  return Uint8Array.from([
    ...[0x9c, 0, 0, pressure & 0x7f, pressure >> 7],
    ...[flags, ...parts(x + left), ...parts(y + top)],
  ]);
}

function topazSubject(model: PadModel): PadSubject {
  return penSubject<ScriptedSource>({
    name: `${model.maker} ${model.model}`,
    model,
    abilities: { requests: false, reports: false },
    connect: () => new ScriptedSource(),
    open: (line, _road, found, clock) => openTopazPad(line, found, { clock }),
    report: (moment) => topazPackets(model, moment),
    unreadable: [
      [Uint8Array.of(0x11, 0x12), 'malformed'],
      [Uint8Array.of(0x94, 0, 0, 0, 0), 'unknown'],
      [Uint8Array.of(0xc1, 0x7f, 0x3f, 0x7f, 0x3f), 'malformed'],
    ],
  });
}

export const penSubjects: readonly PadSubject[] = [
  describedPen('standard pen', '28bd-0932', 7, { requests: false }),
  describedPen('Wacom pen', '056a-03c4', 30, { requests: true }),
  describedPen('ePad', '04df-0012', 0, { model: modelNamed('ePad'), requests: false, hover: false }),
  dtuSubject('DTU-1031', numberedDtu),
  dtuSubject('DTU-2231', olderDtu),
  penSubject({
    name: 'signotec Delta',
    model: modelNamed('Delta'),
    abilities: { requests: false },
    connect: () => new ScriptedHid(null),
    open: byHid(openDeltaPad),
    report: deltaReport,
    unreadable: [
      [new Uint8Array(0), 'malformed'],
      [Uint8Array.of(2, 3), 'malformed'],
      [Uint8Array.of(0xee, 2, 3), 'unknown'],
    ],
  }),
  ...topazModels.filter(({ model }) => model.startsWith('SigLite LCD 1x5')).map(topazSubject),
];
