import { afterEach, describe, expect, it, vi } from 'vitest';
import { WorkAborted, WorkBench } from '../../../kiosk-shell/work/work-bench.ts';
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
