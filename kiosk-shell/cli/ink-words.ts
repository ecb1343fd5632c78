import type { InkProblem } from '../../signing/capture/ink-files/ink-recording.ts';
import { parseRecording } from '../kiosk/simulated-pad.ts';
import type { InkFile } from './walk-ceremony.ts';

const FORMATS = 'SVC, sensor or touch CSV, pointer events or UIM as JSON, InkML, ISO/IEC 19794-7, or a HID recording';

const WORDS: Readonly<Record<InkProblem['code'], (detail: string) => string>> = {
  'unknown-format': (detail) => `is in no format that is known (${detail}). Known are ${FORMATS}.`,
  damaged: (detail) => `is damaged: ${detail}. Record or export it again.`,
  'no-ink': (detail) => `holds no ink that could be a signature (${detail}).`,
  'too-large': (detail) => `is too large for a signature (${detail}).`,
};

/** Why this file cannot be signed with, in a sentence that names it; null when it can. */
export function describeInkProblem({ name, bytes }: InkFile): string | null {
  const recording = parseRecording(bytes);
  if (recording.ok) return null;
  const { code, detail } = recording.error;
  return `The ink file ${name} ${WORDS[code](detail)}`;
}
