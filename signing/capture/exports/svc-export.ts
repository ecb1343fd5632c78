import type { CapturePart } from '../capture-record.ts';
import type { ExportNote } from './export-note.ts';

export interface TextExport {
  readonly text: string;
  readonly notes: readonly ExportNote[];
}

/**
 * One part of a capture as SVC2004 text (formats 2.3): a count, then `x y t button azimuth altitude pressure`, or
 * `x y t button` where the device measured no force. x and y in device units, y upwards; t in milliseconds since the first
 * sample; angles in tenths of a degree, 0 where the device gave none (said in a note).
 */
export function exportSvc({ columns, surface }: CapturePart): TextExport {
  const { x, y, tip, time, pressure, azimuth, altitude } = columns;
  const start = time[0] ?? 0;
  const tenths = (values: readonly number[] | undefined, i: number): number => Math.round((values?.[i] ?? 0) / 10);
  const rows = tip.map((down, i) => {
    const place = [x[i] ?? 0, surface.maxY - (y[i] ?? 0), Math.round(((time[i] ?? 0) - start) / 1000), down];
    const force = pressure === undefined ? [] : [tenths(azimuth, i), tenths(altitude, i), pressure[i] ?? 0];
    return [...place, ...force].join(' ');
  });
  const notes: ExportNote[] = [];
  if (time.some((at) => (at - start) % 1000 !== 0)) notes.push({ code: 'time-rounded', micros: 1000 });
  if (surface.unitsPerInch === undefined) notes.push({ code: 'no-real-size' });
  if (pressure !== undefined && (azimuth === undefined || altitude === undefined))
    notes.push({ code: 'angles-filled' });
  const used = new Set([
    'x',
    'y',
    'tip',
    'time',
    'pressure',
    ...(pressure === undefined ? [] : ['azimuth', 'altitude']),
  ]);
  const left = Object.keys(columns).filter((name) => !used.has(name));
  if (left.length > 0) notes.push({ code: 'columns-left-out', columns: left });
  return { text: `${[tip.length, ...rows].join('\n')}\n`, notes };
}
