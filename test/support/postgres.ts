import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../kiosk-shell/cli/servers.ts';
import type { PostgresOptions } from '../../sync/cloud/postgres-database.ts';

/** A PostgreSQL of its own: data in a folder of its own, on a free port of 127.0.0.1, durable as in production. */
export interface TestPostgres {
  /** What PostgreSQL's own programs (`pgbench`, `psql`) are called with. */
  readonly binaries: string;
  /** A new, empty database. */
  readonly newDatabase: () => PostgresOptions;
  /** The one made last. */
  readonly newestDatabase: () => PostgresOptions;
  /** SIGKILL to every process of the server, as the power would. */
  kill(): Promise<void>;
  /** After `kill`: recovers, on the same port. */
  restart(): Promise<void>;
  end(): Promise<void>;
}

const USER = 'countersign';
const DEBIAN = '/usr/lib/postgresql';
/** PostgreSQL refuses to run as root; of root's machine it gets an account that owns nothing. */
const NOBODY = 65_534;

/** Where `initdb` and the others are; null where no PostgreSQL is installed. */
export function postgresBinaries(): string | null {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).toSorted((one, other) => Number(other) - Number(one)) : [];
  const folders = [
    ...versions.map((version) => path.join(DEBIAN, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
  ];
  return folders.find((folder) => existsSync(path.join(folder, 'initdb'))) ?? null;
}

export async function startPostgres(settings: readonly string[] = []): Promise<TestPostgres> {
  const binaries = postgresBinaries();
  if (binaries === null) throw new Error('no PostgreSQL is installed');
  const folder = mkdtempSync(path.join(tmpdir(), 'countersign-postgres-'));
  const password = randomBytes(12).toString('hex');
  const account = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const secret = path.join(folder, 'password');
  writeFileSync(secret, password, { mode: 0o600 });
  if (account.uid !== undefined) {
    chmodSync(folder, 0o700);
    for (const place of [folder, secret]) chownSync(place, account.uid, account.gid);
  }
  const data = path.join(folder, 'data');
  const made = spawnSync(
    path.join(binaries, 'initdb'),
    ['-D', data, '-U', USER, '--pwfile', secret, '-A', 'scram-sha-256', '-E', 'UTF8', '--locale', 'C.UTF-8'],
    { ...account, encoding: 'utf8', cwd: folder },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  const address = { host: '127.0.0.1', port, user: USER, password, tlsRoots: null, connections: 10 };
  let server = await startServer();
  let databases = 0;

  async function startServer(): Promise<ChildProcess> {
    const given = ['shared_buffers=64MB', ...settings].flatMap((setting) => ['-c', setting]);
    const child = spawn(
      path.join(binaries ?? '', 'postgres'),
      ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1', ...given],
      { ...account, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-4000);
        if (said.includes('ready to accept connections')) resolve();
      });
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`postgres ended: ${said}`)));
    });
    return child;
  }
  async function ended(signal: NodeJS.Signals): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exit = new Promise((resolve) => server.once('exit', resolve));
    server.kill(signal);
    await exit;
  }

  return {
    binaries,
    newDatabase() {
      const database = `test_${(databases += 1)}`;
      const created = spawnSync(
        path.join(binaries, 'createdb'),
        ['-h', '127.0.0.1', '-p', String(port), '-U', USER, database],
        {
          encoding: 'utf8',
          env: { ...process.env, PGPASSWORD: password },
        },
      );
      if (created.status !== 0) throw new Error(`createdb: ${created.stderr}`);
      return { ...address, database };
    },
    newestDatabase: () => ({ ...address, database: `test_${databases}` }),
    async kill() {
      const children = spawnSync('pgrep', ['-P', String(server.pid)], { encoding: 'utf8' }).stdout.split('\n');
      const exit = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      for (const child of children.filter((id) => id !== '')) {
        try {
          process.kill(Number(child), 'SIGKILL');
        } catch {
          // It followed its parent by itself.
        }
      }
      await exit;
    },
    async restart() {
      rmSync(path.join(data, 'postmaster.pid'), { force: true });
      server = await startServer();
    },
    async end() {
      await ended('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
