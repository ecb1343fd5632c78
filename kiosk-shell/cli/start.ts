import { join } from 'node:path';
import { provisionDemo } from '../demo/provision.ts';
import { startServers } from './servers.ts';

/** `npm start`: kiosk and cloud on this machine with a demo tenant; ends everything on Ctrl-C. */
const root = join(import.meta.dirname, '..', '..');
const dataDir = process.env['COUNTERSIGN_DATA'] ?? join(root, '.countersign');
const kioskPort = Number(process.env['KIOSK_PORT'] ?? '3000');
const cloudPort = Number(process.env['CLOUD_PORT'] ?? '4000');

console.log('Preparing the demo tenant (keys are made here on the first start) …');
const demo = await provisionDemo(dataDir, {
  kioskUrl: `http://127.0.0.1:${kioskPort}`,
  cloudUrl: `http://127.0.0.1:${cloudPort}`,
  now: new Date(),
});
console.log('Starting kiosk and cloud …');
let quiet = true;
const servers = await startServers({
  root,
  dataDir,
  kioskPort,
  cloudPort,
  simulatedPad: 'stu-530',
  onLine: (name, line) => {
    // Next's own greeting says nothing that the lines below do not say better.
    if (!quiet || /error|refused|EADDRINUSE|could not|ended/i.test(line)) console.log(`[${name}] ${line}`);
  },
}).catch((problem: unknown) => {
  console.error(problem instanceof Error ? problem.message : 'could not start');
  console.error(
    `Is something else listening on port ${kioskPort} or ${cloudPort}? KIOSK_PORT and CLOUD_PORT choose others.`,
  );
  process.exit(1);
});
quiet = false;

console.log(`
Countersign is running.

  Counter (clerk)     ${servers.kioskUrl}
  Customer's screen   ${servers.kioskUrl}/customer      opened from the clerk's screen
  Manager             ${servers.kioskUrl}/manager
  Simulated pad       ${servers.kioskUrl}/simulated-pad  when no pad is plugged in
  Cloud console       ${servers.cloudUrl}

Demo sign-ins (made for this machine only):
${demo.signIns.map(({ name, pin, role }) => `  ${role.padEnd(8)} ${name.padEnd(8)} PIN ${pin}`).join('\n')}

Everything is kept in ${dataDir}; 'npm run reset' starts over. Ctrl-C ends it all.`);

let ending = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (ending) return;
    ending = true;
    console.log('Ending kiosk and cloud …');
    void servers.stop().then(() => process.exit(0));
  });
}
