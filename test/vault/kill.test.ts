import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditDigest } from '../../signing/audit/chain.ts';
import { sha256 } from '../../signing/digest.ts';
import { openDatabase } from '../../vault/database.ts';
import { addSignable, addTransaction, DOCUMENT, makeVault, ORIGINAL, SEED, TRANSACTION } from './vault-fixtures.ts';

const WRITING = path.join(import.meta.dirname, 'writing-child.ts');
const STAGING = path.join(import.meta.dirname, 'staging-child.ts');

/** A small seeded generator (mulberry32), so that a failing moment can be had again. */
function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Starts the writer and kills it `afterMicros` after it has said `steps` steps. Gives all that it said. */
async function writeUntilKilled(program: string, file: string, steps: number, afterMicros: number): Promise<string[]> {
  const child = spawn(process.execPath, [program, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  let killed = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (killed || said.split('\n').length <= steps) return;
    killed = true;
    const until = performance.now() + afterMicros / 1000;
    while (performance.now() < until);
    child.kill('SIGKILL');
  });
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  return said.split('\n').slice(0, -1);
}

describe('kill -9 while writing', () => {
  it('loses no step that was said to be done, and leaves none half done', async () => {
    const { vault, path: file, again } = makeVault();
    addSignable(vault);
    const next = random(SEED);
    for (let round = 0; round < 6; round += 1) {
      const said = await writeUntilKilled(WRITING, file, 1 + Math.floor(next() * 8), Math.floor(next() * 8000));
      const reopened = again();
      expect(reopened.check()).toBe('ok');

      const head = reopened.audit.head();
      expect(reopened.audit.verify()).toEqual({ ok: true, value: { head } });
      const entries = reopened.audit.ofTransaction(TRANSACTION);
      const heads = new Map(entries.map((entry) => [String(entry.extra['step']), auditDigest(entry)]));
      for (const line of said) {
        const [step, digest] = line.split(' ');
        expect(heads.get(step!)).toBe(digest);
      }

      // At most one step was durable before it could be said.
      const last = Number(said.at(-1)?.split(' ')[0]);
      expect([last, last + 1]).toContain(entries.length);
      expect(reopened.meta.get('step')).toBe(String(entries.length));
      const revisions = reopened.documents.revisions(DOCUMENT);
      expect(revisions).toHaveLength(entries.length + 1);
      const bytes = (await reopened.documents.read(DOCUMENT))!;
      expect(Buffer.compare(bytes.subarray(0, ORIGINAL.length), ORIGINAL)).toBe(0);
      for (const [i, revision] of revisions.entries()) {
        expect(sha256(bytes.subarray(0, revision.length))).toBe(revision.digest);
        if (i > 0) expect(entries[i - 1]!.extra['digest']).toBe(revision.digest);
      }
    }
  });

  it('between the pieces of a large document leaves no half of it, and nothing after a sweep', async () => {
    const { vault, path: file, again } = makeVault();
    addTransaction(vault);
    const next = random(SEED + 1);
    for (let round = 0; round < 6; round += 1) {
      // After an even line a document is being staged, after an odd one it is about to be tied in.
      const said = await writeUntilKilled(STAGING, file, 1 + round, Math.floor(next() * 8000));
      const reopened = again();
      expect(reopened.check()).toBe('ok');
      const documents = reopened.documents.ofTransaction(TRANSACTION);
      const taken = said.filter((line) => line.endsWith(' in')).map((line) => line.split(' ')[0]);
      expect(documents.map(({ id }) => id)).toEqual(expect.arrayContaining(taken));
      const count = (): number => rowsOf(file, 'contents');
      await reopened.contents.sweep();
      expect(count()).toBe(documents.length);
      expect(rowsOf(file, 'pieces')).toBe(documents.reduce((sum, { position }) => sum + (position === 0 ? 20 : 21), 0));
      for (const { id, facts } of documents)
        expect(sha256((await reopened.documents.read(id)) ?? new Uint8Array())).toBe(facts.digest);
    }
  });
});

function rowsOf(file: string, table: 'contents' | 'pieces'): number {
  const handle = openDatabase(file);
  const found = handle.query<Record<string, never>, { n: number }>(`SELECT count(*) AS n FROM ${table}`).get({});
  handle.close();
  return found?.n ?? -1;
}
