import { createServer } from 'node:net';
import { join } from 'node:path';
import { COULD_NOT_OPEN } from '../config.ts';
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
  /** As `COUNTERSIGN_SIMULATED_PAD` has it: names with commas between them, or 'none'. */
  readonly simulatedPad: string;
  readonly onLine: (name: string, line: string) => void;
  readonly withCloud?: boolean;
  /** False: a tenant in earnest, whose certificates are held to their dates. */
  readonly demo?: boolean;
}

/** A slow machine that is busy with other things still gets there. */
const READY_PATIENCE_MS = 120_000;
/** A server that ended this often before it was ready will not become it. */
const LIVES = 2;

/** The servers could not be started; the message is a sentence for people. */
export class StartProblem extends Error {}

export async function startServers(options: ServerOptions): Promise<Servers> {
  const kioskUrl = `http://127.0.0.1:${options.kioskPort}`;
  const cloudUrl = `http://127.0.0.1:${options.cloudPort}`;
  const complaints = new Map<string, string>();
  const onLine = (name: string, line: string): void => {
    if (line.startsWith(COULD_NOT_OPEN)) complaints.set(name, line.slice(COULD_NOT_OPEN.length));
    options.onLine(name, line);
  };
  const shared = { ...options, onLine, kioskUrl, cloudUrl };
  const cloud = options.withCloud === false ? null : startRole('cloud', options.cloudPort, shared);
  const kiosk = startRole('kiosk', options.kioskPort, shared);
  const stop = async (): Promise<void> => {
    await Promise.all([kiosk.stop(), cloud?.stop()]);
  };
  try {
    await Promise.all([
      untilServing(kiosk, kioskUrl, complaints),
      cloud === null ? undefined : untilServing(cloud, cloudUrl, complaints),
    ]);
  } catch (problem) {
    await stop();
    throw problem;
  }
  return { kioskUrl, cloudUrl, kiosk, cloud, stop };
}

async function untilServing(service: Service, url: string, complaints: ReadonlyMap<string, string>): Promise<void> {
  const givenUp = (): string | null =>
    service.restarts() < LIVES ? null : (complaints.get(service.name) ?? 'it ended again and again');
  try {
    await untilReady(`${url}/api/health`, READY_PATIENCE_MS, givenUp);
  } catch (problem) {
    const why = problem instanceof Error ? problem.message : 'unknown reason';
    throw new StartProblem(
      `The ${service.name} could not be started: ${why}. 'npm run doctor' looks for what is wrong.`,
    );
  }
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
        // On a terminal only what somebody has to know.
        COUNTERSIGN_LOG: process.env['COUNTERSIGN_LOG'] ?? 'warning',
        COUNTERSIGN_ROLE: role,
        COUNTERSIGN_DATA: options.dataDir,
        ...(options.demo === false ? {} : { COUNTERSIGN_DEMO: '1' }),
        COUNTERSIGN_KIOSK_URL: options.kioskUrl,
        COUNTERSIGN_CLOUD_URL: options.cloudUrl,
        COUNTERSIGN_SIMULATED_PAD: options.simulatedPad,
      },
    },
    options.onLine,
  );
}

/** Whether something else listens there now. */
export function isPortBusy(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(true);
      else reject(error);
    });
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(false)));
  });
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
