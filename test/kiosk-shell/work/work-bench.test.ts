import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkAborted, WorkBench } from '../../../kiosk-shell/work/work-bench.ts';
import { samplePdf } from '../../support/seal-fixtures.ts';

let bench: WorkBench;
let bytes: Uint8Array;

beforeAll(async () => {
  bench = new WorkBench();
  bytes = await samplePdf({ fields: [] });
});
afterAll(() => bench.close());

describe('work in a thread of its own', () => {
  it('is ended when it takes more processor time than it may, and the next task is done all the same', async () => {
    const tooLong = bench.run('intake', { bytes }, { timeoutMs: 0 });
    const next = bench.run('intake', { bytes }, { timeoutMs: 60_000 });
    await expect(tooLong).rejects.toMatchObject({ name: 'WorkAborted', reason: 'timeout' });
    expect(await next).toMatchObject({ ok: true });
  });

  it('is refused once the bench is closed', async () => {
    const closed = new WorkBench();
    await closed.close();
    await expect(closed.run('intake', { bytes }, { timeoutMs: 1000 })).rejects.toBeInstanceOf(WorkAborted);
  });
});
