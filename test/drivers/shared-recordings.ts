import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type TestContext } from 'vitest';

/**
 * The folder of recordings of real devices; skips where there is none. Nobody has said under which licence they may be
 * passed on, so they are in no copy of this repository.
 */
export function sharedRecordings(ctx: TestContext): string {
  const folder = path.resolve(import.meta.dirname, '../../../shared/data/hid');
  if (!existsSync(path.join(folder, 'recordings'))) ctx.skip('skipped: no shared recordings');
  return folder;
}

export interface RecordedMoment {
  readonly inRange: boolean;
  readonly tip: boolean;
  readonly x: number;
  readonly y: number;
  /** 0 where there is none. */
  readonly pressure?: number;
}

/** Every recording of the manifest, read by `read`, has the counts, extremes and ends that the manifest gives. */
export async function expectManifest(
  folder: string,
  read: (name: string, layout: string) => readonly RecordedMoment[] | Promise<readonly RecordedMoment[]>,
): Promise<void> {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'EXPECTED-recordings.json'), 'utf8')) as Readonly<
    Record<string, Readonly<Record<string, unknown>> & { readonly layout: string }>
  >;
  const there = Object.entries(manifest).filter(([name]) => existsSync(path.join(folder, name)));
  expect(there.length).toBeGreaterThan(10);
  for (const [name, { layout, ...wanted }] of there) {
    expect({ name, ...figuresOf(await read(name, layout)) }).toEqual({ name, ...wanted });
  }
}

function figuresOf(moments: readonly RecordedMoment[]): Readonly<Record<string, unknown>> {
  const near = moments.filter(({ inRange }) => inRange);
  const values = (key: 'x' | 'y' | 'pressure'): readonly number[] => near.map((moment) => moment[key] ?? 0);
  return {
    reports: moments.length,
    inRange: near.length,
    tipDown: near.filter(({ tip }) => tip).length,
    tipRuns: near.filter(({ tip }, i) => tip && near[i - 1]?.tip !== true).length,
    xMin: Math.min(...values('x')),
    xMax: Math.max(...values('x')),
    yMin: Math.min(...values('y')),
    yMax: Math.max(...values('y')),
    pressureMax: Math.max(...values('pressure')),
    firstInRange: tupleOf(near[0]),
    lastInRange: tupleOf(near.at(-1)),
  };
}

/** As the manifest writes one moment. */
function tupleOf(moment: RecordedMoment | undefined): readonly number[] | null {
  return moment ? [Number(moment.inRange), Number(moment.tip), moment.pressure ?? 0, moment.x, moment.y] : null;
}
