/** What goes wrong at a virtual pad, on command. */

/**
 * `stall` refuses the transfer, `hang` never answers it, `garbage` answers with other bytes, `lose` makes a report and
 * does not send it, `unplug` pulls the cable in that very moment.
 */
export type FaultAction = 'stall' | 'hang' | 'garbage' | 'lose' | 'unplug' | { readonly lateMs: number };
export type FaultPlace = 'get' | 'set' | 'bulk' | 'input';

export interface Fault {
  readonly on: FaultPlace;
  /** Report ID; any, where it is left out. */
  readonly id?: number;
  /** So many that match pass unharmed first. */
  readonly after?: number;
  /** How many are hit then; all, where it is left out. */
  readonly times?: number;
  readonly do: FaultAction;
}

interface Armed {
  readonly fault: Fault;
  passing: number;
  left: number;
}

export class Faults {
  #armed: Armed[] = [];

  arm(fault: Fault): void {
    this.#armed.push({ fault, passing: fault.after ?? 0, left: fault.times ?? Infinity });
  }
  calm(): void {
    this.#armed = [];
  }

  /** What happens to this transfer. The fault that was armed first counts. */
  meet(on: FaultPlace, id: number | null): FaultAction | null {
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (fault.on !== on || (fault.id !== undefined && fault.id !== id) || armed.left === 0) continue;
      if (armed.passing > 0) {
        armed.passing--;
        continue;
      }
      armed.left--;
      return fault.do;
    }
    return null;
  }
}

/** The same length and report ID, and nothing else that means anything; the same bytes each time. */
export function garbled(report: Uint8Array): Uint8Array {
  let state = 0x2545f491;
  return report.map((byte, at) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return at === 0 ? byte : state >>> 24;
  });
}
