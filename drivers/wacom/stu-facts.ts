/** What an open STU pad tells of itself, made whole from the models table where it says nothing (`pads.md` 1.6). */
import type { FoundPad } from '../found-pad.ts';
import { PadError } from '../pad.ts';
import type { PadDescription, PadGeometry } from '../pad.ts';
import type { StuLink } from './stu-link.ts';
import { encodingFlags, parseCapability, parseIdentity, parseInformation, parseThreshold } from './stu-queries.ts';
import type { StuThreshold } from './stu-queries.ts';
import { abilitiesOf, stuReport } from './stu-report-table.ts';
import type { StuAbilities, StuFeatureId } from './stu-report-table.ts';
import type { Parsed } from './stu-reports.ts';

export interface StuFacts {
  readonly description: Omit<PadDescription, 'encryption'>;
  /** `encodingFlags`. */
  readonly encodings: number;
  readonly screen: { readonly width: number; readonly height: number };
  readonly threshold: StuThreshold | null;
  readonly abilities: StuAbilities;
}

export async function readFacts(link: StuLink, found: FoundPad): Promise<StuFacts> {
  const information = required(parseInformation(await link.get(stuReport.information)), 'information');
  const capability = required(parseCapability(await link.get(stuReport.capability)), 'capability');
  const abilities = abilitiesOf(link.reports);
  const threshold = await optional(link, stuReport.threshold, parseThreshold);
  const { identity } = abilities;
  const own = identity === null ? null : await optional(link, identity, (report) => parseIdentity(report, identity));
  const table = found.model.geometry;
  // The STU-300 and STU-500 leave these at zero; the table then speaks for them.
  const encodings = (capability.encodings & 0x0e) === 0 ? encodingsOf(table) : capability.encodings;
  const { width, height, unitsPerInch } = capability;
  return {
    encodings,
    threshold,
    abilities,
    screen: { width, height },
    description: {
      id: found.id,
      maker: found.model.maker,
      model: information.model || found.model.model,
      serial: own || found.serial,
      firmware: information.firmware,
      road: found.road,
      shows: 'own-screen',
      geometry: {
        maxX: capability.maxX,
        maxY: capability.maxY,
        maxPressure: capability.maxPressure || table.maxPressure,
        unitsPerInch: unitsPerInch === 0 ? table.unitsPerInch : { x: unitsPerInch, y: unitsPerInch },
        nominalRate: capability.reportsPerSecond || table.nominalRate,
        screen: {
          width,
          height,
          colour:
            (encodings & encodingFlags.twentyFourBit) !== 0
              ? 'rgb24'
              : (encodings & encodingFlags.sixteenBit) !== 0
                ? 'rgb16'
                : 'mono',
        },
      },
    },
  };
}

function encodingsOf(geometry: PadGeometry): number {
  switch (geometry.screen?.colour) {
    case 'rgb24':
      return encodingFlags.oneBit | encodingFlags.sixteenBit | encodingFlags.twentyFourBit;
    case 'rgb16':
      return encodingFlags.oneBit | encodingFlags.sixteenBit;
    case 'mono':
    case undefined:
      return encodingFlags.oneBit;
  }
}

function required<T>(parsed: Parsed<T>, what: string): T {
  if (parsed.ok) return parsed.value;
  throw new PadError('refused', `the ${what} report is malformed`);
}

/** For reports that old firmware may lack: it stalls, and the pad is as good without. */
export async function optional<T>(
  link: StuLink,
  id: StuFeatureId,
  parse: (report: Uint8Array) => Parsed<T>,
): Promise<T | null> {
  try {
    const parsed = parse(await link.get(id));
    return parsed.ok ? parsed.value : null;
  } catch (error) {
    if (error instanceof PadError && error.code === 'refused') return null;
    throw error;
  }
}
