import { describe, expect, it } from 'vitest';
import { ceremonyStatus } from '../../../signing/ceremony/status.ts';
import { documents, states } from './ceremony-fixtures.ts';

describe('public status of a ceremony', () => {
  it('says for every state which human act is awaited, and whose', () => {
    const told = Object.values(states).map((state) => {
      const { step, awaiting } = ceremonyStatus(state);
      return `${step}: ${awaiting.who} ${awaiting.act}`;
    });
    expect(told).toEqual([
      'identity: clerk identify',
      'review: signatory finish-reading',
      'consent: signatory answer-consent',
      'capture: signatory sign',
      'questioned: signatory answer-doubt',
      'completed: nobody none',
      'declined: nobody none',
      'cancelled: nobody none',
    ]);
  });

  it('asks to read on while pages are unseen', () => {
    const shown = documents.map((document) => ({ ...document, pages: {} }));
    expect(ceremonyStatus({ ...states.review, shown }).awaiting).toEqual({ who: 'signatory', act: 'read' });
  });

  it('asks to sign again after a blank', () => {
    expect(ceremonyStatus({ ...states.questioned, doubt: 'blank' }).awaiting.act).toBe('sign-again');
  });

  it('asks nobody while a seal is made, and the clerk when the pad is gone', () => {
    expect(ceremonyStatus(states.capture, { sealing: true, deviceLost: false }).awaiting).toEqual({
      who: 'nobody',
      act: 'seal',
    });
    expect(ceremonyStatus(states.capture, { sealing: false, deviceLost: true }).awaiting).toEqual({
      who: 'clerk',
      act: 'choose-device',
    });
  });
});
