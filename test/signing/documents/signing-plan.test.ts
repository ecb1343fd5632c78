import { describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import type { DocumentRefusal } from '../../../signing/documents/document.ts';
import { intakeDocument } from '../../../signing/documents/intake.ts';
import { prepareDocument } from '../../../signing/documents/prepare.ts';
import { sealField } from '../../../signing/sealing/seal-field.ts';
import { makePki, samplePdf, sealInput, type SampleField } from '../../support/seal-fixtures.ts';
import { corpusBytes } from '../pdf/corpus.ts';

const pki = makePki('p256');
const stranger = makePki('p256');
const hex = (bytes: Uint8Array): string => `<${Buffer.from(bytes).toString('hex')}>`;

/** Fields from the top of the page down, by name and entries. */
function fieldsOf(fields: Readonly<Record<string, string>>): readonly SampleField[] {
  return Object.entries(fields).map(([name, entries], i) => ({ name, box: [60, 600 - 80 * i, 200, 60], entries }));
}

async function intake(original: Uint8Array): Promise<DocumentRefusal | 'taken'> {
  const result = await intakeDocument(original, () => 'id', pki.signer.chain);
  return result.ok ? 'taken' : result.error;
}

const LOCKS: readonly (readonly [string, Readonly<Record<string, string>>, string | null])[] = [
  ['a lock on a field signed before', { customer_1: '<<>>', clerk_2: '<</Lock <</Action/All>>>>' }, null],
  [
    'a lock on a field signed after',
    { customer_1: '<</Lock <</Action/All>>>>', clerk_2: '<<>>' },
    'signature field 1 (page 1) locks signature field 2 (page 1), which may come after it',
  ],
  [
    'a lock that spares the field signed after',
    { customer_1: '<</Lock <</Action/Exclude/Fields[(clerk_2)]>>>>', clerk_2: '<<>>' },
    null,
  ],
  [
    'a lock on another of the same turn',
    { customer_1: '<<>>', guardian_1: '<</Lock <</Action/Include/Fields[(customer_1)]>>>>' },
    'signature field 2 (page 1) locks signature field 1 (page 1), which may come after it',
  ],
  [
    'a lock on a parent of the field signed after',
    { customer_1: '<</Lock <</Action/Include/Fields[(staff)]>>>>', 'staff.clerk_2': '<<>>' },
    'signature field 1 (page 1) locks signature field 2 (page 1), which may come after it',
  ],
  [
    'no change permitted after the last',
    { customer_1: '<<>>', clerk_2: '<</Lock <</Action/Include/Fields[]/P 1>>>>' },
    null,
  ],
  [
    'no change permitted after the first',
    { customer_1: '<</Lock <</Action/Include/Fields[]/P 1>>>>', clerk_2: '<<>>' },
    'signature field 1 (page 1) locks signature field 2 (page 1), which may come after it',
  ],
  [
    'signing permitted after the first',
    { customer_1: '<</Lock <</Action/Include/Fields[]/P 2>>>>', clerk_2: '<<>>' },
    null,
  ],
  ['a lock while turns are unknown', { left: '<</Lock <</Action/Include/Fields[(right)]>>>>', right: '<<>>' }, null],
  [
    'two that lock each other while turns are unknown',
    { left: '<</Lock <</Action/All>>>>', right: '<</Lock <</Action/Include/Fields[(left)]>>>>' },
    'signature field 1 (page 1) and signature field 2 (page 1) lock each other',
  ],
];

describe('locks', () => {
  it.each(LOCKS)('%s', async (_, fields, detail) => {
    const expected = detail === null ? 'taken' : { code: 'signing-forbidden', detail, page: 0 };
    expect(await intake(await samplePdf({ fields: fieldsOf(fields) }))).toEqual(expected);
  });

  it('are found at intake in a document whose third signature its own locks forbid', async () => {
    expect(await intake(corpusBytes('valid', 'dss-fieldmdp-lock-exclude.pdf'))).toMatchObject({
      code: 'signing-forbidden',
    });
  });

  it('are held against the turns that the clerk gives, when the document is prepared', async () => {
    const fields = fieldsOf({ left: '<</Lock <</Action/All>>>>', right: '<<>>' });
    const original = await samplePdf({ fields });
    const taken = await intakeDocument(original, () => 'id');
    if (!taken.ok) throw new Error(taken.error.detail);
    const turned = (first: string) =>
      taken.value.placements.map((placement) => ({
        ...placement,
        role: placement.fieldName === first ? 'customer' : 'clerk',
        order: placement.fieldName === first ? 1 : 2,
      }));
    expect((await prepareDocument(original, turned('right'))).ok).toBe(true);
    const refused = await prepareDocument(original, turned('left'));
    expect(refused.ok ? 'taken' : refused.error.code).toBe('signing-forbidden');
  });

  it.each([
    ['<</Action/Include/Fields[(clerk_2)]>>', 'signing-forbidden'],
    ['<</Action/Include/Fields[]/P 1>>', 'certified-no-changes'],
    ['<</Action/Include/Fields[]/P 2>>', 'taken'],
  ])('of a signature already there, %s, bind whoever comes in later: %s', async (lock, expected) => {
    const fields = fieldsOf({ customer_1: `<</Lock ${lock}>>`, clerk_2: '<<>>' });
    const original = await samplePdf({ fields });
    const sealed = await sealField(sealInput(pki, original, fields[0]!));
    if (!sealed.ok) throw new Error(sealed.error.detail);
    const outcome = await intake(concat(original, sealed.value.increment));
    expect(outcome === 'taken' ? outcome : outcome.code).toBe(expected);
  });
});

const SEEDS: readonly (readonly [string, string | null])[] = [
  ['/Filter/Adobe.PPKLite/Ff 1', null],
  ['/Filter/Entrust.PPKEF/Ff 1', '/Filter requires Entrust.PPKEF, the seal has Adobe.PPKLite'],
  ['/Filter/Entrust.PPKEF', null],
  ['/SubFilter[/adbe.pkcs7.detached/ETSI.CAdES.detached]/Ff 2', null],
  [
    '/SubFilter[/adbe.pkcs7.detached]/Ff 2',
    '/SubFilter requires adbe.pkcs7.detached, the seal has ETSI.CAdES.detached',
  ],
  ['/SubFilter[/adbe.pkcs7.detached]', null],
  ['/DigestMethod[(SHA256)(SHA512)]/Ff 64', null],
  ['/DigestMethod[/SHA384/SHA512]/Ff 64', '/DigestMethod requires SHA384 or SHA512, the seal has SHA256'],
  ['/V 3/Ff 4', null],
  ['/V 4/Ff 4', '/V is 4, known are versions up to 3'],
  ['/Reasons[(Read and agreed)]/Ff 8', null],
  ['/Reasons[(one)(two)]/Ff 8', '/Reasons requires one of 2 reasons, and at the counter nobody chooses'],
  ['/Reasons[(one)(two)]', null],
  ['/LegalAttestation[(none)]/Ff 16', '/LegalAttestation requires an attestation, which a seal does not make'],
  ['/AddRevInfo true/Ff 32', '/AddRevInfo requires revocation data inside the signature; ours comes afterwards'],
  ['/AddRevInfo false/Ff 32', null],
  ['/LockDocument/true/Ff 128', '/LockDocument requires true, and the field has no /Lock with /P 1'],
  ['/LockDocument/auto/Ff 128', null],
  ['/AppearanceFilter(Formal)/Ff 256', '/AppearanceFilter requires an appearance of its own; the seal draws the ink'],
  ['/Ff 512', '/Ff requires something unknown (bits 1000000000)'],
  ['/MDP <</P 0>>', null],
  ['/MDP <</P 2>>', null],
  ['/TimeStamp <</URL(http://127.0.0.1/)/Ff 0>>', null],
  [
    '/TimeStamp <</URL(http://127.0.0.1/)/Ff 1>>',
    '/TimeStamp requires a time-stamp inside the signature; ours comes afterwards',
  ],
  [`/Cert <</Ff 1/Subject[${hex(pki.seal.certificate)}]>>`, null],
  [
    `/Cert <</Ff 1/Subject[${hex(stranger.seal.certificate)}]>>`,
    '/Cert /Subject does not fit the certificate of the seal',
  ],
  [`/Cert <</Ff 2/Issuer[${hex(pki.issuing.certificate)}]>>`, null],
  [`/Cert <</Ff 2/Issuer[${hex(pki.root.certificate)}]>>`, null],
  [
    `/Cert <</Ff 2/Issuer[${hex(stranger.root.certificate)}]>>`,
    '/Cert /Issuer does not fit the certificate of the seal',
  ],
  ['/Cert <</Ff 8/SubjectDN[<</C(SI)>>]>>', null],
  ['/Cert <</Ff 8/SubjectDN[<</C(AT)>>]>>', '/Cert /SubjectDN does not fit the certificate of the seal'],
  ['/Cert <</Ff 32/KeyUsage[(1)]>>', null],
  ['/Cert <</Ff 32/KeyUsage[(XXXXX1)]>>', '/Cert /KeyUsage does not fit the certificate of the seal'],
  ['/Cert <</Ff 4/OID[(1.2.3)]>>', '/Cert /OID does not fit the certificate of the seal'],
  [
    '/Cert <</SignaturePolicyOID(1.2.3)>>',
    '/Cert /SignaturePolicyOID requires a signature policy; the seal names none',
  ],
];

describe('seed values', () => {
  it.each(SEEDS)('%s: %s', async (seed, why) => {
    const fields = fieldsOf({ customer_1: `<</SV <</Type/SV ${seed}>>>>` });
    const original = await samplePdf({ fields });
    const detail = why === null ? null : `seed value ${why}`;
    const expected =
      detail === null
        ? 'taken'
        : { code: 'seed-value-unmet', detail: `signature field 1 (page 1): ${detail}`, page: 0 };
    expect(await intake(original)).toEqual(expected);
    // The seal judges again, by itself.
    const sealed = await sealField(sealInput(pki, original, fields[0]!));
    expect(sealed.ok ? null : sealed.error).toEqual(detail === null ? null : { code: 'seed-value-unmet', detail });
  });

  it('are not held against a key that is not known yet', async () => {
    const fields = fieldsOf({ customer_1: `<</SV <</Cert <</Ff 1/Subject[${hex(stranger.seal.certificate)}]>>>>>>` });
    expect((await intakeDocument(await samplePdf({ fields }), () => 'id')).ok).toBe(true);
  });

  it('that ask for a certification can only be those of the first signature', async () => {
    const certify = '<</SV <</MDP <</P 2>>>>>>';
    const nothing = '<</SV <</MDP <</P 1>>>>>>';
    const refusal = async (fields: Readonly<Record<string, string>>): Promise<string> => {
      const outcome = await intake(await samplePdf({ fields: fieldsOf(fields) }));
      return outcome === 'taken' ? outcome : outcome.detail;
    };
    expect(await refusal({ customer_1: certify, clerk_2: '<<>>' })).toBe('taken');
    expect(await refusal({ customer_1: '<<>>', clerk_2: certify })).toContain('and another may sign before');
    expect(await refusal({ customer_1: certify, clerk_2: certify })).toContain('and so does another field');
    expect(await refusal({ customer_1: nothing, clerk_2: '<<>>' })).toContain('and more is to be filled in or signed');
    expect(await refusal({ customer_1: nothing })).toBe('taken');
  });
});
