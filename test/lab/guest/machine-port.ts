/** Runs in the guest: its end of the virtio port. */
import { spawn } from 'node:child_process';
import { openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Answer, type Ask, type FromGuest, PORT_NAME } from './port.ts';

export interface MachinePort {
  send(message: FromGuest): void;
  ask(ask: Ask): Promise<unknown>;
}

export function machinePort(): MachinePort {
  const waiting = new Map<number, (answer: Answer) => void>();
  let last = 0;
  const handle = openSync(`/dev/${deviceOf(PORT_NAME)}`, 'r+');
  // Node has no stream for a character device that would not keep one of its few threads waiting.
  const reader = spawn('cat', [], { stdio: [handle, 'pipe', 'inherit'] });
  const { stdout } = reader;
  if (stdout === null) throw new Error('cat has no output');
  createInterface(stdout).on('line', (line) => {
    const answer = JSON.parse(line) as Answer;
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  // Whoever started this machine is gone: so is its use.
  reader.once('exit', () => writeFileSync('/proc/sysrq-trigger', 'o'));
  const send = (message: FromGuest): void => void writeSync(handle, `${JSON.stringify(message)}\n`);
  return {
    send,
    ask: (ask) =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, (answer) => (answer.ok ? resolve(answer.value) : reject(new Error(answer.problem))));
        send({ type: 'ask', id: last, ask });
      }),
  };
}

function deviceOf(name: string): string {
  const ports = '/sys/class/virtio-ports';
  const found = readdirSync(ports).find((entry) => readFileSync(`${ports}/${entry}/name`, 'utf8').trim() === name);
  if (found === undefined) throw new Error(`this machine has no port ${name}: is it the lab's guest?`);
  return found;
}
