/**
 * Which devices may sign which documents: the tenant's rules, judged here without knowing any device. Pressure is asked
 * of pen data that is recorded; who chose the picture only has none recorded, and so none is asked for.
 */

/** What the rules of one document ask. */
export interface DevicePolicy {
  /** 'required': the pen data of a recorded signature has pressure. */
  readonly pressure: 'required' | 'any';
  /** The customer's own screen (a tablet, a pen display's browser) as the thing signed on. */
  readonly screen: 'allowed' | 'refused';
  /** A finger on that screen. */
  readonly finger: 'allowed' | 'refused';
}
export const ANY_DEVICE: DevicePolicy = { pressure: 'any', screen: 'allowed', finger: 'allowed' };

/** Why a device, or ink that came from one, is not taken. */
export type DeviceRefusal = 'pressure-required' | 'screen-refused' | 'finger-refused';
/** What is wrong at this counter before anybody sits down: no device the rules ask for is plugged in. */
export type DeviceProblem = 'needs-pressure-pad' | 'needs-pad' | 'finger-refused';

export interface PolicyPad {
  readonly measuresPressure: boolean;
}

/** Per field the stricter one: a transaction is signed in one sitting, on one device. */
export function strictest(policies: readonly DevicePolicy[]): DevicePolicy {
  return {
    pressure: policies.some(({ pressure }) => pressure === 'required') ? 'required' : 'any',
    screen: policies.some(({ screen }) => screen === 'refused') ? 'refused' : 'allowed',
    finger: policies.some(({ finger }) => finger === 'refused') ? 'refused' : 'allowed',
  };
}

/** Without recording there is no pressure to ask for. */
export function policyFor(policy: DevicePolicy, biometric: boolean): DevicePolicy {
  return biometric ? policy : { ...policy, pressure: 'any' };
}

/** Null when this pad, or the customer's own screen (`pad` null), may be signed on. */
export function deviceRefusal(policy: DevicePolicy, pad: PolicyPad | null): DeviceRefusal | null {
  if (pad === null) return policy.screen === 'refused' ? 'screen-refused' : null;
  return policy.pressure === 'required' && !pad.measuresPressure ? 'pressure-required' : null;
}

/** What a piece of ink was written with. */
export interface PolicyInk {
  readonly onScreen: boolean;
  readonly finger: boolean;
  /** It has pressure, and the pressure moves: a pen that always says the same measures none. */
  readonly hasPressure: boolean;
}

/** Judged once more when ink has come: only then is it known what wrote it. */
export function inkRefusal(policy: DevicePolicy, ink: PolicyInk): DeviceRefusal | null {
  if (ink.onScreen && policy.screen === 'refused') return 'screen-refused';
  if (ink.finger && policy.finger === 'refused') return 'finger-refused';
  return policy.pressure === 'required' && !ink.hasPressure ? 'pressure-required' : null;
}

/** Told before the customer sits down, of the pads that take ink now. */
export function deviceProblem(policy: DevicePolicy, pads: readonly PolicyPad[]): DeviceProblem | null {
  if (pads.some((pad) => deviceRefusal(policy, pad) === null)) return null;
  if (policy.pressure === 'required') return 'needs-pressure-pad';
  if (policy.screen === 'refused') return 'needs-pad';
  return policy.finger === 'refused' ? 'finger-refused' : null;
}
