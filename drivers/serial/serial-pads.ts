/**
 * Pads on serial lines. Nothing on the line or the bus tells which pad it is, or whether it is one, so the kiosk's
 * configuration names model and port.
 */
import { access, constants } from 'node:fs/promises';
import type { FoundPad, PadModel } from '../found-pad.ts';
import { topazModels } from '../topaz/topaz-models.ts';
import { err, ok } from '../../signing/result.ts';
import type { Result } from '../../signing/result.ts';

export interface SerialPadSetting {
  /** Name of the model, as `serialModelNames` lists them. */
  readonly model: string;
  /** The port: `/dev/ttyUSB0`, better one of `/dev/serial/by-id/`, or `COM3`. */
  readonly port: string;
}

const nameOf = ({ driver }: PadModel): string => (driver.kind === 'topaz-bsb' ? driver.traits.name : '');
export const serialModelNames: readonly string[] = topazModels.map(nameOf);

/** `model@port`, several by commas: `topaz-siglite-lcd-1x5@/dev/ttyUSB0`. The problem is a sentence's end. */
export function parseSerialPads(text: string): Result<readonly SerialPadSetting[], string> {
  const settings: SerialPadSetting[] = [];
  for (const part of text.split(',').map((one) => one.trim())) {
    const [model = '', port = '', ...more] = part.split('@');
    if (!serialModelNames.includes(model)) return err(`must name one of ${serialModelNames.join(', ')}, then @port`);
    if (more.length > 0 || !/^(?:\/dev\/[A-Za-z0-9._:+/-]+|COM\d{1,3})$/.test(port) || port.includes('..')) {
      return err('must name a port after the @, such as /dev/ttyUSB0 or COM3');
    }
    if (settings.some((other) => other.port === port)) return err(`names the port ${port} twice`);
    settings.push({ model, port });
  }
  return ok(settings);
}

/** Those whose port is there now. */
export async function listSerialPads(settings: readonly SerialPadSetting[]): Promise<readonly FoundPad[]> {
  const found = await Promise.all(settings.map(async (setting) => ((await isThere(setting.port)) ? [setting] : [])));
  return found.flat().flatMap(({ model, port }) => {
    const known = topazModels.find((one) => nameOf(one) === model);
    const place = port.replace(/^\/dev\//, '').replace(/[^A-Za-z0-9]+/g, '-');
    return known ? [{ id: `serial:${place}`, model: known, road: 'serial', path: port, serial: null }] : [];
  });
}

/** Ports of Windows are no files: whether one is there shows when it is opened. */
async function isThere(port: string): Promise<boolean> {
  if (!port.startsWith('/')) return true;
  return access(port, constants.F_OK).then(
    () => true,
    () => false,
  );
}
