import type { Check } from '../verification/verification-report.ts';
import { SLOVENE_SENTENCES, SLOVENE_GROUPS } from './check-words-sl.ts';
import type { ReportArea, ReportWords } from './report-words.ts';

/** What holds, by area: a check that passes has no code of its own. */
const HOLDS: Readonly<Record<ReportArea, string>> = {
  structure: 'Datoteka je zgrajena po pravilih in prebrana brez popravkov.',
  integrity: 'Podpisana vsebina je nespremenjena in podpis nad njo je pravilen.',
  coverage: 'Podpis zajema celotno različico dokumenta, v kateri je nastal.',
  laterChanges: 'Po podpisu se ni spremenilo nič, kar ni dovoljeno.',
  chain: 'Za podpisnika korak za korakom jamči korensko potrdilo, ki ste mu zaupali.',
  revocation: 'V času, ki šteje, ni bilo preklicano nobeno potrdilo v verigi.',
  timestamp: 'Izdajatelj časovnih žigov potrjuje, da je podpis takrat že obstajal.',
  binding: 'Različica, ki je bila prikazana podpisniku, je začetek te datoteke.',
  commitment: 'Zapečateni zajem je tisti, na katerega se podpis sklicuje.',
  opened: 'Odprti zajem je vezan na prikazano različico in na ta podpis.',
  container: 'Ta del paketa je takšen, kot mora biti.',
  audit: 'Revizijska sled je nepretrgana do svojega konca.',
  receipt: 'Oblak je prejel prav to.',
};

function sentence(area: ReportArea, { outcome, code }: Check): string | null {
  const own = SLOVENE_SENTENCES[code];
  if (own !== undefined) return own;
  if (outcome === 'passed') return HOLDS[area];
  const group = Object.keys(SLOVENE_GROUPS).find((prefix) => code.startsWith(prefix));
  return group === undefined ? null : (SLOVENE_GROUPS[group] ?? null);
}

export const slovene: ReportWords = {
  title: 'Poročilo o preverjanju podpisov',
  headline: {
    passed: 'Podpisi držijo.',
    failed: 'Na to datoteko se ne zanašajte.',
    indeterminate: 'Iz tega, kar je na voljo, ni mogoče presoditi.',
    absent: 'Tu ni podpisano nič.',
  },
  explanation: {
    passed: 'Opravljene so bile vse preverbe, ki jih je bilo mogoče opraviti, in vse držijo.',
    failed: 'Vsaj ena preverba ne drži: na to, kar zadeva, se ni mogoče zanesti.',
    indeterminate:
      'Preverjanje ni našlo napake, vendar nečesa pomembnega ni bilo mogoče presoditi. To ne pomeni, da je podpis neveljaven.',
    absent: 'Datoteko je mogoče prebrati, vendar v njej ni podpisa.',
  },
  subject: (file, { signatures, stamps }, judgedAt) =>
    `Datoteka »${file}«, število podpisov: ${signatures}${stamps === 0 ? '' : `, časovnih žigov: ${stamps}`}, preverjeno ${judgedAt}.`,
  headings: { why: 'Zakaj', judged: 'Kaj je bilo preverjeno in kako', signatures: 'Podpisi po vrsti', terms: 'Izrazi' },
  judged: {
    file: 'Datoteka',
    digest: 'Njen prstni odtis (SHA-256)',
    time: 'Preverjeno',
    software: 'S programom',
    by: 'Na zahtevo',
    trust: 'Zaupano korensko potrdilo',
    trustNone: 'ni bilo podano, zato za nobenega podpisnika ne jamči nihče',
    noName: 'brez imena',
    noFile: 'več datotek; vsaka ima svojega spodaj',
  },
  nth: (number) => `podpis ${number}`,
  nthDocument: (number) => `dokument ${number}`,
  andMore: (count) => `in še ${count}`,
  claimed: (time) => `${time}, kot navaja podpisnik`,
  proved: (time) => `${time}, kot potrjuje izdajatelj časovnih žigov`,
  page: (number, count) => `Stran ${number} od ${count}`,
  etsi: (words) => `Z izrazi evropskega standarda EN 319 102-1: ${words}.`,
  document: (name, number, count) => (count === 1 ? `Dokument ${name}` : `Dokument ${number} od ${count}: ${name}`),
  unsigned: 'V dokumentu ni podpisa.',
  signature: (number, count, signer) => `Podpis ${number} od ${count}: ${signer}`,
  timestamp: (number, count, signer) => `Časovni žig dokumenta, ${number} od ${count}: ${signer}`,
  summary: {
    passed: 'Drži: dokument je takšen, kot je bil ob podpisu, razen tega, kar je dovoljeno.',
    failed: 'Ne drži. Razlog je preverba, ki je označena, da ne drži.',
    indeterminate: 'Ni mogoče presoditi. Razlog je preverba, ki je označena kot neodločena.',
    absent: 'Nič ni bilo presojano.',
  },
  package: 'Paket',
  trail: 'Revizijska sled',
  unknown: 'ni naveden',
  unknownSigner: 'neznan podpisnik',
  facts: {
    digest: 'Prstni odtis datoteke (SHA-256)',
    indication: 'Po standardu EN 319 102-1',
    field: 'Polje v dokumentu',
    claimedTime: 'Čas, kot ga navaja podpisnik',
    provedTime: 'Čas, kot ga potrjuje izdajatelj žigov',
    level: 'Dosežena raven PAdES',
    covers: 'Zajema',
    later: 'Spremenjeno pozneje',
    revision: 'Različica datoteke',
  },
  levels: {
    'not-baseline': 'pod osnovno ravnjo',
    'B-B': 'B-B: podpisano',
    'B-T': 'B-T: podpisano, čas je dokazan',
    'B-LT': 'B-LT: podpisano, čas je dokazan, s podatki za poznejšo presojo',
    'B-LTA': 'B-LTA: kot B-LT, vse to pa je zavarovano s poznejšim časovnim žigom',
  },
  covers: {
    'whole-file': 'celo datoteko',
    revision: 'datoteko, kakršna je bila ob podpisu; pozneje je bilo nekaj dodano',
    unclear: 'ni jasno',
  },
  changes: {
    none: 'nič',
    'long-term': 'samo časovni žigi in podatki za presojo',
    signing: 'samo nadaljnji podpisi',
    'form-filling': 'izpolnjena so bila prazna polja',
    annotation: 'dodane so bile pripombe',
    other: 'nekaj, kar lahko spremeni vsebino',
  },
  areas: {
    structure: 'Zgradba datoteke',
    integrity: 'Od podpisa nespremenjeno',
    coverage: 'Zajema dokument',
    laterChanges: 'Poznejše spremembe so dovoljene',
    chain: 'Podpisal je, kdor trdi',
    revocation: 'Potrdilo ni bilo preklicano',
    timestamp: 'Čas je dokazan',
    binding: 'Vezano na prikazano',
    commitment: 'Pripada svojemu zapečatenemu zajemu',
    opened: 'Zajem odprt in primerjan',
    container: 'Paket',
    audit: 'Revizijska sled',
    receipt: 'Potrdilo oblaka o prejemu',
  },
  outcomes: { passed: 'drži', failed: 'ne drži', indeterminate: 'neodločeno', absent: 'ni bilo presojano' },
  sentence,
  noteOffline:
    'Preverjanje ni ničesar spraševalo po omrežju: kar je povedano o preklicih in časih, se opira na podatke v sami datoteki in na zgoraj navedena zaupana korenska potrdila.',
  noteWords:
    'TOTAL-PASSED, INDETERMINATE in TOTAL-FAILED so izrazi standarda EN 319 102-1 za podpis, ki je veljaven, o katerem ni mogoče odločiti in ki ni veljaven.',
  codeLabel: 'Oznaka',
  checksCaption: 'Preverbe',
  time: (date) => {
    const [day, clock] = [date.toISOString().slice(0, 10), date.toISOString().slice(11, 19)];
    const [year, month, number] = day.split('-').map(Number);
    return `${number ?? 0}. ${month ?? 0}. ${year ?? 0} ob ${clock.replaceAll(':', '.')} UTC`;
  },
};
