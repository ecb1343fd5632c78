import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeTimestampRequest, parseTimestampResponse } from '../../../../signing/cms/timestamp-protocol.ts';
import { wordsOfDocument } from '../../../../signing/verification/etsi-words.ts';
import { verifyPdf } from '../../../../signing/verification/verify-pdf.ts';
import { makeAuthorities } from '../../../support/authorities.ts';
import { looksChanged, openSsl, PDFBOX_TOOLS, pdfBox, pdfSig } from '../../../support/outside-judges.ts';
import { makePki, scratch, trustDatabase, trustPem } from '../../../support/seal-fixtures.ts';
import { requireTool } from '../../../support/tools.ts';
import { TAMPERINGS } from './all-tamperings.ts';
import { CLASSES, makeWorld, type Tampered, type TamperWorld } from './tampering.ts';

const README = path.join(import.meta.dirname, 'README.md');
const work = scratch();
afterAll(() => work.end());
const pki = makePki('p256');
const roots = [pki.root.certificate];
let world: TamperWorld;
beforeAll(async () => {
  const dir = path.join(work.dir, 'authorities');
  mkdirSync(dir);
  let authorities: ReturnType<typeof makeAuthorities> | undefined;
  world = await makeWorld(async (content) => {
    authorities ??= makeAuthorities(pki, dir);
    const digest = createHash('sha256').update(content).digest();
    const reply = await authorities.stamp(encodeTimestampRequest({ digest, nonce: Buffer.alloc(8, 5) }));
    const token = parseTimestampResponse(reply);
    if (!token.ok) throw new Error(token.error.detail);
    return token.value;
  }, pki);
});

interface Row {
  readonly class: string;
  readonly name: string;
  readonly ours: string;
  /** pdfsig, PDFBox, OpenSSL, look. */
  readonly outside: readonly string[];
}

/** The table as it stands in README.md. */
function written(): readonly Row[] {
  return readFileSync(README, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| class') && !line.startsWith('| --'))
    .map((line) => line.split('|').map((cell) => cell.replaceAll('`', '').trim()))
    .map(([, group = '', name = '', ours = '', ...outside]) => ({
      class: group,
      name,
      ours,
      outside: outside.slice(0, 4),
    }));
}

async function ours({ bytes }: Tampered): Promise<string> {
  const report = await verifyPdf(bytes, { name: 'x', roots });
  expect(['failed', 'indeterminate']).toContain(report.verdict);
  const words = wordsOfDocument(report);
  return [words?.indication, words?.subIndication, words?.because].join(' ');
}

describe('the table of tampered documents', () => {
  it('has a row for every sample, in order, and a sample of every class', () => {
    expect(written().map((row) => `${row.class}: ${row.name}`)).toEqual(
      TAMPERINGS.map((sample) => `${sample.class}: ${sample.name}`),
    );
    expect(new Set(written().map((row) => row.class))).toEqual(new Set(CLASSES));
    expect(TAMPERINGS.filter((sample) => sample.class === 'damage')).toHaveLength(18);
  });

  it('has, of every class, a sample that somebody else rejects too, and says where nobody does', () => {
    const rejected = (row: Row): boolean => row.outside.includes('rejects') || row.outside.includes('differs');
    for (const group of CLASSES) {
      expect(written().filter((row) => row.class === group && rejected(row)).length, group).toBeGreaterThan(0);
    }
    for (const row of written().filter((one) => !rejected(one))) {
      expect(readFileSync(README, 'utf8')).toContain(`- ${row.class}: ${row.name}`);
    }
  });

  it('has nothing hidden or replaced that cannot be seen, but by the /Size that poppler passes over', () => {
    const unseen = written().filter(
      ({ name, outside }) => /^(hide|replace)\b/.test(name) && outside.at(-1) !== 'differs',
    );
    expect(unseen.map(({ name }) => name)).toEqual(['hide: a picture over the text is left out by a smaller /Size']);
  });

  it('begins with documents that pass', async () => {
    for (const bytes of [world.once, world.twice]) {
      expect((await verifyPdf(bytes, { name: 'x', roots })).verdict).toBe('passed');
    }
  });

  it.for(TAMPERINGS)('has our verdict on $class: $name', async (sample, ctx) => {
    if (sample.class === 'time-stamp') requireTool(ctx, 'openssl');
    const row = written().find(({ name }) => name === sample.name);
    expect(await ours(await sample.make(world))).toBe(row?.ours);
  });
});

describe('outside judges', () => {
  it('say of the same samples what the table says', { timeout: 240_000 }, async (ctx) => {
    requireTool(ctx, 'pdfsig', 'certutil', 'openssl', 'pdftoppm', 'pdfinfo', ...PDFBOX_TOOLS);
    const trust = work.file('trust.pem', trustPem(pki));
    const database = trustDatabase(work.dir, pki);
    const made = await Promise.all(TAMPERINGS.map(async (sample) => sample.make(world)));
    const originals = [world.once, world.twice].map((bytes, i) => work.file(`original-${String(i)}.pdf`, bytes));
    const files = made.map(({ bytes }, i) => work.file(`${String(i)}.pdf`, bytes));
    const boxed = pdfBox([...originals, ...files]);
    expect(boxed.slice(0, 2)).toEqual(['accepts', 'accepts']);
    for (const file of originals) {
      expect(pdfSig(file, database)).toBe('accepts');
      expect(openSsl(readFileSync(file), trust, work.dir)).toBe('accepts');
    }
    const rows = made.map(({ bytes, signed }, i): readonly string[] => [
      pdfSig(files[i]!, database),
      boxed[i + 2]!,
      openSsl(bytes, trust, work.dir),
      looksChanged(bytes, signed ?? world.once) ? 'differs' : 'same',
    ]);
    expect(rows.map((row, i) => [TAMPERINGS[i]!.name, ...row].join(' | '))).toEqual(
      written().map((row) => [row.name, ...row.outside].join(' | ')),
    );
  });
});
