import type { Translated } from './languages.ts';

/** Why a document's level is no higher, as a person would sort the reasons. */
type Reason =
  | 'unreachable'
  | 'silent'
  | 'not-serving'
  | 'wrong-answer'
  | 'clock'
  | 'untrusted'
  | 'state-unknown'
  | 'on-hold'
  | 'revoked'
  | 'too-late'
  | 'no-gain'
  | 'not-valid'
  | 'not-baseline'
  | 'document'
  | 'other';

const REASONS: Readonly<Record<string, Reason>> = {
  'service-unreachable': 'unreachable',
  'service-timeout': 'silent',
  'service-status': 'not-serving',
  'timestamp-clock': 'clock',
  'revocation-on-hold': 'on-hold',
  'certificate-revoked': 'revoked',
  'too-late': 'too-late',
  'no-gain': 'no-gain',
  'not-valid': 'not-valid',
  'not-baseline': 'not-baseline',
  'package-unreadable': 'document',
  'too-heavy': 'document',
  unreadable: 'document',
  encrypted: 'document',
  hybrid: 'document',
  'no-page': 'document',
  malformed: 'wrong-answer',
  refused: 'wrong-answer',
  'signature-value': 'wrong-answer',
  'certificate-unrelated': 'wrong-answer',
  'token-too-large': 'wrong-answer',
};
/** Families of codes; what is listed by name above comes first. */
const FAMILIES: readonly (readonly [start: string, reason: Reason])[] = [
  ['service-', 'wrong-answer'],
  ['timestamp-', 'wrong-answer'],
  ['ocsp-', 'wrong-answer'],
  ['revocation-', 'state-unknown'],
  ['chain-', 'untrusted'],
];

/** @param code of an `EvidenceReason` */
export function evidenceReason(t: EvidenceMessages, code: string): string {
  const family = FAMILIES.find(([start]) => code.startsWith(start))?.[1];
  return t.reasons[REASONS[code] ?? family ?? 'other'];
}

const en = {
  title: 'Long-term evidence',
  each: 'Each of these documents',
  document: (number: number): string => `Document ${number}`,
  level: 'Level',
  goal: 'Asked for',
  tried: 'Last tried',
  next: 'Tried next',
  renewal: 'Renewal',
  never: 'not tried again',
  notNeeded: 'nothing more to do',
  soon: 'within minutes',
  off: 'This cloud adds no evidence: no time-stamp service is set up. Documents stay at the level they came with.',
  since: (level: string, at: string): string => `${level}, since ${at}`,
  below: 'below the baseline',
  kept: 'stays lower',
  download: (level: string): string => `Download PDF (${level})`,
  downloadPlain: 'Download PDF',
  reasons: {
    unreachable: 'A service could not be reached.',
    silent: 'A service did not answer in time.',
    'not-serving': 'A service answered that it cannot serve now.',
    'wrong-answer': 'A service answered with something that is not the answer to the question. It was not kept.',
    clock: 'The time-stamp and the clock of this server are more than an hour apart.',
    untrusted: 'The authority that answered leads to no root this cloud trusts.',
    'state-unknown': 'No service could say whether a certificate was good at that time.',
    'on-hold': 'A certificate is suspended; it may come back.',
    revoked: 'A certificate was revoked: the level stays as it is.',
    'too-late': 'What the evidence rested on has ended: new evidence would prove nothing about the past.',
    'no-gain': 'The evidence that could be had proves no more than what is there. It was not kept.',
    'not-valid': 'A signature of the document does not pass verification: there is nothing to prove for long.',
    'not-baseline': 'A signature of the document is below the baseline.',
    document: 'Nothing can be added to this document.',
    other: 'The evidence obtained does not pass verification. It was not kept.',
  } satisfies Record<Reason, string> as Readonly<Record<Reason, string>>,
};
export type EvidenceMessages = typeof en;

const sl: EvidenceMessages = {
  title: 'Dolgoročni dokazi',
  each: 'Vsak od teh dokumentov',
  document: (number) => `Dokument ${number}`,
  level: 'Raven',
  goal: 'Želena raven',
  tried: 'Zadnji poskus',
  next: 'Naslednji poskus',
  renewal: 'Obnova',
  never: 'ne bo ponovljen',
  notNeeded: 'nič več ni potrebno',
  soon: 'v nekaj minutah',
  off: 'Ta oblak ne dodaja dokazov: storitev za časovni žig ni nastavljena. Dokumenti ostanejo na ravni, s katero so prispeli.',
  since: (level, at) => `${level}, od ${at}`,
  below: 'pod osnovno ravnjo',
  kept: 'ostaja nižja',
  download: (level) => `Prenesi PDF (${level})`,
  downloadPlain: 'Prenesi PDF',
  reasons: {
    unreachable: 'Storitev ni bila dosegljiva.',
    silent: 'Storitev ni odgovorila pravočasno.',
    'not-serving': 'Storitev je odgovorila, da trenutno ne more ustreči.',
    'wrong-answer': 'Storitev je odgovorila z nečim, kar ni odgovor na vprašanje. To ni bilo shranjeno.',
    clock: 'Časovni žig in ura tega strežnika se razlikujeta za več kot eno uro.',
    untrusted: 'Overitelj, ki je odgovoril, ne vodi do nobenega korena, ki mu ta oblak zaupa.',
    'state-unknown': 'Nobena storitev ni mogla povedati, ali je bilo potrdilo takrat veljavno.',
    'on-hold': 'Potrdilo je začasno razveljavljeno; lahko spet začne veljati.',
    revoked: 'Potrdilo je bilo preklicano: raven ostane, kakršna je.',
    'too-late': 'Poteklo je, na čemer so dokazi sloneli: novi dokazi o preteklosti ne bi dokazali ničesar.',
    'no-gain': 'Dokazi, ki jih je mogoče dobiti, ne dokazujejo več od teh, ki so že tu. Niso bili shranjeni.',
    'not-valid': 'Podpis v dokumentu ne prestane preverjanja: dolgoročno ni česa dokazovati.',
    'not-baseline': 'Podpis v dokumentu je pod osnovno ravnjo.',
    document: 'Temu dokumentu ni mogoče ničesar dodati.',
    other: 'Pridobljeni dokazi ne prestanejo preverjanja. Niso bili shranjeni.',
  },
};

export const evidence: Translated<EvidenceMessages> = { sl, en };
