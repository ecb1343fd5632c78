import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { systemClock } from '../../../signing/clock.ts';
import type { Sha256 } from '../../../signing/digest.ts';
import { sha256 } from '../../../signing/digest.ts';
import { openFolderStore, unjudged } from '../../../sync/cloud/object-store.ts';
import { openPostgresDatabase, type PostgresOptions } from '../../../sync/cloud/postgres-database.ts';
import { sealedObjects } from '../../../sync/cloud/sealed-objects.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import type { TestPackage } from './packages.ts';
import { endClouds } from './running-cloud.ts';
import { endKiosks, receiptsIn } from './running-kiosk.ts';
import { enrolmentOf, kioskTrust, newKiosk, type TestKiosk } from './world.ts';

/** Folders of a kiosk and of a cloud with its rows in a PostgreSQL, for processes that are to be treated badly. */
export interface FaultWorld {
  readonly kioskFolder: string;
  readonly cloudFolder: string;
  readonly postgres: TestPostgres;
  readonly kiosk: TestKiosk;
  readonly receiptKey: KeyObject;
  /** Runs at the end, the last first. */
  readonly endings: (() => unknown)[];
  /** Once all processes ended: each package is one row, one object with its bytes, and one receipt that verifies. */
  expectEachOnce(made: readonly TestPackage[]): Promise<void>;
  end(): Promise<void>;
}

/** @param sizes of file systems that hold each folder, such as '3m'; null: the machine's own */
export async function faultWorld(
  sizes: { readonly kiosk?: string; readonly cloud?: string } = {},
): Promise<FaultWorld> {
  const folder = mkdtempSync(path.join(tmpdir(), 'countersign-faults-'));
  const endings: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const place = (name: 'kiosk' | 'cloud'): string => {
    const made = path.join(folder, name);
    mkdirSync(made);
    const size = sizes[name];
    if (size === undefined) return made;
    run('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'none', made);
    endings.push(() => run('umount', made));
    return made;
  };
  const [kioskFolder, cloudFolder] = [place('kiosk'), place('cloud')];
  const postgres = await startPostgres();
  endings.push(() => postgres.end());
  const kiosk = newKiosk('kiosk-1');
  const receiptKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const address = postgres.newDatabase();
  const write = (name: string, text: string): void =>
    writeFileSync(path.join(cloudFolder, name), text, { mode: 0o600 });
  write('stores.json', JSON.stringify({ version: 1, database: address }));
  write('tenants.json', JSON.stringify(enrolmentOf([kiosk])));
  write('receipt.key.pem', receiptKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return {
    ...{ kioskFolder, cloudFolder, postgres, kiosk, receiptKey, endings },
    async expectEachOnce(made) {
      const receipts = receiptsIn(kioskFolder, made);
      const { receipts: verifier } = await kioskTrust(kiosk, receiptKey, systemClock);
      for (const one of made) {
        const verified = await verifier.verify(receipts.get(one.digest) ?? '', { ...one, size: one.bytes.length });
        expect(verified.ok).toBe(true);
      }
      expect(await rowsOf(address)).toEqual(receipts);
      expect(await objectsIn(cloudFolder, address)).toEqual(made.map(({ digest }) => digest).toSorted());
    },
    async end() {
      endKiosks();
      endClouds();
      for (const end of endings.splice(0).toReversed()) await end();
    },
  };
}

/** @throws Error with what the program said. */
export function run(program: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, [...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}

/** Receipt by digest; their numbers have no gap. */
async function rowsOf(address: PostgresOptions): Promise<ReadonlyMap<unknown, unknown>> {
  const database = await openPostgresDatabase(address);
  const rows = await database.query('select digest, receipt, sequence::float8 as sequence from packages order by 3');
  await database.close();
  expect(rows.map((row) => row['sequence'])).toEqual(rows.map((_, i) => i + 1));
  return new Map(rows.map((row) => [row['digest'], row['receipt']]));
}

/** In order; each has the bytes that its name says. */
async function objectsIn(folder: string, address: PostgresOptions): Promise<readonly Sha256[]> {
  const database = await openPostgresDatabase(address);
  const store = sealedObjects(await openFolderStore(path.join(folder, 'objects'), unjudged), database);
  const names: Sha256[] = [];
  for (let page = await store.list(null); page.length > 0; page = await store.list(page.at(-1)?.digest ?? null))
    names.push(...page.map(({ digest }) => digest));
  for (const name of names) expect(sha256((await store.get(name)) ?? new Uint8Array())).toBe(name);
  await database.close();
  return names;
}
