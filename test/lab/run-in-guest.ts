/** Runs something in the lab's guest, from the machine's side. */
import { join } from 'node:path';
import type { DrillResult } from './drill.ts';
import { answering } from './guest/answering.ts';
import { connectWhenThere } from './guest/line-socket.ts';
import { shellWord, startMachine, type MachineEnd, type RunningMachine } from './guest/machine.ts';
import type { Answer, FromGuest } from './guest/port.ts';
import { openQmp } from './guest/qmp.ts';

export const PROJECT_ROOT = join(import.meta.dirname, '../..');
/** Console, output and files of the last run that failed. */
export const KEPT_FOLDER = join(PROJECT_ROOT, '.cache', 'lab', 'last-failure');

export interface GuestRun {
  readonly command: string;
  readonly limitMs: number;
  readonly onResult?: (result: DrillResult) => void;
  readonly say?: (text: string) => void;
}

/** Resolves when the guest is off. Throws `LabMissing` where there can be none. */
export async function runInGuest(run: GuestRun): Promise<MachineEnd> {
  const machine = startMachine({ projectRoot: PROJECT_ROOT, say: () => undefined, ...run });
  const served = serve(machine, run.onResult ?? (() => undefined)).catch(() => null);
  const end = await machine.ended;
  (await served)?.close();
  machine.dispose(end.exitCode === 0 ? undefined : KEPT_FOLDER);
  return end;
}

/** Drills of these files (paths in the project), one after the other. */
export function runDrills(
  files: readonly string[],
  options: Omit<GuestRun, 'command'> & { readonly only?: string },
): Promise<MachineEnd> {
  const words = ['node', 'test/lab/guest/inside.ts', ...(options.only ? ['--only', options.only] : []), ...files];
  return runInGuest({ ...options, command: words.map(shellWord).join(' ') });
}

async function serve(
  { sockets, out }: RunningMachine,
  onResult: (result: DrillResult) => void,
): Promise<{ close(): void }> {
  const qmp = await openQmp(sockets.qmp);
  const hardware = answering(qmp, sockets.serial, out);
  const port = await connectWhenThere(sockets.port);
  port.onLine((line) => {
    const message = JSON.parse(line) as FromGuest;
    if (message.type === 'result') {
      onResult(message.result);
      return;
    }
    const { id, ask } = message;
    const send = (answer: Answer): void => port.send(JSON.stringify(answer));
    hardware.answer(ask).then(
      (value) => send({ id, ok: true, value }),
      (error: unknown) => send({ id, ok: false, problem: String(error) }),
    );
  });
  return {
    close: () => {
      port.close();
      hardware.close();
      qmp.close();
    },
  };
}
