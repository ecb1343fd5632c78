import { createInterface } from 'node:readline/promises';
import type { FoundPad } from '../../drivers/found-pad.ts';
import { PadError } from '../../drivers/pad.ts';
import { named, openInTime, type PadPorts } from '../doctor-pads.ts';
import { inkTestWords, testInk } from '../ink-test.ts';

const SECONDS = 10;
const PATIENCE_SECONDS = 30;

/**
 * The ink test, said on standard output. `wanted` is a number of the list or a part of a pad's name; without it the only
 * pad is taken, or the person is asked. False when there was nothing to test.
 */
export async function runInkTest(
  ports: PadPorts,
  kiosk: number | null,
  wanted: string | null,
  say: (line: string) => void = console.log,
): Promise<boolean> {
  if (kiosk !== null) {
    say(`The kiosk that runs (process ${kiosk}) has the pads. End it (Ctrl+C where npm start runs), then test again.`);
    return false;
  }
  const { found } = await ports.see();
  if (found.length === 0) {
    say('No pad that can be used is plugged in. npm run doctor says why.');
    return false;
  }
  const chosen = await choose(found, wanted, say);
  if (chosen === null) return false;
  const opened = await openInTime(ports, chosen);
  if (!('pad' in opened)) {
    say(`${named(chosen.model, chosen.serial, null)} cannot be used: ${opened.problem}.`);
    return false;
  }
  const { pad } = opened;
  try {
    const { description } = pad;
    const name = named(description, description.serial, description.firmware);
    const result = await testInk(pad, {
      clock: ports.clock,
      seconds: SECONDS,
      patienceSeconds: PATIENCE_SECONDS,
      onReady: () => say(`${name}: write on it now, for ${SECONDS} seconds.`),
      onFirstContact: () => say('Ink arrives. Go on writing, lightly and hard, slowly and fast.'),
    });
    for (const line of inkTestWords(result)) say(line);
    return result !== 'lost' && result.figures !== null;
  } catch (error) {
    if (!(error instanceof PadError)) throw error;
    say('The pad does not answer as it should. Unplug it, plug it in again and test once more.');
    return false;
  } finally {
    await pad.close();
  }
}

/** After the self-test, in a terminal. */
export async function offerInkTest(ports: PadPorts, kiosk: number | null): Promise<void> {
  if (kiosk !== null || (await ports.see()).found.length === 0) return;
  const answer = await ask('\nTest a pad with its pen for ten seconds? [y/N] ');
  if (/^[yYdD]/.test(answer)) await runInkTest(ports, null, null);
}

async function choose(
  found: readonly FoundPad[],
  wanted: string | null,
  say: (line: string) => void,
): Promise<FoundPad | null> {
  const [first] = found;
  if (wanted === null && found.length === 1) return first ?? null;
  const names = found.map(({ model, serial, id }) => `${named(model, serial, null)} ${id}`);
  const by = (text: string): FoundPad | null => {
    const at = /^\d+$/.test(text) ? Number(text) - 1 : -1;
    const matching = names.flatMap((name, i) => (name.toLowerCase().includes(text.toLowerCase()) ? [i] : []));
    return found[at] ?? (matching.length === 1 ? (found[matching[0] ?? -1] ?? null) : null);
  };
  const given = wanted === null ? null : by(wanted);
  if (given !== null) return given;
  names.forEach((name, i) => say(`${i + 1}  ${name}`));
  if (wanted !== null || !process.stdin.isTTY) {
    say('Several pads, or none of that name: say which with --ink-test and its number.');
    return null;
  }
  return by((await ask('Which one? ')).trim());
}

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}
