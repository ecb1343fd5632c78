import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeZip } from '../../../../signing/container/zip-writer.ts';
import type { Check, VerificationReport } from '../../../../signing/verification/verification-report.ts';
import { verifyPackage } from '../../../../signing/verification/verify-package.ts';
import { openSslAsic, unzipTest } from '../../../support/outside-containers.ts';
import { scratch, trustPem } from '../../../support/seal-fixtures.ts';
import { requireTool } from '../../../support/tools.ts';
import { PACKAGE_TAMPERINGS } from './all-package-tamperings.ts';
import { CLASSES, makePackageWorld, type PackageWorld } from './package-tampering.ts';

const README = readFileSync(path.join(import.meta.dirname, 'README.md'), 'utf8');
const work = scratch();
afterAll(() => work.end());
let world: PackageWorld;
beforeAll(async () => {
  world = await makePackageWorld();
});

interface Row {
  readonly class: string;
  readonly name: string;
  readonly ours: string;
  /** unzip, OpenSSL. */
  readonly outside: readonly string[];
}

/** The table as it stands in README.md. */
const WRITTEN: readonly Row[] = README.split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| class') && !line.startsWith('| --'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, group = '', name = '', ours = '', ...outside]) => ({
    ...{ class: group, name, ours },
    outside: outside.slice(0, 2),
  }));

const judge = (bytes: Uint8Array): Promise<VerificationReport> =>
  verifyPackage(bytes, { name: 'x', roots: [world.pki.root.certificate] });

/** The verdict, and the code of each check that did not pass, once. */
async function ours(bytes: Uint8Array): Promise<string> {
  const { verdict, container, documents, audit } = await judge(bytes);
  const checks: readonly Check[] = [
    ...container,
    ...documents.flatMap(({ structure, signatures }) => [
      structure,
      ...signatures.flatMap((one) => [one.integrity, one.chain, one.laterChanges, one.binding, one.commitment]),
    ]),
    audit,
  ];
  const because = checks.filter(({ outcome }) => outcome === 'failed' || outcome === 'indeterminate');
  return [verdict, [...new Set(because.map(({ code }) => code))].join(', ')].join(': ');
}

describe('the table of tampered packages', () => {
  it('has a row for every sample, in order, and a sample of every class', () => {
    expect(WRITTEN.map((row) => `${row.class}: ${row.name}`)).toEqual(
      PACKAGE_TAMPERINGS.map((sample) => `${sample.class}: ${sample.name}`),
    );
    expect(new Set(WRITTEN.map((row) => row.class))).toEqual(new Set(CLASSES));
    expect(new Set(WRITTEN.map(({ name }) => name)).size).toBe(WRITTEN.length);
  });

  it('refuses every sample, with a reason', () => {
    for (const { name, ours: said } of WRITTEN) expect(said, name).toMatch(/^(failed|indeterminate): \S/);
  });

  it('begins with packages that pass', async () => {
    expect(await ours(world.bytes)).toBe('passed: ');
    expect(await ours(writeZip(world.erased))).toBe('passed: ');
  });

  it.for(PACKAGE_TAMPERINGS)('has our verdict on $class: $name', async ({ name, make }) => {
    expect(await ours(await make(world))).toBe(WRITTEN.find((row) => row.name === name)?.ours);
  });
});

describe('outside judges', () => {
  it('say of the same samples what the table says', { timeout: 240_000 }, async (ctx) => {
    requireTool(ctx, 'unzip', 'openssl');
    const trust = work.file('trust.pem', trustPem(world.pki));
    const outside = (bytes: Uint8Array): string => {
      const file = work.file('sample.asice', bytes);
      return `${unzipTest(file)} | ${openSslAsic(file, trust, work.dir)}`;
    };
    for (const honest of [world.bytes, writeZip(world.erased)]) expect(outside(honest)).toBe('accepts | accepts');
    const rows: string[] = [];
    for (const sample of PACKAGE_TAMPERINGS) {
      // Well signed, whatever they say: neither of the two reads it.
      const asked = sample.class !== 'kiosk' && sample.class !== 'audit';
      rows.push(`${sample.name} | ${asked ? outside(await sample.make(world)) : '- | -'}`);
    }
    expect(rows).toEqual(WRITTEN.map((row) => [row.name, ...row.outside].join(' | ')));
  });
});
