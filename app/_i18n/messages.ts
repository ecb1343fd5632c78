import { capture, type CaptureMessages } from './capture.ts';
import { check, type CheckMessages } from './check.ts';
import { clerk, type ClerkMessages } from './clerk.ts';
import { common, type CommonMessages } from './common.ts';
import { customer, type CustomerMessages } from './customer.ts';
import { intake, type IntakeMessages } from './intake.ts';
import type { Language } from './languages.ts';
import { manager, type ManagerMessages } from './manager.ts';
import { pads, type PadMessages } from './pads.ts';
import { placing, type PlacingMessages } from './placing.ts';

/** All words of one language. A key that one language lacks does not compile. */
export interface Messages {
  readonly common: CommonMessages;
  readonly intake: IntakeMessages;
  readonly placing: PlacingMessages;
  readonly clerk: ClerkMessages;
  readonly capture: CaptureMessages;
  readonly customer: CustomerMessages;
  readonly check: CheckMessages;
  readonly manager: ManagerMessages;
  readonly pads: PadMessages;
}

export function messagesIn(language: Language): Messages {
  return {
    common: common[language],
    intake: intake[language],
    placing: placing[language],
    clerk: clerk[language],
    capture: capture[language],
    customer: customer[language],
    check: check[language],
    manager: manager[language],
    pads: pads[language],
  };
}

/** A role as people say it; roles of tags that are not known are shown as written. */
export function roleName(messages: Messages, role: string): string {
  const known = messages.common.role[role];
  return known ?? role.charAt(0).toLocaleUpperCase() + role.slice(1);
}

export function refusalText(messages: Messages, code: string): string {
  const words: Readonly<Record<string, string>> = messages.common.refusal;
  return words[code] ?? messages.common.refusal.unexpected;
}
