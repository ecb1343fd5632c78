/**
 * Runs in the guest: every drill of the files named, each file in a process of its own, so that what one drill breaks
 * fails that drill alone. A process that dies or hangs is replaced, and the file goes on after the drill it was at.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Drill, DrillResult } from '../drill.ts';
import type { FromChild, ToChild } from './drill-process.ts';
import { machinePort } from './machine-port.ts';

const DRILL_LIMIT_MS = 60_000;
/** Node itself needs seconds to start here. */
const START_LIMIT_MS = 60_000;

const [first, name, ...others] = process.argv.slice(2);
const only = first === '--only' ? (name ?? '') : null;
const files = only === null ? process.argv.slice(2) : others;
const port = machinePort();
let failed = 0;
for (const file of files) {
  const { drills } = (await import(join(process.cwd(), file))) as { readonly drills: readonly Drill[] };
  const wanted = drills.filter((drill) => only === null || drill.name.includes(only));
  const running: { child: ChildProcess | null } = { child: null };
  const attempt = async (drill: Drill): Promise<Outcome> => {
    running.child ??= fork(join(import.meta.dirname, 'drill-process.ts'), [file], { stdio: 'inherit' });
    const outcome = await runOne(running.child, drill);
    if (!outcome.alive) running.child = null;
    return outcome;
  };
  for (const drill of wanted) {
    const began = performance.now();
    let { problem, facts } = await attempt(drill);
    if (problem !== '') {
      // An emulated PC falls behind when its machine is busy; what fails twice has failed. That it did is told.
      running.child?.kill('SIGKILL');
      running.child = null;
      const first = problem.split('\n')[0] ?? '';
      ({ problem, facts } = await attempt(drill));
      if (problem === '') facts = [...facts, `at the second try; the first: ${first}`];
    }
    if (problem !== '') failed += 1;
    const millis = Math.round(performance.now() - began);
    const result: DrillResult = { file, name: drill.name, ok: problem === '', problem, facts, millis };
    port.send({ type: 'result', result });
  }
  running.child?.kill('SIGKILL');
}
process.exit(failed === 0 ? 0 : 1);

interface Outcome {
  readonly problem: string;
  readonly facts: readonly string[];
  readonly alive: boolean;
}

function runOne(child: ChildProcess, drill: Drill): Promise<Outcome> {
  return new Promise((resolve) => {
    const facts: string[] = [];
    const end = (problem: string, alive: boolean): void => {
      clearTimeout(limit);
      child.removeAllListeners();
      if (!alive) child.kill('SIGKILL');
      resolve({ problem, facts, alive });
    };
    const limitMs = drill.timeoutMs ?? DRILL_LIMIT_MS;
    const limit = setTimeout(() => end(`did not end within ${limitMs / 1000} s`, false), START_LIMIT_MS + limitMs);
    child.on('exit', (code, signal) => end(`its process ended (${signal ?? `code ${code ?? '?'}`})`, false));
    child.on('message', (message: FromChild) => {
      switch (message.type) {
        case 'fact':
          facts.push(message.fact);
          return;
        case 'ended':
          end(message.problem, true);
          return;
        case 'ask':
          port.ask(message.ask).then(
            (value) => send(child, { type: 'answer', answer: { id: message.id, ok: true, value } }),
            (error: unknown) =>
              send(child, { type: 'answer', answer: { id: message.id, ok: false, problem: String(error) } }),
          );
      }
    });
    send(child, { type: 'run', name: drill.name });
  });
}

function send(child: ChildProcess, message: ToChild): void {
  if (child.connected) child.send(message);
}
