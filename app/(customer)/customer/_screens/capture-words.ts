import type { CaptureView } from '../../../../kiosk-shell/kiosk-api/capture.ts';
import type { Messages } from '../../../_i18n/messages.ts';

/** Why signing does not go on, in words; null when it does. */
export function captureProblem(t: Messages, { problem, kept, strokeVoid }: CaptureView): string | null {
  switch (problem) {
    case null:
      return null;
    case 'unplugged':
    case 'failed':
      return kept === null ? t.customer.padProblem[problem] : t.customer.padProblemKept[problem](strokeVoid);
    case 'cancelled-on-pad':
      return t.customer.padCancelled;
    case 'wrong-pad':
      return t.customer.wrongPad;
    case 'pressure-required':
    case 'screen-refused':
    case 'finger-refused':
      return t.customer.deviceRefused[problem];
    default:
      return t.customer.sealProblem;
  }
}

/** What is to be known before the pen is taken up. */
export function captureNote(t: Messages, { problem, kept, strokeVoid, device, choices }: CaptureView): string | null {
  if (problem !== null) return null;
  if (kept !== null) return t.customer.keptNote(kept.strokes, strokeVoid);
  const surface = device.kind === 'surface' ? choices.find(({ kind }) => kind === 'surface') : undefined;
  if (surface?.reason === 'pressure-required') return t.customer.penWithPressure;
  return surface?.reason === 'finger-refused' ? t.customer.penOnly : null;
}
