import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { z } from 'zod';
import { freePort } from '../../kiosk-shell/cli/servers.ts';

/** Who may call the gateway, with every right in buckets of its own. */
export interface CephUser {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A real S3 API: Debian's Ceph gateway over one monitor and one object daemon in memory, all on 127.0.0.1. */
export interface TestCeph {
  readonly endpoint: string;
  /** It exists when `startCeph` resolves. */
  readonly user: CephUser;
  /** A new, empty bucket of `user`; with object lock it has versions too. */
  newBucket(options?: { readonly objectLock?: boolean }): Promise<string>;
  /** What is in a bucket: every version and every mark of deletion, past the code under test. */
  versions(bucket: string): Promise<readonly { readonly key: string; readonly version: string }[]>;
  /** Somebody else with the same keys writes over an object. */
  overwrite(bucket: string, key: string, text: string): Promise<void>;
  /** Somebody else with the same keys deletes a version. */
  delete(bucket: string, key: string, version: string): Promise<void>;
  /** One more user, made with `radosgw-admin`. */
  newUser(): Promise<CephUser>;
  /** SIGSTOP to the gateway: it takes connections and answers nothing. */
  pause(): void;
  resume(): void;
  end(): Promise<void>;
}

const run = promisify(execFile);
/** Of each program's start and of each wait; the whole takes about 14 s on an idle machine. */
const PATIENCE_MS = 120_000;
const userRow = z.object({ keys: z.array(z.object({ access_key: z.string(), secret_key: z.string() })).min(1) });

export function cephIsHere(): boolean {
  return spawnSync('which', ['radosgw']).status === 0;
}

/** Everything lives in a temporary folder and ends with `end`. Slow: one start for a whole test file. */
export async function startCeph(): Promise<TestCeph> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ceph-'));
  const [monitorPort, gatewayPort] = [await freePort(), await freePort()];
  const fsid = randomUUID();
  const conf = path.join(folder, 'ceph.conf');
  const keyring = path.join(folder, 'keyring');
  for (const name of ['mon', 'osd', 'gateway']) mkdirSync(path.join(folder, name));
  writeFileSync(conf, configuration(folder, fsid, monitorPort));
  const daemons: ChildProcess[] = [];

  function step(program: string, ...args: readonly string[]): void {
    const done = spawnSync(program, args, { encoding: 'utf8', cwd: folder, timeout: PATIENCE_MS });
    if (done.status !== 0) throw new Error(`${program}: ${done.stderr}`);
  }
  async function asAdmin(program: string, ...args: readonly string[]): Promise<string> {
    const given = ['-c', conf, '-n', 'client.admin', '-k', keyring, ...args];
    return (await run(program, given, { cwd: folder, timeout: PATIENCE_MS })).stdout;
  }
  function daemon(program: string, ...args: readonly string[]): ChildProcess {
    const child = spawn(program, ['-c', conf, '-f', ...args], { cwd: folder, stdio: 'ignore' });
    daemons.push(child);
    return child;
  }
  async function end(): Promise<void> {
    for (const child of daemons.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exit = new Promise((resolve) => child.once('exit', resolve));
      // Nothing of it is kept: no need to wait for an orderly end.
      child.kill('SIGKILL');
      await exit;
    }
    rmSync(folder, { recursive: true, force: true });
  }
  async function newUser(): Promise<CephUser> {
    const uid = `test-${randomUUID()}`;
    const said = await asAdmin('radosgw-admin', 'user', 'create', '--uid', uid, '--display-name', uid);
    const [key] = userRow.parse(JSON.parse(said)).keys;
    if (key === undefined) throw new Error('radosgw-admin made a user without keys');
    return { accessKeyId: key.access_key, secretAccessKey: key.secret_key };
  }

  try {
    const all = (...what: readonly string[]): readonly string[] => what.flatMap((each) => ['--cap', each, 'allow *']);
    step('ceph-authtool', '--create-keyring', keyring, '--gen-key', '-n', 'mon.', ...all('mon'));
    step('ceph-authtool', keyring, '--gen-key', '-n', 'client.admin', ...all('mon', 'osd', 'mgr'));
    step('ceph-authtool', keyring, '--gen-key', '-n', 'osd.0', '--cap', 'mon', 'allow profile osd', ...all('osd'));
    step('ceph-authtool', keyring, '--gen-key', '-n', 'client.rgw', ...all('mon', 'osd'));
    const monmap = path.join(folder, 'monmap');
    const monitor = `[v2:127.0.0.1:${monitorPort}]`;
    step('monmaptool', '--create', '--addv', 'a', monitor, '--fsid', fsid, monmap);
    step('ceph-mon', '-c', conf, '--mkfs', '-i', 'a', '--monmap', monmap, '--keyring', keyring);
    daemon('ceph-mon', '-i', 'a');
    const osd = randomUUID();
    await asAdmin('ceph', 'osd', 'new', osd);
    step('ceph-osd', '-c', conf, '-i', '0', '--mkfs', '--osd-uuid', osd, '--keyring', keyring);
    daemon('ceph-osd', '-i', '0', '--keyring', keyring);
    const frontend = `beast endpoint=127.0.0.1:${gatewayPort}`;
    const gateway = daemon('radosgw', '-n', 'client.rgw', '--keyring', keyring, `--rgw-frontends=${frontend}`);
    const user = await newUser();
    await listening(gatewayPort, gateway);
    const endpoint = `http://127.0.0.1:${gatewayPort}`;
    const client = new S3Client({ endpoint, region: 'default', forcePathStyle: true, credentials: { ...user } });
    return {
      endpoint,
      user,
      async newBucket({ objectLock = false } = {}) {
        const Bucket = `bucket-${randomUUID()}`;
        await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: objectLock }));
        return Bucket;
      },
      async versions(Bucket) {
        const page = await client.send(new ListObjectVersionsCommand({ Bucket }));
        return [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
          key: Key ?? '',
          version: VersionId ?? '',
        }));
      },
      async overwrite(Bucket, Key, Body) {
        await client.send(new PutObjectCommand({ Bucket, Key, Body }));
      },
      async delete(Bucket, Key, VersionId) {
        await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
      },
      newUser,
      pause: () => gateway.kill('SIGSTOP'),
      resume: () => gateway.kill('SIGCONT'),
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** With cephx: without it the gateway hangs. One copy of everything, in memory, nothing outside the folder. */
function configuration(folder: string, fsid: string, monitorPort: number): string {
  return `[global]
fsid = ${fsid}
mon initial members = a
mon host = [v2:127.0.0.1:${monitorPort}]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind msgr1 = false
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
run dir = ${folder}
admin socket = ${folder}/$name.$pid.asok
crash dir = ${folder}
log file = ${folder}/$name.log
log to stderr = false
mon data = ${folder}/mon
osd data = ${folder}/osd
rgw data = ${folder}/gateway
osd objectstore = memstore
memstore device bytes = 4294967296
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd crush chooseleaf type = 0
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon max pg per osd = 1000
rgw enable usage log = false
rgw enable gc threads = false
rgw dns name = 127.0.0.1
`;
}

async function listening(port: number, process: ChildProcess): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    if (process.exitCode !== null) throw new Error('radosgw ended');
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false)).on('close', () => socket.destroy());
      socket.once('connect', () => socket.end());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('radosgw does not listen');
}
