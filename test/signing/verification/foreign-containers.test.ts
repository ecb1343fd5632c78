import { describe, expect, it } from 'vitest';
import { readZip } from '../../../signing/container/zip.ts';
import { readCms } from '../../../signing/verification/cms-structure.ts';
import { verifyPackage } from '../../../signing/verification/verify-package.ts';
import { fixture } from './samples.ts';

const EXPECTED: readonly (readonly [string, string, string])[] = [
  ['ok-two-files.asice', 'indeterminate', 'no-trust-root'],
  ['ok-two-files-mimetype-first.asice', 'indeterminate', 'no-trust-root'],
  ['ok-mimetype-newline.asice', 'indeterminate', 'mimetype-tolerated'],
  ['ok-asic-s.asics', 'indeterminate', 'signature-valid'],
  ['ok-lta-archive-manifest.sce', 'indeterminate', 'archive-data'],
  ['bad-altered-file.asice', 'failed', 'file-altered'],
  ['bad-missing-file.asice', 'failed', 'file-missing'],
  ['bad-extra-file.asice', 'failed', 'file-unsigned'],
  ['bad-duplicate-name.asice', 'failed', 'container-name-twice'],
  ['bad-path-traversal.asice', 'failed', 'container-name-unsafe'],
];

describe('ASiC containers of other products', () => {
  it.each(EXPECTED)('judges %s: %s, for the reason %s', async (file, verdict, code) => {
    const report = await verifyPackage(fixture(`lgpl/asic/${file}`), { name: file, roots: [] });
    expect(report.verdict).toBe(verdict);
    expect(report.container.map((check) => check.code)).toContain(code);
  });

  it.each(['ok-two-files.asice', 'ok-two-files-mimetype-first.asice', 'ok-mimetype-newline.asice'])(
    'passes %s once a certificate of its chain is trusted',
    async (file) => {
      const bytes = fixture(`lgpl/asic/${file}`);
      const read = readZip(bytes);
      const p7s = read.ok ? read.value.entries.find(({ name }) => name.endsWith('.p7s')) : undefined;
      const roots = readCms(p7s!.bytes).certificates.map(({ der }) => der);
      expect((await verifyPackage(bytes, { name: file, roots })).verdict).toBe('passed');
    },
  );

  it('refuses what is no container at all', async () => {
    const report = await verifyPackage(new Uint8Array([0x50, 0x4b, 3, 4]), { name: 'x', roots: [] });
    expect(report).toMatchObject({ verdict: 'failed', container: [{ code: 'container-not-a-zip' }] });
  });
});
