import { spawn } from 'node:child_process';
import { explainFailure } from './explain-failure.mjs';
import { say, startProgress } from './progress.mjs';

const TAIL_CHARACTERS = 6_000;
let running = null;

/** The program a step is waiting for, so that Ctrl-C ends it too. */
export function endRunningStep(signal) {
  running?.kill(signal);
  return running !== null;
}

/**
 * Runs a program to its end and tells of it. Ends this process with a sentence when it fails: nothing after it could
 * work. `note` gets all output so far, or nothing, and answers in a few words.
 */
export function runStep(what, program, args, { cwd, environment = {}, note = () => '' }) {
  let output = '';
  const progress = startProgress(what, () => note(output));
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    running = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => (output = (output + text).slice(-20 * TAIL_CHARACTERS)));
    }
    child.on('error', (error) => finish(error.message));
    // 'close' and not 'exit': what it said last is often what went wrong.
    child.on('close', (code, signal) => finish(code === 0 ? null : `ended with ${signal ?? `code ${code}`}`));
    function finish(problem) {
      if (running !== child) return;
      running = null;
      progress.end(problem === null);
      if (problem === null) {
        resolve();
        return;
      }
      say(output.slice(-TAIL_CHARACTERS).trimEnd());
      say(`${what}: ${problem}.`);
      const advice = explainFailure(`${output}\n${problem}`);
      if (advice !== null) say(advice);
      process.exit(1);
    }
  });
}
