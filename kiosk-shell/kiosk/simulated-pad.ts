import { parseHidRecording } from '../../drivers/recordings/hid-recording.ts';
import { fitInk } from '../../signing/capture/fit-ink.ts';
import { parseInk } from '../../signing/capture/ink-files/parse-ink.ts';
import type { InkProblem, InkRecording } from '../../signing/capture/ink-files/ink-recording.ts';
import { ok, type Result } from '../../signing/result.ts';
import type { SimulatedPadApi } from '../kiosk-api/kiosk-api.ts';
import type { PadService, SimulatedPadControl } from '../pad-host/client.ts';
import { refuse } from './context.ts';

/** The simulated pad as demo screens and the demo command use it; null when no simulated pad is up. */
export function simulatedPadOf(
  pads: PadService,
  inkArea: () => { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | null,
): SimulatedPadApi | null {
  if (pads.simulated === null) return null;
  const control = (): SimulatedPadControl => {
    if (pads.simulated === null) throw new Error('the simulated pad is gone');
    return pads.simulated;
  };
  return {
    screen: () => control().screen(),
    buttons: () => control().buttons(),
    pen: (samples, fast) => control().pen(samples, fast),
    press: (button) => control().press(button),
    unplug: () => control().unplug(),
    plug: () => control().plug(),
    async replay(file, fast) {
      const recording = parseRecording(file);
      if (!recording.ok) return refuse('invalid', `${recording.error.code}: ${recording.error.detail}`);
      const area = inkArea();
      if (area === null) return refuse('wrong-state', 'nothing is being signed on the pad');
      const samples = fitInk(recording.value, area);
      await control().pen(samples, fast);
      return ok({ samples: samples.length });
    },
  };
}

/** Any recording the product can replay: ink files first, then what a HID device sent. */
export function parseRecording(file: Uint8Array): Result<InkRecording, InkProblem> {
  const ink = parseInk(file);
  return !ink.ok && ink.error.code === 'unknown-format' ? parseHidRecording(file) : ink;
}
