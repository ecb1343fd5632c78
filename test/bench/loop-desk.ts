import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startServers } from '../../kiosk-shell/cli/servers.ts';
import { provisionDemo } from '../../kiosk-shell/demo/provision.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PROBE = new URL('./loop-probe.ts', import.meta.url).href;

interface SignIn {
  readonly name: string;
  readonly pin: string;
}
/** A running kiosk with a probe in its process, a simulated STU-530, and its cloud. */
export interface LoopDesk {
  readonly url: string;
  readonly probe: string;
  readonly clerk: SignIn;
  readonly manager: SignIn;
}

/** Everything is ended, and forgotten, when `run` has ended. */
export async function atLoopDesk<T>(run: (desk: LoopDesk) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-bench-loop-'));
  const [kioskPort, cloudPort, probePort] = [await freePort(), await freePort(), await freePort()];
  const before = process.env['NODE_OPTIONS'];
  try {
    const { signIns } = await provisionDemo(dataDir, {
      kioskUrl: `http://127.0.0.1:${kioskPort}`,
      cloudUrl: `http://127.0.0.1:${cloudPort}`,
      now: new Date(),
    });
    const [clerk, manager] = ['clerk', 'manager'].map((wanted) => signIns.find(({ role }) => role === wanted));
    if (clerk === undefined || manager === undefined) throw new Error('the demo tenant has no staff');
    // Servers are started with this process's environment.
    process.env['NODE_OPTIONS'] = `${before ?? ''} --import ${PROBE}?port=${probePort}`;
    const options = { root: ROOT, dataDir, kioskPort, cloudPort, simulatedPad: 'stu-530', onLine: () => undefined };
    const servers = await startServers(options);
    try {
      return await run({ url: servers.kioskUrl, probe: `http://127.0.0.1:${probePort}`, clerk, manager });
    } finally {
      await servers.stop();
    }
  } finally {
    if (before === undefined) delete process.env['NODE_OPTIONS'];
    else process.env['NODE_OPTIONS'] = before;
    rmSync(dataDir, { recursive: true, force: true });
  }
}
