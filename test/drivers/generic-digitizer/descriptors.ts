import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { findPenReports } from '../../../drivers/generic-digitizer/pen-fields.ts';
import type { PenReport } from '../../../drivers/generic-digitizer/pen-fields.ts';
import { parseReportDescriptor } from '../../../drivers/generic-digitizer/report-descriptor.ts';

const folder = path.resolve(import.meta.dirname, '../../fixtures/hid');

export interface ExpectedField {
  readonly usage: string;
  readonly name: string;
  readonly bitOffset: number;
}
export interface ExpectedReport {
  readonly reportId: number;
  readonly application: string;
  readonly reportBytesWithId: number;
  readonly fields: readonly ExpectedField[];
}

export function expectedPens(): readonly (readonly [string, readonly ExpectedReport[]])[] {
  const parsed = JSON.parse(readFileSync(path.join(folder, 'EXPECTED-pen-fields.json'), 'utf8')) as Record<
    string,
    { readonly penReports: readonly ExpectedReport[] }
  >;
  return Object.entries(parsed).map(([file, { penReports }]) => [file, penReports]);
}

export function descriptorFiles(): readonly string[] {
  return ['descriptors', 'negatives'].flatMap((kind) =>
    readdirSync(path.join(folder, kind)).map((name) => `${kind}/${name}`),
  );
}

export function descriptorBytes(file: string): Uint8Array {
  return readFileSync(path.join(folder, file));
}

export function pensOf(bytes: Uint8Array): readonly PenReport[] {
  const parsed = parseReportDescriptor(bytes);
  if (!parsed.ok) throw new Error(`${parsed.error.code}: ${parsed.error.detail}`);
  return findPenReports(parsed.value);
}

export function hex(usage: number): string {
  return `0x${usage.toString(16).padStart(8, '0')}`;
}
