import { createServer } from 'node:net';
import { join } from 'node:path';
import { startService, untilReady, type Service } from '../supervisor.ts';

/** Kiosk and cloud as two processes of the same build, as `npm start`, `demo`, tests and benches run them. */
export interface Servers {
  readonly kioskUrl: string;
  readonly cloudUrl: string;
  readonly kiosk: Service;
  readonly cloud: Service | null;
  stop(): Promise<void>;
}
export interface ServerOptions {
  readonly root: string;
  readonly dataDir: string;
  readonly kioskPort: number;
  readonly cloudPort: number;
  readonly simulatedPad: 'stu-430' | 'stu-530' | 'none';
  readonly onLine: (name: string, line: string) => void;
  readonly withCloud?: boolean;
}

const READY_PATIENCE_MS = 60_000;

export async function startServers(options: ServerOptions): Promise<Servers> {
  const kioskUrl = `http://127.0.0.1:${options.kioskPort}`;
  const cloudUrl = `http://127.0.0.1:${options.cloudPort}`;
  const shared = { ...options, kioskUrl, cloudUrl };
  const cloud = options.withCloud === false ? null : startRole('cloud', options.cloudPort, shared);
  const kiosk = startRole('kiosk', options.kioskPort, shared);
  const stop = async (): Promise<void> => {
    await Promise.all([kiosk.stop(), cloud?.stop()]);
  };
  try {
    await Promise.all([
      untilReady(`${kioskUrl}/api/health`, READY_PATIENCE_MS),
      cloud === null ? undefined : untilReady(`${cloudUrl}/api/health`, READY_PATIENCE_MS),
    ]);
  } catch (problem) {
    await stop();
    throw problem;
  }
  return { kioskUrl, cloudUrl, kiosk, cloud, stop };
}

export function startRole(
  role: 'kiosk' | 'cloud',
  port: number,
  options: ServerOptions & { readonly kioskUrl: string; readonly cloudUrl: string },
): Service {
  return startService(
    {
      name: role,
      program: process.execPath,
      args: [join(options.root, 'node_modules/next/dist/bin/next'), 'start', '-H', '127.0.0.1', '-p', String(port)],
      cwd: options.root,
      env: {
        ...process.env,
        NODE_ENV: 'production',
        NEXT_TELEMETRY_DISABLED: '1',
        // Next's own SIGTERM handling would exit before the runtime has closed its files.
        NEXT_MANUAL_SIG_HANDLE: 'true',
        COUNTERSIGN_ROLE: role,
        COUNTERSIGN_DATA: options.dataDir,
        COUNTERSIGN_DEMO: '1',
        COUNTERSIGN_KIOSK_URL: options.kioskUrl,
        COUNTERSIGN_CLOUD_URL: options.cloudUrl,
        COUNTERSIGN_SIMULATED_PAD: options.simulatedPad,
      },
    },
    options.onLine,
  );
}

/** A port nobody listens on now, on loopback. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error('no free port on 127.0.0.1'));
      });
    });
  });
}
