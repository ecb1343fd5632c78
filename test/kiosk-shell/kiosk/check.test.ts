import { beforeAll, describe, expect, it } from 'vitest';

import { CheckDesk } from '../../../kiosk-shell/kiosk/check-desk.ts';
import type { Actor } from '../../../kiosk-shell/kiosk-api/staff.ts';
import type { Keyring } from '../../../vault/keyring.ts';
import { fromUtf8 } from '../../../signing/bytes.ts';
import { sha256 } from '../../../signing/digest.ts';
import { DOCUMENT_LIMITS } from '../../../signing/documents/document.ts';
import { reportSchema } from '../../../signing/report/judged-report.ts';
import { readPdf } from '../../../signing/pdf/read-pdf.ts';
import { makePki, type TestPki } from '../../support/seal-fixtures.ts';
import { fixture, packaged, sealed, type SealedSample } from '../../signing/verification/samples.ts';

const NOW = Date.parse('2026-11-23T10:00:00Z');
const MAJA: Actor = { staff: { id: 'maja', name: 'Maja Kovač', role: 'manager' }, ip: null };

let pki: TestPki;
let sample: SealedSample;
let desk: CheckDesk;
beforeAll(async () => {
  pki = makePki('p256');
  sample = await sealed(pki);
  // It is given no vault: there is nothing it could keep a file in, and no trail to write into.
  const keys: Pick<Keyring, 'tenantRoot'> = { tenantRoot: () => pki.root.certificate };
  desk = new CheckDesk({ keys: keys as Keyring, clock: { now: () => NOW, monotonicMicros: () => 0 } });
});
const named = (bytes: Uint8Array, name = 'Pogodba.pdf'): { name: string; bytes: Uint8Array } => ({ name, bytes });

describe('a signed file that somebody brings', { timeout: 60_000 }, () => {
  it('is judged, with what was judged, when, with what, for whom, and whom it trusted', async () => {
    const checked = await desk.check(named(sample.bytes, 'C:\\dokumenti\\Pogodba čšž.pdf'), MAJA);
    if (!checked.ok) throw new Error(checked.error.code);
    const { report, about } = checked.value;
    expect(report.verdict).toBe('passed');
    expect(about).toEqual({
      file: 'Pogodba čšž.pdf',
      digest: sha256(sample.bytes),
      judgedAt: '2026-11-23T10:00:00.000Z',
      software: { name: 'Countersign', version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string },
      by: 'Maja Kovač',
      trust: [{ name: expect.stringMatching(/./) as string, digest: sha256(pki.root.certificate) }],
    });
  });

  it('may be a package, or damaged', async () => {
    const { bytes } = await packaged(pki, sample);
    const whole = await desk.check(named(bytes, 'paket.asice'), MAJA);
    expect(whole.ok && [whole.value.report.kind, whole.value.report.verdict]).toEqual(['package', 'passed']);
    const damaged = Uint8Array.from(sample.bytes, (byte, i) => (i === 900 ? byte ^ 1 : byte));
    const bad = await desk.check(named(damaged), MAJA);
    expect(bad.ok && bad.value.report.verdict).toBe('failed');
  });

  it('of another product is undecided where this kiosk does not know the signer, not wrong', async () => {
    const bytes = fixture('lgpl/pdf/valid/dss-signed-pades-b.pdf');
    const checked = await desk.check(named(bytes), MAJA);
    if (!checked.ok) throw new Error(checked.error.code);
    const [document] = checked.value.report.documents;
    const chains = document!.signatures.map(({ integrity, chain }) => [integrity.outcome, chain.outcome, chain.code]);
    expect(chains).toContainEqual(['passed', 'indeterminate', 'chain-untrusted']);
    expect(checked.value.report.verdict).toBe('indeterminate');
  });

  it('is refused when it is no such file, too large, or one of two at once', async () => {
    const code = async (bytes: Uint8Array): Promise<string | null> => {
      const checked = await desk.check(named(bytes), MAJA);
      return checked.ok ? null : checked.error.code;
    };
    expect(await code(Buffer.from('Dear Sir'))).toBe('not-a-signed-file');
    const large = new Uint8Array(DOCUMENT_LIMITS.bytes + 1);
    large.set(Buffer.from('%PDF-1.7\n'));
    expect(await code(large)).toBe('too-large');
    expect(await Promise.all([code(sample.bytes), code(sample.bytes)])).toEqual([null, 'busy']);
    expect(await code(sample.bytes)).toBeNull();
  });

  it('is saved as a report in each form, judged anew', async () => {
    const saved = async (format: 'json' | 'html' | 'pdf', language: 'sl' | 'en'): Promise<[string, Uint8Array]> => {
      const file = await desk.save(named(sample.bytes), { format, language }, MAJA);
      if (!file.ok) throw new Error(file.error.code);
      return [file.value.name, file.value.bytes];
    };
    const [jsonName, json] = await saved('json', 'en');
    expect(jsonName).toBe('report-Pogodba.json');
    expect(reportSchema.parse(JSON.parse(fromUtf8(json)))).toMatchObject({
      indication: 'TOTAL-PASSED',
      about: { by: 'Maja Kovač', digest: sha256(sample.bytes) },
    });
    const [htmlName, html] = await saved('html', 'sl');
    expect(htmlName).toBe('porocilo-Pogodba.html');
    expect(fromUtf8(html)).toContain('Na zahtevo</dt><dd>Maja Kovač');
    expect(readPdf((await saved('pdf', 'sl'))[1]).pages().length).toBeGreaterThan(1);
  });
});
