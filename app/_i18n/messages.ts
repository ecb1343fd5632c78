import type { TransactionDetail } from '../../kiosk-shell/kiosk-api/transaction.ts';
import { capture, type CaptureMessages } from './capture.ts';
import { check, type CheckMessages } from './check.ts';
import { clerk, type ClerkMessages } from './clerk.ts';
import { common, type CommonMessages } from './common.ts';
import { configuration, type ConfigurationMessages } from './configuration.ts';
import { consoleWords, type ConsoleMessages } from './console.ts';
import { customer, type CustomerMessages } from './customer.ts';
import { escrow, type EscrowMessages } from './escrow.ts';
import { dataSubject, type DataSubjectMessages } from './data-subject.ts';
import { evidence, type EvidenceMessages } from './evidence.ts';
import { erasure, type ErasureMessages } from './erasure.ts';
import { intake, type IntakeMessages } from './intake.ts';
import { jobs, type JobMessages } from './jobs.ts';
import type { Language } from './languages.ts';
import { manager, type ManagerMessages } from './manager.ts';
import { opening, type OpeningMessages } from './opening.ts';
import { pads, type PadMessages } from './pads.ts';
import { programs, type ProgramMessages } from './programs.ts';
import { users, type UsersMessages } from './users.ts';
import { placing, type PlacingMessages, type RefusedAt } from './placing.ts';

/** All words of one language. A key that one language lacks does not compile. */
export interface Messages {
  readonly common: CommonMessages;
  readonly intake: IntakeMessages;
  readonly placing: PlacingMessages;
  readonly clerk: ClerkMessages;
  readonly capture: CaptureMessages;
  readonly customer: CustomerMessages;
  readonly configuration: ConfigurationMessages;
  readonly escrow: EscrowMessages;
  readonly evidence: EvidenceMessages;
  readonly check: CheckMessages;
  readonly manager: ManagerMessages;
  readonly opening: OpeningMessages;
  readonly pads: PadMessages;
  readonly erasure: ErasureMessages;
  readonly console: ConsoleMessages;
  readonly users: UsersMessages;
  readonly programs: ProgramMessages;
  readonly dataSubject: DataSubjectMessages;
  readonly jobs: JobMessages;
}

export function messagesIn(language: Language): Messages {
  return {
    common: common[language],
    intake: intake[language],
    placing: placing[language],
    clerk: clerk[language],
    capture: capture[language],
    customer: customer[language],
    configuration: configuration[language],
    escrow: escrow[language],
    evidence: evidence[language],
    check: check[language],
    manager: manager[language],
    opening: opening[language],
    pads: pads[language],
    erasure: erasure[language],
    console: consoleWords[language],
    users: users[language],
    programs: programs[language],
    dataSubject: dataSubject[language],
    jobs: jobs[language],
  };
}

/** A role as people say it, "witness-2" as "Witness 2"; roles of tags that are not known are shown as written. */
export function roleName(messages: Messages, role: string): string {
  const [, base = role, number] = /^(.+)-(\d+)$/.exec(role) ?? [];
  const known = messages.common.role[base];
  if (known !== undefined) return number === undefined ? known : `${known} ${number}`;
  return role.charAt(0).toLocaleUpperCase() + role.slice(1);
}

/** Why boxes placed by hand were not taken; `file` names the document where there are several. */
export function placingProblem(
  messages: Messages,
  { code, page }: { readonly code: string; readonly page?: number },
  file: string | null,
): string {
  const words: Readonly<Record<string, (at: RefusedAt) => string>> = messages.placing.refused;
  return words[code]?.({ page: page === undefined ? null : page + 1, file }) ?? refusalText(messages, code);
}

/** A person's words, or what became of a job that nobody here decided on. */
export function voidedBecause(
  messages: Messages,
  { job, voidedReason }: Pick<TransactionDetail, 'job' | 'voidedReason'>,
): string | null {
  const ended = job?.ended ?? null;
  return ended === null ? voidedReason : messages.jobs.ended[ended];
}

export function refusalText(messages: Messages, code: string): string {
  const words: Readonly<Record<string, string>> = messages.common.refusal;
  return words[code] ?? messages.common.refusal.unexpected;
}

/** At the console of the cloud, which words some refusals for itself. */
export function consoleRefusal(messages: Messages, code: string): string {
  return messages.console.refusal[code] ?? refusalText(messages, code);
}
