import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  recipientFaults,
  recipientProblem,
  recipientsAt,
  type RecipientProblem,
} from '../../../signing/cms/capture-recipients.ts';
import { issueCertificate, type CertificateProfile } from '../../../signing/cms/certificates.ts';
import { encryptFor } from '../../../signing/cms/enveloped-data.ts';
import { openEnveloped } from '../../../signing/cms/open-enveloped.ts';
import { parseCertificatesPem } from '../../../signing/cms/pem.ts';

const rsa = (bits: number): KeyObject => generateKeyPairSync('rsa', { modulusLength: bits }).privateKey;
const [ONE, TWO, THREE] = [rsa(3072), rsa(3072), rsa(3072)] as const;
const at = (date: string): Date => new Date(`${date}T00:00:00Z`);
const NOW = at('2026-11-23');

interface Made {
  readonly key?: KeyObject;
  readonly name?: string;
  readonly organization?: string;
  readonly profile?: CertificateProfile;
  readonly from?: string;
  readonly until?: string;
}
let serial = 1;
function made({ key = ONE, name = 'Notarka Ančka', organization, profile = 'escrow', from, until }: Made): Uint8Array {
  serial += 1;
  return issueCertificate({
    profile,
    subject: { commonName: name, ...(organization === undefined ? {} : { organization }) },
    publicKey: createPublicKey(key),
    issuer: { certificate: 'self', privateKey: key },
    serial: Uint8Array.of(serial),
    notBefore: at(from ?? '2026-01-01'),
    notAfter: at(until ?? '2030-01-01'),
  });
}
/** The certificate with another signature algorithm named in both places; who signed it is not asked here. */
function signedBy(certificate: Uint8Array, last: number): Uint8Array {
  const copy = Buffer.from(certificate);
  const oid = Buffer.from('06092a864886f70d01010b', 'hex');
  for (let found = copy.indexOf(oid); found >= 0; found = copy.indexOf(oid, found + 1)) copy[found + 10] = last;
  return copy;
}
const ESCROW = made({});
const BACKUP = made({ key: TWO, name: 'Rezerva' });

describe('a certificate that captures may be sealed to', () => {
  it.each<[string, () => Uint8Array, RecipientProblem | null]>([
    ['in order', () => ESCROW, null],
    ['run out', () => made({ until: '2026-11-22' }), 'expired'],
    ['of the future', () => made({ from: '2026-11-24' }), 'not-yet-valid'],
    ['with 2048 bits', () => made({ key: rsa(2048) }), 'weak-key'],
    ['with 1024 bits', () => made({ key: rsa(1024) }), 'weak-key'],
    ['of P-256', () => made({ key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }), 'weak-key'],
    ['signed with SHA-1', () => signedBy(ESCROW, 5), 'weak-signature'],
    ['signed with MD5', () => signedBy(ESCROW, 4), 'weak-signature'],
    ['signed with SHA-512', () => signedBy(ESCROW, 13), null],
    ['for signatures only', () => made({ profile: 'seal' }), 'wrong-usage'],
    ['of a demo', () => made({ name: 'DEMO escrow holder' }), 'test-key'],
    ['of a test, by its organization', () => made({ organization: 'Acme Test' }), 'test-key'],
    ['left as an example says', () => made({ name: 'default' }), 'test-key'],
    ['whose name only begins like a test', () => made({ name: 'Testament d.o.o., Demokratska 1' }), null],
    ['that is none', () => Uint8Array.of(0x30, 0), 'unreadable'],
    ['that is cut', () => ESCROW.subarray(0, 300), 'unreadable'],
  ])('%s', (_what, certificate, problem) => {
    expect(recipientProblem(certificate(), NOW)).toBe(problem);
  });

  it('is never one whose private key lies in this repository, whatever its name', () => {
    const folder = path.resolve(import.meta.dirname, '../../fixtures/cms');
    for (const name of ['escrow', 'backup']) {
      const key = readFileSync(path.join(folder, `${name}.TEST-ONLY.key.pem`), 'utf8');
      const [own] = parseCertificatesPem(readFileSync(path.join(folder, `${name}.crt.pem`), 'utf8'));
      expect(recipientProblem(own!, NOW)).toBe('test-key');
      const published = createPublicKey(key);
      const renamed = issueCertificate({
        profile: 'escrow',
        subject: { commonName: 'Notar' },
        publicKey: published,
        issuer: { certificate: 'self', privateKey: ONE },
        serial: Uint8Array.of(9),
        notBefore: at('2026-01-01'),
        notAfter: at('2030-01-01'),
      });
      expect(recipientProblem(renamed, NOW)).toBe('test-key');
    }
  });
});

describe('the pair in force', () => {
  it('is refused with the fault and whose it is, and taken as it is in a demo', () => {
    const demo = made({ key: TWO, name: 'DEMO backup' });
    expect(recipientsAt([ESCROW, demo], { at: NOW, demo: false })).toEqual({
      ok: false,
      error: { problem: 'test-key', name: 'DEMO backup' },
    });
    expect(recipientsAt([ESCROW, demo], { at: NOW, demo: true })).toMatchObject({ ok: true });
  });

  it('is two people with two keys', () => {
    const twin = made({ name: 'Rezerva' });
    for (const [list, problem] of [
      [[ESCROW, twin], 'same-key'],
      [[ESCROW], 'not-a-pair'],
      [[], 'not-a-pair'],
      [[ESCROW, BACKUP, ESCROW], 'not-a-pair'],
    ] as const) {
      expect(recipientsAt(list, { at: NOW, demo: false })).toMatchObject({ ok: false, error: { problem } });
    }
  });

  it('changes by date: what was sealed before stays under the old keys, what comes after under the new', () => {
    const next = made({ key: THREE, name: 'Nova notarka', from: '2027-01-01', until: '2034-01-01' });
    const list = [ESCROW, BACKUP, next, made({ key: TWO, name: 'Rezerva 2', until: '2034-01-01' })];
    const sealedAt = (date: string): Uint8Array => {
      const pair = recipientsAt(list, { at: at(date), demo: false });
      if (!pair.ok) throw new Error(pair.error.problem);
      return encryptFor(Buffer.from(date), [pair.value.escrow, pair.value.backup]);
    };
    const [before, after] = [sealedAt('2026-12-31'), sealedAt('2027-01-01')];
    const open = (sealed: Uint8Array, key: KeyObject): string => Buffer.from(openEnveloped(sealed, key)).toString();
    expect(open(before, ONE)).toBe('2026-12-31');
    expect(() => open(before, THREE)).toThrow('no-recipient-for-key');
    expect(open(after, THREE)).toBe('2027-01-01');
    expect(() => open(after, ONE)).toThrow('no-recipient-for-key');
  });

  it('never falls back to the pair before, when the new one is no good', () => {
    const weak = [made({ key: rsa(2048), name: 'Nova' }), made({ key: TWO, name: 'Rezerva 2' })];
    expect(recipientsAt([ESCROW, BACKUP, ...weak], { at: NOW, demo: false })).toMatchObject({
      error: { problem: 'weak-key', name: 'Nova' },
    });
  });

  it('is looked at before it begins, and no longer once it was replaced', () => {
    const old = [made({ until: '2026-06-01' }), made({ key: TWO, name: 'Rezerva', until: '2026-06-01' })];
    expect(recipientFaults([...old, ESCROW, BACKUP], NOW)).toEqual([]);
    const coming = [
      made({ key: THREE, name: 'Nova', from: '2027-01-01' }),
      made({ key: rsa(2048), name: 'Rezerva 2', from: '2027-01-01' }),
    ];
    expect(recipientFaults([ESCROW, BACKUP, ...coming], NOW)).toEqual([{ problem: 'weak-key', name: 'Rezerva 2' }]);
    expect(recipientFaults(old, NOW)).toEqual([{ problem: 'expired', name: 'Notarka Ančka' }]);
  });
});
