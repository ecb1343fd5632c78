import type { PenReach } from '../found-pad.ts';
import { err, ok } from '../../signing/result.ts';
import type { Result } from '../../signing/result.ts';

/** What an ePad's report descriptor says it gives at most: more than its pen can reach (`pads.md` 3.1). */
const told: PenReach = { maxX: 2896, maxY: 1370 };
const smallest = 100;

/** `1098x569`: largest x and y that the pen of this desk's ePad gives, by trying. The problem is a sentence's end. */
export function parseEpadReach(text: string): Result<PenReach, string> {
  const [, x = '', y = ''] = /^(\d{1,4})x(\d{1,4})$/.exec(text) ?? [];
  const reach = { maxX: Number(x), maxY: Number(y) };
  const possible = (value: number, most: number): boolean => value >= smallest && value <= most;
  if (possible(reach.maxX, told.maxX) && possible(reach.maxY, told.maxY)) return ok(reach);
  return err(`must be two numbers such as 1098x569, from ${smallest} to ${told.maxX} and ${told.maxY}`);
}
