import { afterEach, describe, expect, it, vi } from 'vitest';
import { shared, sharedInTurns } from '../../../kiosk-shell/work/shared-bytes.ts';
import { WorkAborted, WorkBench } from '../../../kiosk-shell/work/work-bench.ts';
import { sha256 } from '../../../signing/digest.ts';
import { taggedPdf } from '../../support/kiosk-desk.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const PATIENT = { timeoutMs: 60_000 };
const benches = new Set<WorkBench>();
function bench(): WorkBench {
  const made = new WorkBench();
  benches.add(made);
  return made;
}
afterEach(async () => {
  for (const one of benches) await one.close();
  benches.clear();
});

describe('the work bench', () => {
  it('gives each task its own answer, one after the other', async () => {
    const work = bench();
    const documents = await Promise.all([1, 2, 3].map((pages) => taggedPdf([], pages)));
    const facts = await Promise.all(documents.map((bytes) => work.run('intake', { bytes }, PATIENT)));
    expect(facts.map((result) => result.ok && result.value.pages.length)).toEqual([1, 2, 3]);
  });

  it('ends a task that takes too long, and the next one gets neither its delay nor its answer', async () => {
    const work = bench();
    const [long, short] = [await taggedPdf([], 200), await taggedPdf([], 2)];
    await work.run('intake', { bytes: short }, PATIENT);
    const ended = expect(work.run('intake', { bytes: long }, { timeoutMs: 1 })).rejects.toEqual(
      new WorkAborted('intake', 'timeout'),
    );
    const next = work.run('intake', { bytes: short }, PATIENT);
    await ended;
    expect(await next).toMatchObject({ ok: true, value: { pages: { length: 2 } } });
  });

  it('refuses what is still waiting when it is closed, and whatever comes after', async () => {
    const work = bench();
    const bytes = await taggedPdf([]);
    const given = [work.run('intake', { bytes }, PATIENT), work.run('intake', { bytes }, PATIENT)];
    const all = Promise.allSettled(given);
    await work.close();
    given.push(work.run('intake', { bytes }, PATIENT));
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(given[2]).rejects.toBeInstanceOf(WorkAborted);
  });
});

describe('large bytes', () => {
  const large = new Uint8Array(300_001).map((_, i) => i % 251);
  const small = Buffer.from('small');
  const at = new Date(1);
  const value = { documents: [{ bytes: large, name: 'a' }], again: large, small, at, none: null, list: [1, 'b'] };
  const isShared = (bytes: Uint8Array): boolean => bytes.buffer instanceof SharedArrayBuffer;

  it('are put where threads share them, once each, and everything else is as it was', async () => {
    for (const given of [await sharedInTurns(value), shared(value)]) {
      expect(given).toEqual(value);
      const copy = given.again;
      expect([isShared(copy), given.documents[0]?.bytes === copy, given.small === small]).toEqual([true, true, true]);
      expect(Buffer.compare(copy, large)).toBe(0);
      // What is shared is not copied again.
      expect(shared(given)).toBe(given);
    }
    expect(isShared(large)).toBe(false);
    expect(shared({ small })).toEqual({ small });
  });

  it('let others have their turn while they are copied', async () => {
    const order: string[] = [];
    const done = sharedInTurns(new Uint8Array(9_000_001)).then(() => order.push('copied'));
    setImmediate(() => order.push('other'));
    await done;
    expect(order).toEqual(['other', 'copied']);
  });

  it('go to a task and stay the caller’s', async () => {
    const work = bench();
    const pdf = Buffer.concat([await taggedPdf([], 1), Buffer.alloc(400_000, ' ')]);
    for (const bytes of [pdf, shared(new Uint8Array(pdf))]) {
      const judged = await work.run('verifyPdf', { bytes, options: { name: 'a', roots: [] } }, PATIENT);
      expect(judged.digest).toBe(sha256(pdf));
      expect(Buffer.compare(bytes, pdf)).toBe(0);
    }
  });
});
