import { DerError } from '../cms/der-reader.ts';
import { PdfSyntaxError } from '../pdf/pdf-file.ts';
import type { Check, Outcome } from './verification-report.ts';

/** A rule that does not hold: ends the check it is thrown in, never leaves this folder. */
export class Fault extends Error {
  readonly code: string;
  readonly outcome: 'failed' | 'indeterminate';
  constructor(code: string, detail: string, outcome: 'failed' | 'indeterminate' = 'failed') {
    super(detail);
    this.name = 'Fault';
    this.code = code;
    this.outcome = outcome;
  }
}

export function passed(detail: string, code = 'ok'): Check {
  return { outcome: 'passed', code, detail };
}
export function failed(code: string, detail: string): Check {
  return { outcome: 'failed', code, detail };
}
export function indeterminate(code: string, detail: string): Check {
  return { outcome: 'indeterminate', code, detail };
}
export function absent(code: string, detail: string): Check {
  return { outcome: 'absent', code, detail };
}

/** Runs one check; what bad input makes the readers throw becomes its verdict. */
export function checking(work: () => Check): Check {
  try {
    return work();
  } catch (error) {
    return checkOf(error);
  }
}

/** @throws whatever is not about the input: a bug. */
export function checkOf(error: unknown): Check {
  if (error instanceof Fault) return { outcome: error.outcome, code: error.code, detail: error.message };
  if (error instanceof DerError) return failed('der-not-strict', `The structure is not strict DER: ${error.message}.`);
  if (error instanceof PdfSyntaxError) return failed(`pdf-${error.code}`, `The PDF cannot be read: ${error.message}.`);
  throw error;
}

/** Failed beats indeterminate beats passed; what is absent does not count. */
export function combine(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.includes('failed')) return 'failed';
  if (outcomes.includes('indeterminate')) return 'indeterminate';
  return outcomes.includes('passed') ? 'passed' : 'absent';
}
