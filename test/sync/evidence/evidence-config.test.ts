import { describe, expect, it } from 'vitest';
import { certificatePem } from '../../../signing/cms/pem.ts';
import { parseEvidenceConfig, parseKioskEvidence } from '../../../sync/evidence/evidence-config.ts';
import { makePki } from '../../support/seal-fixtures.ts';

const STAMPS = { version: 1, timestamp: 'https://stamps.example.test' };

describe('services for evidence, as they are written down', () => {
  it('are asked for B-T by a kiosk and for B-LTA by the cloud where nothing else is said', () => {
    expect(parseKioskEvidence(STAMPS)).toMatchObject({ ok: true, value: { goal: 'B-T', patienceMs: 10_000 } });
    expect(parseEvidenceConfig(STAMPS)).toMatchObject({ ok: true, value: { goal: 'B-LTA' } });
    const root = makePki('p256').root.certificate;
    const more = {
      ...STAMPS,
      goal: 'B-LT',
      ocsp: ['http://ocsp.example.test'],
      roots: certificatePem(root),
      patienceSeconds: 3,
    };
    const parsed = parseKioskEvidence(more);
    expect(parsed).toMatchObject({ ok: true, value: { goal: 'B-LT', patienceMs: 3000, rules: { ahead: 0 } } });
    expect(parsed.ok && parsed.value.services.roots.map((one) => Buffer.compare(one, root))).toEqual([0]);
  });

  it.each([
    ['another version', { ...STAMPS, version: 2 }, /version/],
    ['no authority', { version: 1 }, /timestamp/],
    ['an address of another kind', { version: 1, timestamp: 'ftp://stamps.example.test' }, /timestamp/],
    [
      'a password in an address',
      { version: 1, timestamp: 'https://me:secret@stamps.example.test' },
      /name or password/,
    ],
    ['roots that are no certificates', { ...STAMPS, roots: 'see the safe' }, /must be PEM certificates/],
    [
      'a damaged root',
      { ...STAMPS, roots: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
      /must be PEM/,
    ],
    ['more patience than a minute', { ...STAMPS, patienceSeconds: 61 }, /patienceSeconds/],
    ['a level above B-T without a service for it', { ...STAMPS, goal: 'B-LT' }, /needs addresses in ocsp or crls/],
    ['what only the cloud does', { ...STAMPS, renewDaysAhead: 90 }, /renewDaysAhead/],
  ])('a kiosk refuses %s, and says where', (_, value, says) => {
    const parsed = parseKioskEvidence(value);
    expect(parsed.ok ? 'taken' : parsed.error).toMatch(says);
    expect(parsed.ok ? '' : parsed.error).not.toContain('secret@');
  });
});
