/** The machine and what is plugged into it. */
import type { NotDrivenCode } from '../../drivers/found-pad.ts';
import type { RecipientProblem } from '../../signing/cms/capture-recipients.ts';
import type { PadDescription } from '../../drivers/pad.ts';
import type { PadProblem, PadState } from '../pad-host/protocol.ts';

/** Whether the movement of the pen can be recorded. */
export interface EscrowStatus {
  /** Why nothing can be sealed now; null when it can. */
  readonly problem: RecipientProblem | null;
  /** The last moment at which the certificates here, those to come included, allow it; null when none does, and in a demo. */
  readonly until: string | null;
}

/** What the cloud last said this counter works by. */
export interface ConfigurationStatus {
  /** Null where the cloud never said anything: the enrolment holds, for as long as it takes. */
  readonly number: number | null;
  /** From then on nobody new can be served unless the cloud is heard from; null without a number. */
  readonly until: string | null;
}

/** This machine's clock beside the cloud's. */
export interface ClockStatus {
  /** 'wrong': to be set right. 'refused': so wrong that nobody new is served. 'unknown': nothing to compare it with yet. */
  readonly state: 'unknown' | 'right' | 'wrong' | 'refused';
  /** How far it is ahead, milliseconds; negative: behind; 0 where it is not known. */
  readonly offsetMs: number;
}

export interface CounterStatus {
  readonly branch: string;
  readonly tenant: string;
  readonly kiosk: string;
  readonly demo: boolean;
  readonly pads: readonly {
    readonly id: string;
    readonly model: string;
    readonly state: PadState;
    /** It is the one to be signed on now, or was until it was lost. */
    readonly signs: boolean;
    readonly simulated: boolean;
    readonly problem: PadProblem | null;
    /** With the problem 'not-driven': why its model is not. */
    readonly notDriven: NotDrivenCode | null;
    /** Share of the picture that has been sent to its screen, 0 to 1; null when none is on its way. */
    readonly drawing: number | null;
    readonly serial: string | null;
    readonly firmware: string | null;
    readonly shows: PadDescription['shows'];
    readonly road: PadDescription['road'];
    readonly encryption: PadDescription['encryption'];
  }[];
  readonly escrow: EscrowStatus;
  readonly configuration: ConfigurationStatus;
  readonly clock: ClockStatus;
  /** The kiosk's own certificates, by which it seals and proves itself. */
  readonly certificates: { readonly until: string };
  /** Since when the cloud does not let this kiosk in any more, RFC 3339; null while it does. */
  readonly shutOut: string | null;
  readonly cloud: {
    readonly state: 'up' | 'down' | 'unknown';
    readonly waiting: number;
    readonly oldestWaiting: string | null;
    readonly setAside: number;
  };
}
