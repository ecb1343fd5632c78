import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { certificatePem } from '../../../signing/cms/pem.ts';
import { makeAuthorities } from '../../support/authorities.ts';
import { pyHanko } from '../../support/pyhanko.ts';
import { stamped, withValidationData } from '../../support/raise.ts';
import { makePki, scratch, type KeyKind, type SampleField, type TestPki } from '../../support/seal-fixtures.ts';
import { flipped, lastSignature } from './tamper/tampering.ts';
import { FIRST, SECOND, sealed } from './samples.ts';

const work = scratch();
afterAll(() => work.end());
const FIELDS: readonly SampleField[] = [
  FIRST,
  SECOND,
  { name: 'third', box: [60, 180, 180, 60] },
  { name: 'fourth', box: [320, 180, 180, 60] },
];
const LOCKING = FIELDS.map((field): SampleField => ({ ...field, lock: [field.name] }));

function judged(name: string, pki: TestPki, revisions: readonly Uint8Array[]): readonly (readonly string[] | string)[] {
  const root = work.file('root.pem', certificatePem(pki.root.certificate));
  const others = work.file('others.pem', certificatePem(pki.issuing.certificate));
  const files = revisions.map((bytes, i) => work.file(`${name}-${i}.pdf`, bytes));
  return pyHanko(root, others, files).map((answers) =>
    typeof answers === 'string'
      ? answers
      : answers.map(({ good, changes, problem }) => problem ?? `${good ? 'good' : 'bad'} ${changes}`),
  );
}

/** The newest signature covers the file; what came after the others is signing. */
const inARow = (count: number): readonly string[] => [
  ...Array<string>(count - 1).fill('good FORM_FILLING'),
  'good NONE',
];

describe('pyHanko', { timeout: 240_000 }, () => {
  it.for<[string, KeyKind, Parameters<typeof sealed>[1], Parameters<typeof sealed>[2]]>([
    ['with a table', 'rsa', FIELDS, {}],
    ['with object streams', 'p256', FIELDS, { sample: { objectStreams: true } }],
    ['with locks, the first certified', 'p256', LOCKING, { changes: { certify: 2 } }],
    ['with the captures inside', 'p256', FIELDS, { changes: { embedCapture: true } }],
  ])('calls four signatures good after each of them: %s', async ([name, kind, fields, options]) => {
    const pki = makePki(kind);
    const { revisions } = await sealed(pki, fields, options);
    expect(judged(name, pki, revisions.slice(1))).toEqual([1, 2, 3, 4].map(inARow));
  });

  it('calls every level good, and its time-stamps', async () => {
    const pki = makePki('rsa');
    const dir = path.join(work.dir, 'authorities');
    mkdirSync(dir);
    const authorities = makeAuthorities(pki, dir);
    const withTime = (await stamped((await sealed(pki)).bytes, authorities)).bytes;
    const withData = await withValidationData(withTime, authorities, [pki.root.certificate]);
    const archived = (await stamped(withData, authorities)).bytes;
    const levels = judged('level', pki, [withTime, withData, archived]);
    expect(levels.map((answers) => answers.length)).toEqual([3, 3, 4]);
    expect(levels.flat().filter((answer) => !answer.startsWith('good'))).toEqual([]);
  });

  it('does not call good what was flipped', async () => {
    const pki = makePki('p256');
    const { bytes } = await sealed(pki, [FIRST]);
    const [answers] = judged('flipped', pki, [flipped(bytes, lastSignature(bytes).before - 200)]);
    expect(answers).not.toEqual(inARow(1));
  });
});
