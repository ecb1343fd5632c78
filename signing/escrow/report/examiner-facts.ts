import type { CapturePart } from '../../capture/capture-record.ts';
import type { Check } from '../../verification/verification-report.ts';
import type { OpenedCapture } from '../open-captures.ts';
import type { ExportedFile } from '../release-files.ts';
import type { Dynamics } from './dynamics.ts';
import type { ExaminerWords } from './report-words.ts';

/** A name and what is said of it. */
export type Row = readonly [string, string];

/** What the report says about the opening itself. */
export interface ReleaseFacts {
  readonly holders: readonly [string, string];
  readonly reason: string;
  /** RFC 3339 UTC. */
  readonly at: string;
  /** When what was opened is removed again; null where it was asked to be kept. */
  readonly until: string | null;
  readonly software: { readonly name: string; readonly version: string };
  readonly input: string;
}

export interface ReportedCapture {
  readonly capture: OpenedCapture;
  readonly files: readonly ExportedFile[];
}

export function releaseRows(release: ReleaseFacts, words: ExaminerWords): readonly Row[] {
  return [
    [words.holders, release.holders.join(', ')],
    [words.reason, release.reason],
    [words.at, release.at],
    [words.until, release.until ?? words.untilKept],
    [words.software, `${release.software.name} ${release.software.version}`],
    [words.input, release.input],
  ];
}

export function captureRows({ statement, sealedDigest, content }: OpenedCapture, words: ExaminerWords): readonly Row[] {
  const record = content.capture;
  const interruptions = (record.interruptions ?? []).map(
    ({ reason, afterSample, voidedSamples }) => `${reason} (${afterSample}, ${voidedSamples})`,
  );
  return [
    [words.facts.transaction, statement.transaction],
    [words.facts.document, statement.document],
    [words.facts.field, statement.field.name],
    [words.facts.role, statement.role],
    [words.facts.shown, `${statement.shown.length}`],
    [words.facts.sealed, sealedDigest],
    [words.facts.cleared, `${record.cleared}`],
    [words.interruptions, interruptions.length === 0 ? words.none : interruptions.join('; ')],
  ];
}

export function fileRows(files: readonly ExportedFile[], words: ExaminerWords): readonly Row[] {
  return files.map(({ name, notes }) => [name, notes.map((note) => words.note(note)).join('; ') || words.noteNone]);
}

export function checkRows({ checks, statement }: OpenedCapture, words: ExaminerWords): readonly Row[] {
  const said = (check: Check | null): string => (check === null ? words.noDocument : words.outcome[check.outcome]);
  return [
    [words.check.h1, statement.shown.digest],
    [words.check.binding, said(checks.binding)],
    [words.check.h2, `${statement.h2 ?? words.none}: ${said(checks.h2)}`],
    [words.check.commitment, said(checks.commitment)],
    [words.check.opened, said(checks.opened)],
  ];
}

export function deviceRows({ device, surface, clock, losses }: CapturePart, words: ExaminerWords): readonly Row[] {
  const { unitsPerInch, maxPressure, nominalRate } = surface;
  const known = (value: string | number | null | undefined): string =>
    value === null || value === undefined ? words.unknown : String(value);
  return [
    [words.facts.device, `${device.maker} ${device.model}`],
    [words.facts.serial, known(device.serial)],
    [words.facts.firmware, known(device.firmware)],
    [words.facts.driver, device.driver],
    [words.facts.surface, surfaceSize(surface, words)],
    [words.facts.resolution, unitsPerInch === undefined ? words.unknown : `${unitsPerInch.x}, ${unitsPerInch.y}`],
    [words.facts.pressureLevels, known(maxPressure === undefined ? undefined : maxPressure + 1)],
    [words.facts.nominalRate, known(nominalRate)],
    [words.facts.started, clock.startedAt],
    [words.facts.clock, clock.source],
    [
      words.facts.losses,
      `${known(losses.lostReports)} / ${losses.malformedReports + (losses.refusedReports ?? 0)} / ${losses.unknownReports}`,
    ],
  ];
}

function surfaceSize({ maxX, maxY, unitsPerInch }: CapturePart['surface'], words: ExaminerWords): string {
  if (unitsPerInch === undefined) return `${maxX} × ${maxY} ${words.units.units}; ${words.unknown} (mm)`;
  const millimetres = (units: number, perInch: number): string => decimal((units / perInch) * 25.4, words);
  return `${millimetres(maxX, unitsPerInch.x)} × ${millimetres(maxY, unitsPerInch.y)} mm`;
}

export function figureRows({ figures, unit }: Dynamics, hasPressure: boolean, words: ExaminerWords): readonly Row[] {
  const length = words.units[unit];
  const of = (value: number | null, own: string): string =>
    value === null ? words.unknown : `${decimal(value, words)} ${own}`;
  const names = words.figures;
  return [
    [names.samples, `${figures.samples}`],
    [names.strokes, `${figures.strokes}`],
    [names.duration, of(figures.durationMs, 'ms')],
    [names.down, of(figures.downMs, 'ms')],
    [names.air, `${decimal(figures.airShare * 100, words)} %`],
    [names.path, of(figures.pathLength, length)],
    [names.size, `${of(figures.width, length)}, ${of(figures.height, length)}`],
    [names.meanSpeed, of(figures.meanSpeed, `${length}/s`)],
    [names.topSpeed, of(figures.topSpeed, `${length}/s`)],
    ...(hasPressure
      ? [[names.pressure, `${figures.pressureMin ?? words.unknown}, ${figures.pressureMax ?? words.unknown}`] as const]
      : []),
    [names.interval, `${of(figures.medianInterval, 'ms')}, ${of(figures.longestInterval, 'ms')}`],
  ];
}

export function decimal(value: number, { lang }: ExaminerWords): string {
  const text = String(Math.round(value * 10) / 10);
  return lang === 'sl' ? text.replace('.', ',') : text;
}
