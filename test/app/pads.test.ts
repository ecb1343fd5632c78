import { describe, expect, it } from 'vitest';

import { padAdvice, padName, pads, padState, type PadStatus } from '../../app/_i18n/pads.ts';

const PAD: PadStatus = {
  id: 'hidraw:1',
  model: 'STU-530',
  state: 'ready',
  signs: false,
  simulated: false,
  problem: null,
  notDriven: null,
  drawing: null,
  serial: '0AB12C00042',
  firmware: '1.06',
  shows: 'own-screen',
  road: 'hidraw',
  encryption: 'v2',
};
const said = (over: Partial<PadStatus>, signing = false): readonly string[] =>
  [pads.sl, pads.en].map((words) => padState(words, { ...PAD, ...over }, signing));

describe('a pad at the counter, in words', () => {
  it('says what it does', () => {
    expect(said({})).toEqual(['pripravljena', 'ready']);
    expect(said({ state: 'busy' })).toEqual(['v uporabi', 'in use']);
    expect(said({ state: 'busy', drawing: 0.409 })).toEqual(['riše se, 40 %', 'drawing 40 %']);
  });

  it('says of one that left what it means, while somebody signs', () => {
    expect(said({ state: 'unplugged', drawing: 0.5 })).toEqual(['odklopljena', 'unplugged']);
    expect(said({ state: 'unplugged' }, true)[1]).toBe('unplugged, signature not taken, plug it in to go on');
  });

  it('says what is wrong in a word, and what to do in a sentence', () => {
    expect(said({ state: 'failed', problem: 'no-permission' })[1]).toBe('no permission');
    expect(padAdvice(pads.en, { ...PAD, state: 'failed', problem: 'no-permission' })).toContain('rules file');
    expect(padAdvice(pads.en, PAD)).toBeNull();
  });

  it('says of a model that is recognised and not driven why', () => {
    const stu541: PadStatus = { ...PAD, state: 'failed', problem: 'not-driven', notDriven: 'needs-tls' };
    expect(padAdvice(pads.en, stu541)).toMatch(/recognised.*secured channel/);
    expect(padAdvice(pads.sl, stu541)).toMatch(/prepoznan.*varovanem kanalu/);
  });

  it('tells two of one model apart, by their serial numbers or else by their place', () => {
    const other = { ...PAD, id: 'hidraw:2', serial: '0AB12C00077' };
    expect(padName(PAD, [PAD])).toBe('STU-530');
    expect([padName(PAD, [PAD, other]), padName(other, [PAD, other])]).toEqual(['STU-530 …0042', 'STU-530 …0077']);
    const same = { ...other, serial: 'X00042' };
    expect(padName(same, [PAD, same])).toBe('STU-530 2');
    const bare = { ...other, serial: null };
    expect(padName(bare, [PAD, bare])).toBe('STU-530 2');
  });
});
