/** QEMU's machine protocol (docs/interop/qmp-spec): one JSON object a line; events are not of interest here. */
import { connectWhenThere } from './line-socket.ts';

export interface Qmp {
  /** Rejects with QEMU's own words. */
  execute(command: string, args?: object): Promise<unknown>;
  close(): void;
}

interface Answer {
  readonly id?: number;
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
}

export async function openQmp(path: string): Promise<Qmp> {
  const waiting = new Map<number, (answer: Answer) => void>();
  let last = 0;
  const socket = await connectWhenThere(path);
  socket.onLine((line) => {
    const answer = JSON.parse(line) as Answer;
    if (answer.id === undefined) return;
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  socket.onEnd(() => {
    for (const tell of waiting.values()) tell({ error: { desc: 'the machine is gone' } });
    waiting.clear();
  });
  const execute = (command: string, args: object = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, ({ error, return: value }) =>
        error === undefined ? resolve(value) : reject(new Error(`${command}: ${error.desc}`)),
      );
      socket.send(JSON.stringify({ execute: command, arguments: args, id: last }));
    });
  await execute('qmp_capabilities');
  return { execute, close: () => socket.close() };
}
