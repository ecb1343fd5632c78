import { assertNever } from '../result.ts';
import type { CeremonyState } from './ceremony.ts';

/** The short public status of a ceremony: its step, and which human act is awaited of whom. */
export interface CeremonyStatus {
  readonly step: CeremonyState['kind'];
  readonly awaiting: Awaiting;
}
export interface Awaiting {
  readonly who: 'clerk' | 'signatory' | 'nobody';
  readonly act: AwaitedAct;
}
export type AwaitedAct =
  | 'identify'
  | 'read'
  | 'finish-reading'
  | 'answer-consent'
  | 'sign'
  | 'answer-doubt'
  | 'sign-again'
  | 'choose-device'
  | 'seal'
  | 'none';

/** What the runtime knows beside the state: not durable, gone with the process. */
export interface CeremonyMoment {
  /** The ink was accepted and is being sealed: nobody can do anything. */
  readonly sealing: boolean;
  /** The device for this turn was lost: the clerk plugs it in or chooses another. */
  readonly deviceLost: boolean;
}
const CALM: CeremonyMoment = { sealing: false, deviceLost: false };

export function ceremonyStatus(state: CeremonyState, moment: CeremonyMoment = CALM): CeremonyStatus {
  return { step: state.kind, awaiting: awaitingIn(state, moment) };
}

function awaitingIn(state: CeremonyState, moment: CeremonyMoment): Awaiting {
  switch (state.kind) {
    case 'identity':
      return { who: 'clerk', act: 'identify' };
    case 'review': {
      const all = state.shown.every(({ pages, pageCount }) => Object.keys(pages).length >= pageCount);
      return { who: 'signatory', act: all ? 'finish-reading' : 'read' };
    }
    case 'consent':
      return { who: 'signatory', act: 'answer-consent' };
    case 'capture':
      if (moment.sealing) return { who: 'nobody', act: 'seal' };
      if (moment.deviceLost) return { who: 'clerk', act: 'choose-device' };
      return { who: 'signatory', act: 'sign' };
    case 'questioned':
      return { who: 'signatory', act: state.doubt === 'blank' ? 'sign-again' : 'answer-doubt' };
    case 'completed':
    case 'declined':
    case 'cancelled':
      return { who: 'nobody', act: 'none' };
    default:
      return assertNever(state);
  }
}
