import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '../../../signing/clock.ts';
import type { TransactionId } from '../../../signing/ids.ts';
import { publicReceiptKey } from '../../../sync/cloud/receipts.ts';
import { openVault } from '../../../vault/vault.ts';
import type { KioskFile } from './kiosk-process.ts';
import { packageMaker, type TestPackage } from './packages.ts';
import type { TestKiosk } from './world.ts';

const BATCH = 500;
const children = new Set<ChildProcess>();

/** What `kiosk-process.ts` needs, with packages of `size` bytes in its outbox. */
export async function makeKioskFolder(
  folder: string,
  kiosk: TestKiosk,
  receiptKey: KeyObject,
  load: { readonly packages: number; readonly size: number },
): Promise<readonly TestPackage[]> {
  const file: KioskFile = {
    ...{ kiosk: kiosk.id, tenant: kiosk.tenant, receiptKey: await publicReceiptKey(receiptKey) },
    deviceKey: kiosk.deviceKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  writeFileSync(path.join(folder, 'kiosk.json'), JSON.stringify(file), { mode: 0o600 });
  const vault = openVault(path.join(folder, 'vault.sqlite'), { clock: systemClock, newId: randomUUID });
  const maker = packageMaker(kiosk);
  const made: TestPackage[] = [];
  while (made.length < load.packages) {
    vault.write(() => {
      for (let left = Math.min(BATCH, load.packages - made.length); left > 0; left -= 1) {
        const id = randomUUID() as TransactionId;
        const one = maker.make(id, { size: load.size });
        vault.transactions.insert({ id, name: 'Pogodba', state: 'open', createdBy: 'Ana' });
        vault.outbox.insert({ transaction: id, auditHead: one.auditHead, package: one.bytes });
        made.push(one);
      }
    });
  }
  vault.close();
  return made;
}

export interface RunningKiosk {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  /** Resolves when it has said this word so often, all told. */
  said(word: string, times?: number): Promise<void>;
}

/**
 * @param faster so many times shorter are its pauses
 * @param before a command that the process is started by, as `ip netns exec NAME`
 */
export function startKiosk(
  folder: string,
  cloudUrl: string,
  { faster = 20, before = [] }: { readonly faster?: number; readonly before?: readonly string[] } = {},
): RunningKiosk {
  const script = path.join(import.meta.dirname, 'kiosk-process.ts');
  const [program = process.execPath, ...prefix] = before;
  const own = [script, folder, cloudUrl, String(faster)];
  const args = before.length === 0 ? own : [...prefix, process.execPath, ...own];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  children.add(child);
  const ended = new Promise((resolve) => child.once('exit', resolve)).finally(() => children.delete(child));
  const counts = new Map<string, number>();
  let waiting: { readonly word: string; readonly times: number; readonly resolve: () => void }[] = [];
  const look = (): void => {
    const there = waiting.filter(({ word, times }) => (counts.get(word) ?? 0) >= times);
    waiting = waiting.filter((each) => !there.includes(each));
    for (const { resolve } of there) resolve();
  };
  if (child.stdout === null) throw new Error('its output is piped');
  createInterface({ input: child.stdout }).on('line', (word) => {
    counts.set(word, (counts.get(word) ?? 0) + 1);
    look();
  });
  return {
    child,
    ended,
    said: (word, times = 1) =>
      new Promise((resolve) => {
        waiting.push({ word, times, resolve });
        look();
      }),
  };
}

/** Those that are still there. */
export function endKiosks(): void {
  for (const child of children) child.kill('SIGKILL');
}

/** The receipt of each package in the kiosk's own file, by digest; null for what is not delivered. */
export function receiptsIn(folder: string, made: readonly TestPackage[]): ReadonlyMap<string, string | null> {
  const vault = openVault(path.join(folder, 'vault.sqlite'), { clock: systemClock, newId: randomUUID });
  try {
    if (vault.check() !== 'ok') throw new Error(`the vault is damaged: ${vault.check()}`);
    return new Map(made.map(({ digest }) => [digest, vault.outbox.get(digest)?.receipt ?? null]));
  } finally {
    vault.close();
  }
}
