import type { CaptureColumns, CapturePart, CaptureRecord } from '../capture-record.ts';
import type { ExportNote } from './export-note.ts';
import type { TextExport } from './svc-export.ts';

/** An InkML channel for a column of the record. */
interface Channel {
  readonly column: keyof CaptureColumns;
  /** Reserved names of the Recommendation where there is one; our own counters keep theirs. */
  readonly name: string;
  readonly type: 'integer' | 'decimal';
  readonly units: string;
  /** Stored value to text. */
  readonly write: (value: number) => string;
}

const plain = String;
const hundredths = (value: number): string => decimal(value, 100);
const CHANNELS: readonly Channel[] = [
  { column: 'x', name: 'X', type: 'integer', units: 'dev', write: plain },
  { column: 'y', name: 'Y', type: 'integer', units: 'dev', write: plain },
  { column: 'pressure', name: 'F', type: 'integer', units: 'dev', write: plain },
  { column: 'time', name: 'T', type: 'decimal', units: 'ms', write: (value) => decimal(value, 1000) },
  { column: 'tiltX', name: 'OTx', type: 'decimal', units: 'deg', write: hundredths },
  { column: 'tiltY', name: 'OTy', type: 'decimal', units: 'deg', write: hundredths },
  { column: 'azimuth', name: 'OA', type: 'decimal', units: 'deg', write: hundredths },
  { column: 'altitude', name: 'OE', type: 'decimal', units: 'deg', write: hundredths },
  { column: 'twist', name: 'OR', type: 'decimal', units: 'deg', write: hundredths },
  { column: 'sequence', name: 'sequence', type: 'integer', units: 'dev', write: plain },
  { column: 'padTime', name: 'padTime', type: 'integer', units: 'dev', write: plain },
  { column: 'eraser', name: 'eraser', type: 'integer', units: 'dev', write: plain },
  { column: 'switches', name: 'switches', type: 'integer', units: 'dev', write: plain },
];

/**
 * A whole capture as InkML (W3C Recommendation, 2011): a context for each device that was written on, a trace for each
 * run of samples with the tip down or up. Every column of the record is there with its exact values; y counts downwards,
 * T from the part's first sample.
 */
export function exportInkml(record: CaptureRecord): TextExport {
  const parts: readonly CapturePart[] = [...(record.earlier ?? []), record];
  const notes: ExportNote[] = parts.some(({ surface }) => surface.unitsPerInch === undefined)
    ? [{ code: 'no-real-size' }]
    : [];
  const text = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<ink xmlns="http://www.w3.org/2003/InkML">',
    '  <definitions>',
    ...parts.flatMap(context),
    '  </definitions>',
    ...parts.flatMap(traces),
    '</ink>',
    '',
  ].join('\n');
  return { text, notes };
}

function channelsOf({ columns }: CapturePart): readonly Channel[] {
  return CHANNELS.filter(({ column }) => columns[column] !== undefined);
}

function context(part: CapturePart, index: number): readonly string[] {
  const { device, surface, clock } = part;
  const number = index + 1;
  const attributes = Object.entries({
    manufacturer: device.maker,
    model: device.model,
    ...(device.serial === null ? {} : { serialNumber: device.serial }),
    description: `firmware ${device.firmware ?? 'unknown'}, driver ${device.driver}`,
  }).map(([name, value]) => ` ${name}="${escape(value)}"`);
  return [
    `    <context xml:id="context${number}">`,
    `      <inkSource xml:id="source${number}"${attributes.join('')}>`,
    '        <traceFormat>',
    ...channelsOf(part).map((channel) => `          ${channelElement(channel, surface)}`),
    '        </traceFormat>',
    ...(surface.nominalRate === undefined
      ? []
      : [`        <sampleRate uniform="false" value="${surface.nominalRate}"/>`]),
    ...resolution(surface),
    '      </inkSource>',
    `      <timestamp xml:id="start${number}" timeString="${escape(clock.startedAt)}"/>`,
    '    </context>',
  ];
}

function channelElement({ column, name, type, units }: Channel, surface: CapturePart['surface']): string {
  const most = { x: surface.maxX, y: surface.maxY, pressure: surface.maxPressure }[column as 'x' | 'y' | 'pressure'];
  const range = most === undefined ? '' : ` min="0" max="${most}"`;
  const orientation = column === 'y' ? ' orientation="-ve"' : '';
  return `<channel name="${name}" type="${type}" units="${units}"${range}${orientation}/>`;
}

function resolution({ unitsPerInch }: CapturePart['surface']): readonly string[] {
  if (unitsPerInch === undefined) return [];
  const property = (channel: 'X' | 'Y', perInch: number): string =>
    `          <channelProperty channel="${channel}" name="resolution" value="${perInch}" units="1/in"/>`;
  return [
    '        <channelProperties>',
    property('X', unitsPerInch.x),
    property('Y', unitsPerInch.y),
    '        </channelProperties>',
  ];
}

function traces(part: CapturePart, index: number): readonly string[] {
  const channels = channelsOf(part);
  const { tip, time } = part.columns;
  const start = time[0] ?? 0;
  const point = (i: number): string =>
    channels
      .map(({ column, write }) => write((part.columns[column]?.[i] ?? 0) - (column === 'time' ? start : 0)))
      .join(' ');
  const found: string[] = [];
  for (let from = 0; from < tip.length;) {
    const down = tip[from];
    let to = from;
    while (to < tip.length && tip[to] === down) to += 1;
    const points = Array.from({ length: to - from }, (_, i) => point(from + i));
    const type = down === 1 ? 'penDown' : 'penUp';
    found.push(`  <trace contextRef="#context${index + 1}" type="${type}">${points.join(',')}</trace>`);
    from = to;
  }
  return found;
}

/** An integer of so many parts of a unit, exactly. */
function decimal(value: number, parts: 100 | 1000): string {
  const digits = parts === 100 ? 2 : 3;
  return (value / parts).toFixed(digits).replace(/\.?0+$/, '');
}

function escape(text: string): string {
  // XML 1.0 has no way at all to say most control characters.
  return text.replace(/[\u0000-\u001f\ufffe\uffff]/g, '\ufffd').replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
