import { PadError } from './pad.ts';

/**
 * Why a pad that is plugged in cannot be opened, for a technician (`drivers/README.md`). Rights are told apart by road:
 * a hidraw node and the device on the bus have rules of their own, a serial line belongs to a group.
 */
export type OpenProblem =
  'no-permission' | 'no-usb-permission' | 'no-serial-permission' | 'hid-library-missing' | 'in-use';

export class PadOpenError extends PadError {
  readonly problem: OpenProblem;
  constructor(problem: OpenProblem, message: string) {
    super('refused', message);
    this.name = 'PadOpenError';
    this.problem = problem;
  }
}
