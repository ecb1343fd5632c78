import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ANY_DEVICE,
  deviceProblem,
  deviceRefusal,
  inkRefusal,
  policyFor,
  strictest,
  type DevicePolicy,
} from '../../kiosk-shell/device-policy.ts';
import { parseKioskEnrolment } from '../../kiosk-shell/enrolment.ts';
import { certificationOf, policyOf, typeOf, type DocumentTypes } from '../../kiosk-shell/kiosk/document-types.ts';

const policies = fc.record<DevicePolicy>({
  pressure: fc.constantFrom('required', 'any'),
  screen: fc.constantFrom('allowed', 'refused'),
  finger: fc.constantFrom('allowed', 'refused'),
});
const PEN = { measuresPressure: true };
const FLAT = { measuresPressure: false };
const LOAN: DevicePolicy = { pressure: 'required', screen: 'refused', finger: 'refused' };

describe('rules for devices', () => {
  it('together are as strict as the strictest in every part, in any order and however often', () => {
    fc.assert(
      fc.property(fc.array(policies), (several) => {
        const all = strictest(several);
        for (const one of several) {
          for (const pad of [PEN, FLAT, null]) {
            if (deviceRefusal(one, pad) !== null) expect(deviceRefusal(all, pad)).not.toBeNull();
          }
        }
        expect(strictest([...several].reverse())).toEqual(all);
        expect(strictest([all, ...several, all])).toEqual(all);
      }),
    );
    expect(strictest([])).toEqual(ANY_DEVICE);
  });

  it('ask pressure of a pad, and whether the screen may be signed on', () => {
    expect([deviceRefusal(LOAN, PEN), deviceRefusal(LOAN, FLAT), deviceRefusal(LOAN, null)]).toEqual([
      null,
      'pressure-required',
      'screen-refused',
    ]);
    expect([PEN, FLAT, null].map((pad) => deviceRefusal(ANY_DEVICE, pad))).toEqual([null, null, null]);
  });

  it('ask no pressure of somebody whose pen is not recorded', () => {
    expect(deviceRefusal(policyFor(LOAN, false), FLAT)).toBeNull();
    expect(deviceRefusal(policyFor(LOAN, false), null)).toBe('screen-refused');
    expect(policyFor(LOAN, true)).toEqual(LOAN);
  });

  it('judge ink by what wrote it', () => {
    const tablet: DevicePolicy = { pressure: 'required', screen: 'allowed', finger: 'refused' };
    const ink = { onScreen: true, finger: false, hasPressure: true };
    expect(inkRefusal(tablet, ink)).toBeNull();
    expect(inkRefusal(tablet, { ...ink, finger: true })).toBe('finger-refused');
    expect(inkRefusal(tablet, { ...ink, hasPressure: false })).toBe('pressure-required');
    expect(inkRefusal(LOAN, ink)).toBe('screen-refused');
  });

  it('say before anybody sits down what is missing at this counter', () => {
    expect(deviceProblem(LOAN, [])).toBe('needs-pressure-pad');
    expect(deviceProblem(LOAN, [FLAT])).toBe('needs-pressure-pad');
    expect(deviceProblem(LOAN, [FLAT, PEN])).toBeNull();
    expect(deviceProblem({ ...LOAN, pressure: 'any' }, [])).toBe('needs-pad');
    expect(deviceProblem({ ...ANY_DEVICE, finger: 'refused' }, [])).toBe('finger-refused');
    expect(deviceProblem({ ...ANY_DEVICE, finger: 'refused' }, [FLAT])).toBeNull();
    expect(deviceProblem(ANY_DEVICE, [])).toBeNull();
  });
});

describe('document types', () => {
  const type = (id: string, match: DocumentTypes['types'][number]['match'], devices = ANY_DEVICE) => ({
    id,
    name: { sl: id, en: id },
    ...(match === undefined ? {} : { match }),
    devices,
  });
  const types: DocumentTypes = {
    types: [
      type('loan', { fileName: ['posojil'], title: ['Kreditna pogodba'] }, LOAN),
      type('account', { fileName: ['račun'], keywords: ['KYC'] }),
      type('by-hand', undefined),
    ],
    fallback: 'account',
  };
  const of = (fileName: string, metadata = {}): string | null =>
    typeOf(types, { fileName, metadata: { title: '', subject: '', keywords: '', ...metadata } });

  it('are told from the name of the file or from what the document says of itself, whatever its accents and letters', () => {
    expect(of('2026-117 POSOJILNA pogodba.pdf')).toBe('loan');
    expect(of('osebni Racun.pdf')).toBe('account');
    // How some systems write č: the letter and its mark apart.
    expect(of('osebni rac\u030cun.pdf')).toBe('account');
    expect(of('scan0001.pdf', { title: 'KREDITNA POGODBA št. 7' })).toBe('loan');
    expect(of('scan0001.pdf', { keywords: 'bank;kyc;2026' })).toBe('account');
  });

  it('are tried in order; what fits none is of the default type, or of none', () => {
    expect(of('posojilo in račun.pdf')).toBe('loan');
    expect(of('dopis.pdf')).toBe('account');
    expect(typeOf({ ...types, fallback: null }, { fileName: 'dopis.pdf', metadata: undefined })).toBeNull();
  });

  it('of a transaction make one rule; a type that is no longer there asks nothing', () => {
    expect(policyOf(types, ['account', 'loan'])).toEqual(LOAN);
    expect(policyOf(types, ['account', null, 'gone'])).toEqual(ANY_DEVICE);
  });

  it('say whether the first signature certifies; what says nothing does not', () => {
    const contract = { ...type('contract', undefined), certify: true };
    const known: DocumentTypes = { ...types, types: [...types.types, contract] };
    expect(['contract', 'loan', 'gone', null].map((id) => certificationOf(known, id))).toEqual([2, null, null, null]);
  });

  it('come with the enrolment, which may have none, but none twice and no default that is not there', () => {
    const enrolment = {
      version: 1,
      demo: true,
      tenant: { id: 't', name: 'T' },
      branch: { id: 'b', name: 'B' },
      kiosk: 'k',
      keyHolder: 'N',
      timeZone: 'Europe/Ljubljana',
      staff: [],
    };
    expect(parseKioskEnrolment(enrolment)).toMatchObject({
      ok: true,
      value: { documentTypes: [], defaultDocumentType: null },
    });
    const documentTypes = types.types;
    expect(parseKioskEnrolment({ ...enrolment, documentTypes, defaultDocumentType: 'loan' }).ok).toBe(true);
    expect(parseKioskEnrolment({ ...enrolment, documentTypes, defaultDocumentType: 'lost' })).toMatchObject({
      ok: false,
      error: expect.stringContaining('no document type has this id') as string,
    });
    const twice = [...documentTypes, ...documentTypes];
    expect(parseKioskEnrolment({ ...enrolment, documentTypes: twice })).toMatchObject({
      ok: false,
      error: expect.stringContaining('twice') as string,
    });
    const unclear = [{ ...documentTypes[0], devices: { pressure: 'sometimes', screen: 'allowed', finger: 'allowed' } }];
    expect(parseKioskEnrolment({ ...enrolment, documentTypes: unclear }).ok).toBe(false);
  });
});
