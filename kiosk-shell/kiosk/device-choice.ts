import type { CapturePart } from '../../signing/capture/capture-record.ts';
import { deviceRefusal, inkRefusal, type DevicePolicy, type DeviceRefusal, type PolicyPad } from '../device-policy.ts';
import type { DeviceChoiceView } from '../kiosk-api/capture.ts';
import type { PadListing } from '../pad-host/client.ts';
import { isThere } from './pad-guard.ts';

export type CaptureDeviceChoice = { readonly kind: 'pad'; readonly id: string } | { readonly kind: 'surface' };

export function policyPad({ description }: PadListing): PolicyPad {
  return { measuresPressure: description.geometry.maxPressure !== null };
}

/** Every device that is there, and whether the tenant's rules take it for what is to be signed. */
export function choicesOf(pads: readonly PadListing[], policy: DevicePolicy): readonly DeviceChoiceView[] {
  const screen = deviceRefusal(policy, null);
  return [
    ...pads.filter(isThere).map((pad): DeviceChoiceView => {
      const reason = deviceRefusal(policy, policyPad(pad));
      const { id, model } = pad.description;
      return { kind: 'pad', id, model, allowed: reason === null, reason };
    }),
    {
      kind: 'surface',
      id: null,
      model: 'pointer',
      allowed: screen === null,
      // A screen that takes no finger, or wants pressure, is still there for a pen.
      reason:
        screen ??
        (policy.finger === 'refused' ? 'finger-refused' : null) ??
        (policy.pressure === 'required' ? 'pressure-required' : null),
    },
  ];
}

/** What a ceremony gets unasked: a real pad before a simulated one, then the customer's own screen. */
export function preferredDevice(pads: readonly PadListing[], policy: DevicePolicy): CaptureDeviceChoice {
  const allowed = pads.filter((pad) => isThere(pad) && deviceRefusal(policy, policyPad(pad)) === null);
  const pad = allowed.find(({ simulated }) => !simulated) ?? allowed[0];
  return pad === undefined ? { kind: 'surface' } : { kind: 'pad', id: pad.description.id };
}

/** Why this device may not be begun with; a pad that is gone is not for the rules to judge. */
export function refusalOf(
  pads: readonly PadListing[],
  policy: DevicePolicy,
  device: CaptureDeviceChoice,
): DeviceRefusal | null {
  if (device.kind === 'surface') return deviceRefusal(policy, null);
  const pad = pads.find(({ description }) => description.id === device.id);
  return pad === undefined ? null : deviceRefusal(policy, policyPad(pad));
}

/** The next pad after this one, in the order of the list; null when there is no other. */
export function nextPad(pads: readonly PadListing[], policy: DevicePolicy, pad: string): CaptureDeviceChoice | null {
  const there = pads.filter(isThere);
  const at = there.findIndex(({ description }) => description.id === pad);
  const others = [...there.slice(at + 1), ...there.slice(0, Math.max(0, at))];
  const next = others.find((one) => deviceRefusal(policy, policyPad(one)) === null);
  return next === undefined ? null : { kind: 'pad', id: next.description.id };
}

/** Levels below this many samples say nothing of a sensor: a dot is pressed evenly. */
const FEW_SAMPLES = 10;

/** Judges ink that has come, part by part: only now is it known what wrote it. */
export function inkRefusalOf(policy: DevicePolicy, parts: readonly CapturePart[]): DeviceRefusal | null {
  for (const { device, surface, columns } of parts) {
    const levels = columns.pressure?.filter((_, i) => columns.tip[i] === 1) ?? [];
    if (columns.tip.every((tip) => tip === 0)) continue;
    const moves = levels.length <= FEW_SAMPLES || levels.some((level) => level !== levels[0]);
    const refusal = inkRefusal(policy, {
      onScreen: device.kind === 'surface',
      finger: surface.browser?.pointerType === 'touch',
      hasPressure: levels.length > 0 && moves,
    });
    if (refusal !== null) return refusal;
  }
  return null;
}
