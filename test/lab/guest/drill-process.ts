/** Runs in the guest: one drill at a time of one file, on the word of `inside.ts`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Drill, DrillLab, Machine } from '../drill.ts';
import type { Answer, Ask } from './port.ts';

export type ToChild =
  { readonly type: 'run'; readonly name: string } | { readonly type: 'answer'; readonly answer: Answer };
export type FromChild =
  | { readonly type: 'fact'; readonly fact: string }
  | { readonly type: 'ended'; readonly problem: string }
  | { readonly type: 'ask'; readonly id: number; readonly ask: Ask };

const waiting = new Map<number, (answer: Answer) => void>();
let last = 0;
process.on('message', (message: ToChild) => {
  if (message.type === 'run') {
    void run(message.name).then((problem) => send({ type: 'ended', problem }));
    return;
  }
  waiting.get(message.answer.id)?.(message.answer);
  waiting.delete(message.answer.id);
});
process.on('disconnect', () => process.exit(1));

async function run(name: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'drill-'));
  const lab: DrillLab = { folder, machine, tell: (fact) => send({ type: 'fact', fact }) };
  try {
    const file = join(process.cwd(), process.argv[2] ?? '');
    const { drills } = (await import(file)) as { readonly drills: readonly Drill[] };
    const drill = drills.find((entry) => entry.name === name);
    if (drill === undefined) return 'the file holds no such drill';
    await drill.run(lab);
    return '';
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const machine: Machine = {
  qmp: (command, args = {}) => ask({ kind: 'qmp', command, args }),
  demoTenant: async () => (await ask({ kind: 'demo-tenant' })) as Awaited<ReturnType<Machine['demoTenant']>>,
  serial: {
    plugIn: async () => {
      await ask({ kind: 'serial', act: 'plug-in' });
    },
    unplug: async () => {
      await ask({ kind: 'serial', act: 'unplug' });
    },
    write: async (bytes) => {
      await ask({ kind: 'serial', act: 'write', bytes: Buffer.from(bytes).toString('base64') });
    },
    read: async () => Buffer.from(String(await ask({ kind: 'serial', act: 'read' })), 'base64'),
  },
};

function ask(what: Ask): Promise<unknown> {
  return new Promise((resolve, reject) => {
    last += 1;
    waiting.set(last, (answer) => (answer.ok ? resolve(answer.value) : reject(new Error(answer.problem))));
    send({ type: 'ask', id: last, ask: what });
  });
}

function send(message: FromChild): void {
  process.send?.(message);
}
