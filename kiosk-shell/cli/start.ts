import { join } from 'node:path';
import { readLaunchConfig, type LaunchConfig } from '../config.ts';
import { provisionDemo, type DemoSecrets } from '../demo/provision.ts';
import { onEnd } from './caller.ts';
import { holdDataFolder } from './data-folder.ts';
import { startProgress } from './progress.ts';
import { isPortBusy, startServers, StartProblem, type Servers } from './servers.ts';

/** `npm start`: kiosk and cloud on this machine with a demo tenant; ends everything on Ctrl-C. */
const root = join(import.meta.dirname, '..', '..');
const progress = startProgress(process.stdout);

async function main(): Promise<void> {
  const launch = readLaunchConfig(process.env, root);
  if (!launch.ok) throw new StartProblem(launch.error.map(({ name, problem }) => `${name} ${problem}.`).join('\n'));
  const { dataDir, kioskPort, cloudPort } = launch.value;
  await assertFree(launch.value);
  const folder = holdDataFolder(dataDir);
  if (!folder.held) {
    throw new StartProblem(
      `Countersign is already running on ${dataDir} (process ${folder.by}). End it first, or name another folder in COUNTERSIGN_DATA.`,
    );
  }
  process.once('exit', () => folder.release());
  let servers: Servers | null = null;
  let ending = false;
  // From the first moment on: a start that is interrupted must not leave a server either.
  onEnd(async () => {
    ending = true;
    progress.done();
    if (servers === null) return;
    console.log('Ending kiosk and cloud …');
    await servers.stop();
  }, 0);

  progress.step('Preparing the demo tenant (keys are made here on the first start)');
  const demo = await provisionDemo(dataDir, {
    kioskUrl: `http://127.0.0.1:${kioskPort}`,
    cloudUrl: `http://127.0.0.1:${cloudPort}`,
    now: new Date(),
  });
  progress.step('Starting kiosk and cloud');
  let quiet = true;
  servers = await startServers({
    root,
    dataDir,
    kioskPort,
    cloudPort,
    // A pad that is plugged in is used; without one the demo puts up a simulated pad by itself. Others are put up when
    // they are asked for.
    simulatedPad: process.env['COUNTERSIGN_SIMULATED_PAD'] ?? 'none',
    onLine: (name, line) => {
      // Next's own greeting says nothing that the lines below do not say better.
      if (!ending && (!quiet || /error|refused|could not|ended/i.test(line))) progress.line(`[${name}] ${line}`);
    },
  });
  progress.done();
  quiet = false;
  greet(servers, demo, dataDir);
}

async function assertFree({ kioskPort, cloudPort }: LaunchConfig): Promise<void> {
  for (const [name, port] of [
    ['KIOSK_PORT', kioskPort],
    ['CLOUD_PORT', cloudPort],
  ] as const) {
    if (!(await isPortBusy(port))) continue;
    throw new StartProblem(
      `Port ${port} is in use by another program. End that program, or choose another port: ${name}=${port + 1} npm start`,
    );
  }
}

function greet({ kioskUrl, cloudUrl }: Servers, { signIns }: DemoSecrets, dataDir: string): void {
  console.log(`
Countersign is running.

  Counter (clerk)     ${kioskUrl}
  Customer's screen   ${kioskUrl}/customer      opened from the clerk's screen
  Manager             ${kioskUrl}/manager
  Simulated pad       ${kioskUrl}/simulated-pad  when no pad is plugged in
  Cloud console       ${cloudUrl}

Demo sign-ins (made for this machine only):
${signIns.map(({ name, pin, role }) => `  ${role.padEnd(8)} ${name.padEnd(8)} PIN ${pin}`).join('\n')}

Everything is kept in ${dataDir}; 'npm run reset' starts over. Ctrl-C ends it all.`);
}

try {
  await main();
} catch (problem) {
  progress.done();
  const expected = problem instanceof StartProblem;
  const words = problem instanceof Error ? problem.message : 'unknown';
  console.error(expected ? words : `Countersign could not start: ${words}`);
  process.exit(1);
}
