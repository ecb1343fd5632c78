import { ESLint } from 'eslint';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importCircles, type Sources } from './support/import-circles.ts';

const root = join(import.meta.dirname, '..');
const eslint = new ESLint({ cwd: root });

/** Lints one import as if it stood in `file`, which must exist: the rules need its types. */
async function rulesBrokenBy(file: string, text: string): Promise<readonly string[]> {
  const [result] = await eslint.lintText(text, { filePath: join(root, file) });
  return (result?.messages ?? []).flatMap(({ ruleId }) => (ruleId === null ? [] : [ruleId]));
}

describe('the arrows of the house plan', () => {
  it.each([
    ['the domain does not reach for the vault', 'signing/digest.ts', "import { openVault } from '../vault/vault.ts';"],
    ['drivers do not know the vault', 'drivers/pad.ts', "import { openVault } from '../vault/vault.ts';"],
    ['the vault does not know sync', 'vault/vault.ts', "import { Courier } from '../sync/kiosk/courier.ts';"],
    [
      'kiosk and cloud sides of sync do not meet',
      'sync/kiosk/courier.ts',
      "import { ingest } from '../cloud/ingest.ts';",
    ],
    [
      'what adds evidence knows neither kiosk nor cloud',
      'sync/evidence/raise-document.ts',
      "import { openDatabase } from '../cloud/database.ts';",
    ],
    [
      'checking does not share code with writing',
      'signing/verification/verify-pdf.ts',
      "import { sealField } from '../sealing/seal-field.ts';",
    ],
    [
      'the shell does not know the screens',
      'kiosk-shell/boot.ts',
      "import { runtime } from '../app/_server/runtime.ts';",
    ],
    ['screens do not open the vault', 'app/_server/runtime.ts', "import { openVault } from '../../vault/vault.ts';"],
  ])('%s', async (_, file, text) => {
    expect(await rulesBrokenBy(file, text)).toContain('import-x/no-restricted-paths');
  });

  it.each([
    ['better-sqlite3', 'vault/vault.ts'],
    ['node-hid', 'drivers/pad.ts'],
    ['usb', 'drivers/pad.ts'],
    ['@serialport/bindings-cpp', 'drivers/pad.ts'],
    ['@electric-sql/pglite', 'sync/cloud/ingest.ts'],
    ['@aws-sdk/client-s3', 'sync/cloud/s3-object-store.ts'],
    ['pg-boss', 'sync/cloud/cloud.ts'],
    ['prom-client', 'kiosk-shell/observe/watch.ts'],
    ['@napi-rs/canvas', 'drivers/screen/render.ts'],
    ['node:fs', 'signing/digest.ts'],
  ])('%s is not imported by %s', async (name, file) => {
    expect(await rulesBrokenBy(file, `import * as x from '${name}';\nexport const y = x;`)).toContain(
      'no-restricted-imports',
    );
  });

  it('an allowed import is allowed', async () => {
    const broken = await rulesBrokenBy(
      'vault/vault.ts',
      "import { sha256 } from '../signing/digest.ts';\nexport const d = sha256;",
    );
    expect(broken.filter((rule) => rule.startsWith('import-x/') || rule === 'no-restricted-imports')).toEqual([]);
  });
});

describe('circles of files', () => {
  const sources = (): Sources =>
    new Map(
      globSync(['{app,drivers,kiosk-shell,signing,sync,test,vault}/**/*.{ts,tsx,mjs}', '*.ts'], { cwd: root })
        .filter((path) => !path.startsWith('test/fixtures/'))
        .map((path) => [path.replaceAll('\\', '/'), readFileSync(join(root, path), 'utf8')]),
    );
  /** The linter's own rule passes over imports of types. */
  const circle = (back: string): Sources =>
    new Map([
      ['a/one.ts', "import { two } from '../b/two.ts';\nexport const one = two;"],
      ['b/two.ts', `${back}\nexport const two = 2;`],
      ['c/three.ts', "import { one } from '../a/one.ts';\nexport const three = one;"],
    ]);

  it.each([
    "import { one } from '../a/one.ts';",
    "import type { One } from '../a/one.ts';",
    "import { type One } from '../a/one.ts';",
    "export type { One } from '../a/one.ts';",
    "export * from '../a/one.ts';",
    "const one = await import('../a/one.ts');",
    "type One = import('../a/one.ts').One;",
  ])('are found by %s', (back) => {
    expect(importCircles(circle(back))).toEqual([['a/one.ts', 'b/two.ts']]);
  });

  it('are not seen where nothing leads back', () => {
    expect(importCircles(circle("// import { one } from '../a/one.ts';"))).toEqual([]);
    expect(importCircles(circle("import { one } from '../a/other.ts';"))).toEqual([]);
  });

  it('there are none', () => {
    expect(importCircles(sources())).toEqual([]);
  });

  it('one more import of a type would make one', () => {
    const all = new Map(sources());
    const port = 'drivers/pad.ts';
    all.set(port, `import type { Pads } from './found-pad.ts';\n${all.get(port) ?? ''}`);
    expect(importCircles(all).flat()).toEqual(expect.arrayContaining([port, 'drivers/found-pad.ts']));
  });
});
