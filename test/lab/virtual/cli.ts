/** `npm run virtual-pad`: a virtual pad for a developer's own machine, with a pen that answers to the keyboard. */
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { encodePng } from '../../../drivers/screen/canvas.ts';
import { describeInkProblem } from '../../../kiosk-shell/cli/ink-words.ts';
import { parseRecording } from '../../../kiosk-shell/kiosk/simulated-pad.ts';
import { attachCommand, parseOptions, refusal, usage } from './cli-options.ts';
import type { VirtualPadOptions } from './cli-options.ts';
import { servedBusId } from './pad-cable.ts';
import type { PenMoment } from './pad-core.ts';
import { momentsOf, sampleSignature, tap } from './sample-signature.ts';
import { VirtualPadProcess } from './virtual-pad-process.ts';

const lookEveryMs = 500;
const badUse = 64;
const keys = [
  'Enter       write the signature (or what --pen names)',
  'tap X Y     touch the screen there, in shares: tap 0.85 0.92',
  'unplug, plug, quit',
].join('\n');

const options = parseOptions(process.argv.slice(2));
if (typeof options === 'string') end(`${options}\n\n${usage}`, badUse);
else await run(options);

async function run({ model, serial, pen, picture, serve }: VirtualPadOptions): Promise<void> {
  const root = process.getuid?.() === 0;
  const vhci = existsSync('/sys/devices/platform/vhci_hcd.0/status');
  const refused = refusal({ platform: process.platform, vhci, root }, serve !== null);
  if (refused !== null) {
    end(refused, 1);
    return;
  }
  const moments = pen === null ? sampleSignature() : await inkOf(pen);
  if (typeof moments === 'string') {
    end(moments, 1);
    return;
  }

  const pad = await VirtualPadProcess.start(model, serial);
  const cable = serve === null ? ({ road: 'vhci' } as const) : ({ road: 'serve', port: serve } as const);
  const file = picture ?? join(tmpdir(), `virtual-pad-${model}.png`);
  const plug = async (): Promise<void> => {
    const port = await pad.plug(cable);
    if (serve === null) say(`The ${model} is plugged in (port ${port ?? '?'} of the virtual controller).`);
    else
      say(
        `The ${model} waits to be plugged in. As root on this machine:\n  ${attachCommand(port ?? serve, servedBusId)}`,
      );
  };
  try {
    await plug();
  } catch (error) {
    await pad.end();
    end(`The pad cannot be plugged in: ${error instanceof Error ? error.message : String(error)}`, 1);
    return;
  }
  if (await pad.screen()) say(`What it shows: ${file}`);
  say(keys);
  pad.onUnplugged(() => say('Unplugged.'));

  const stop = keepPicture(pad, file);
  const lines = createInterface({ input: process.stdin });
  const leave = (): void => lines.close();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, leave);
  lines.on('line', (line) => {
    void obey(line.trim(), pad, moments, plug, leave).catch((error: unknown) => {
      say(error instanceof Error ? error.message : String(error));
    });
  });
  await new Promise<void>((resolve) => lines.once('close', resolve));
  stop();
  await pad.end();
  process.exit(0);
}

async function obey(
  line: string,
  pad: VirtualPadProcess,
  moments: readonly PenMoment[],
  plug: () => Promise<void>,
  leave: () => void,
): Promise<void> {
  const [word = '', ...numbers] = line.split(/\s+/);
  const [x = Number.NaN, y = Number.NaN] = numbers.map(Number);
  switch (word) {
    case '':
      say(`Written, ${await pad.pen(moments)} reports.`);
      return;
    case 'tap':
      if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) say('Two shares of the screen, each 0 to 1: tap 0.85 0.92');
      else await pad.pen(tap(x, y));
      return;
    case 'unplug':
      await pad.unplug();
      return;
    case 'plug':
      await plug();
      return;
    case 'quit':
      leave();
      return;
    default:
      say(keys);
  }
}

/** The file always holds a whole picture: whoever looks at it never sees half of one. */
function keepPicture(pad: VirtualPadProcess, file: string): () => void {
  let shown: Uint8Array | null = null;
  let busy = false;
  const look = async (): Promise<void> => {
    const screen = await pad.screen();
    if (!screen || (shown && Buffer.compare(shown, screen.rgba) === 0)) return;
    shown = screen.rgba;
    await writeFile(`${file}.part`, await encodePng(screen));
    await rename(`${file}.part`, file);
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    // A pad that is ending has no picture to give.
    look().then(
      () => (busy = false),
      () => (busy = false),
    );
  }, lookEveryMs);
  return () => clearInterval(timer);
}

/** Moments of the pen, or a sentence about what is wrong with the file. */
async function inkOf(name: string): Promise<readonly PenMoment[] | string> {
  const bytes = await readFile(name).catch(() => null);
  if (!bytes) return `${name} cannot be read.`;
  const recording = parseRecording(bytes);
  return recording.ok ? momentsOf(recording.value) : (describeInkProblem({ name, bytes }) ?? `${name} holds no ink.`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function end(text: string, code: number): void {
  process.stderr.write(`${text}\n`);
  process.exitCode = code;
}
