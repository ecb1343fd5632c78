import type { CapturePart, CaptureRecord } from '../capture/capture-record.ts';
import { encodeCapture } from '../capture/encode-capture.ts';
import type { ExportNote } from '../capture/exports/export-note.ts';
import { exportInkml } from '../capture/exports/inkml-export.ts';
import { exportIso } from '../capture/exports/iso-export.ts';
import { exportSvc } from '../capture/exports/svc-export.ts';
import { utf8 } from '../bytes.ts';
import type { OpenedCapture } from './open-captures.ts';

/** A file to hand to an examiner. */
export interface ReleaseFile {
  /** Relative, forward slashes, plain ASCII. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What one export file does not hold as the record does. */
export interface ExportedFile extends ReleaseFile {
  readonly format: 'record' | 'statement' | 'iso-19794-7' | 'inkml' | 'svc';
  readonly notes: readonly ExportNote[];
}

/**
 * The files of one opened capture: the record and the statement as they were sealed, byte for byte, and the exports made
 * from the record. Devices that were written on one after the other have an ISO record and an SVC text each.
 */
export function exportFiles(capture: OpenedCapture, folder: string): readonly ExportedFile[] {
  const record = capture.content.capture;
  const file = (
    name: string,
    format: ExportedFile['format'],
    bytes: Uint8Array,
    notes: readonly ExportNote[] = [],
  ) => ({
    name: `${folder}/${name}`,
    format,
    bytes,
    notes,
  });
  const inkml = exportInkml(record);
  return [
    file('record.json', 'record', encodeCapture(record)),
    file('statement.json', 'statement', capture.content.statement),
    file('ink.inkml', 'inkml', utf8(inkml.text), inkml.notes),
    ...partsOf(record).flatMap((part, i, all) => {
      const suffix = all.length === 1 ? '' : `-device-${i + 1}`;
      const iso = exportIso(part);
      const svc = exportSvc(part);
      return [
        file(`ink${suffix}.iso19794-7.bin`, 'iso-19794-7', iso.bytes, iso.notes),
        file(`ink${suffix}.svc`, 'svc', utf8(svc.text), svc.notes),
      ];
    }),
  ];
}

/** Oldest first: what was written on devices that were lost or left, then on the last. */
export function partsOf(record: CaptureRecord): readonly CapturePart[] {
  return [...(record.earlier ?? []), record];
}

/** Folder of the n-th capture (from 0) among the files. */
export function captureFolder(index: number): string {
  return `capture-${String(index + 1).padStart(3, '0')}`;
}

/** Everything that was checked and what each export leaves out, for machines: no sample is in it. */
export function releaseSummary(
  captures: readonly OpenedCapture[],
  files: readonly (readonly ExportedFile[])[],
): Readonly<Record<string, unknown>>[] {
  return captures.map(({ source, sealedDigest, checks, statement }, i) => ({
    source,
    sealedCapture: sealedDigest,
    transaction: statement.transaction,
    document: statement.document,
    field: statement.field.name,
    h1: statement.shown.digest,
    h2: statement.h2,
    checks,
    files: (files[i] ?? []).map(({ name, format, notes }) => ({ name, format, notes })),
  }));
}
