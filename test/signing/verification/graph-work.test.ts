import { expect, it } from 'vitest';
import { utf8 } from '../../../signing/bytes.ts';
import { revisionSteps } from '../../../signing/verification/later-changes.ts';
import { GraphWork } from '../../../signing/verification/references.ts';
import { splitRevisions } from '../../../signing/verification/revisions.ts';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import { samplePdf } from '../../support/seal-fixtures.ts';
import { appended, change, page } from './pdf-edits.ts';
import { fixture } from './samples.ts';

it('counts what is followed in every revision, and stops undecided when it is too much', async () => {
  let bytes = await samplePdf({ fields: [] });
  const once = new GraphWork();
  revisionSteps(splitRevisions(appended(bytes, () => undefined)), once);
  for (let i = 0; i < 20; i += 1) bytes = appended(bytes, () => undefined);
  const work = new GraphWork();
  expect(revisionSteps(splitRevisions(bytes), work)).toHaveLength(20);
  expect(once.steps).toBeGreaterThan(10);
  expect(work.steps).toBeGreaterThanOrEqual(20 * once.steps);
  expect(() => revisionSteps(splitRevisions(bytes), new GraphWork(work.steps - 1))).toThrow(/too many objects/);
});

it('leaves a signed file undecided in which too much leads to too much', { timeout: 60_000 }, async () => {
  // One object with so many links that each revision after it takes its share.
  const links = { kind: 'raw', bytes: utf8(`[${'1 0 R '.repeat(250_000)}]`) } as const;
  let bytes = appended(fixture('pdf/valid/pyhanko-signed-twice.pdf'), (update, file) => {
    const list = update.allocate();
    update.set(list, links);
    change(update, page(file), { PieceInfo: list });
  });
  for (let i = 0; i < 85; i += 1) bytes = appended(bytes, () => undefined);
  const report = await verifyPdf(bytes, { name: 'x', roots: [] });
  expect(report).toMatchObject({ verdict: 'indeterminate', structure: { code: 'too-much-to-compare' } });
});
