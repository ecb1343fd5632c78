import type { ErasureOrder } from '../../kiosk-shell/kiosk-api/erasure.ts';
import { pluralEn, pluralSl } from './format.ts';
import type { Translated } from './languages.ts';

type AskedBy = ErasureOrder['askedBy'];
type Basis = ErasureOrder['basis']['kind'];

const en = {
  take: 'Take out the pen data',
  title: 'Take out the pen data?',
  goes: 'Goes for good: the sealed recording of the pen, here and in the cloud. Nobody can bring it back, and an expert can no longer examine how somebody wrote.',
  stays:
    'Stays: the signed documents with the pictures of the signatures, the package and the trail. All of it verifies as before, and a signed record says who asked and why.',
  whose: 'Whose pen data',
  askedBy: 'Who asked',
  asker: {
    signatory: 'The person who signed',
    tenant: 'Our company',
    authority: 'An authority',
    retention: 'Nobody: the time to keep it is over',
  } satisfies Record<AskedBy, string> as Readonly<Record<AskedBy, string>>,
  reference: 'Reference of the request',
  referenceHint: 'The number it is filed under. No names: the record is not encrypted.',
  basis: 'Legal basis',
  bases: {
    'consent-withdrawn': 'Consent was withdrawn (GDPR Art. 17(1)(b))',
    'retention-over': 'The time to keep it is over (GDPR Art. 17(1)(a))',
    'authority-order': 'Order of an authority (GDPR Art. 17(1)(e))',
    other: 'Other',
  } satisfies Record<Basis, string> as Readonly<Record<Basis, string>>,
  other: 'Which basis',
  goOn: 'Go on',
  sureTitle: 'Take it out for good?',
  sure: (people: string): string => `The pen data of: ${people}.`,
  sureBox: 'I have checked the request. I know that this cannot be undone.',
  goFinal: 'Take out for good',
  working: 'Taking it out and checking what is left…',
  inDocument:
    'The pen data is inside the signed documents, as your company chose. It cannot be taken out without breaking the signatures.',
  erased: (date: string, basis: string): string => `Pen data taken out on ${date}, on the basis of: ${basis}.`,
  facts: (asker: string, reference: string): string => `Asked for by: ${asker}. Reference: ${reference}.`,
  cloudPending: 'In the cloud it goes when the package without it arrives there.',
  cloudDone: 'It is gone in the cloud as well.',
  count: (captures: number): string => pluralEn(captures, { one: '# recording', other: '# recordings' }),
};

export type ErasureMessages = typeof en;

const sl: ErasureMessages = {
  take: 'Odstrani podatke peresa',
  title: 'Želite odstraniti podatke peresa?',
  goes: 'Trajno se izbriše: zapečateni posnetek pisanja, tukaj in v oblaku. Nihče ga ne more obnoviti in izvedenec ne bo več mogel preučiti, kako je kdo pisal.',
  stays:
    'Ostane: podpisani dokumenti s slikami podpisov, paket in revizijska sled. Vse se preveri kot prej, podpisan zapis pa pove, kdo je to zahteval in zakaj.',
  whose: 'Čigavi podatki peresa',
  askedBy: 'Kdo zahteva',
  asker: {
    signatory: 'Oseba, ki je podpisala',
    tenant: 'Naša družba',
    authority: 'Organ oblasti',
    retention: 'Nihče: rok hrambe je potekel',
  },
  reference: 'Oznaka zahteve',
  referenceHint: 'Številka, pod katero je vložena. Brez imen: zapis ni šifriran.',
  basis: 'Pravna podlaga',
  bases: {
    'consent-withdrawn': 'Soglasje je preklicano (GDPR, člen 17(1)(b))',
    'retention-over': 'Rok hrambe je potekel (GDPR, člen 17(1)(a))',
    'authority-order': 'Odredba organa (GDPR, člen 17(1)(e))',
    other: 'Drugo',
  },
  other: 'Katera podlaga',
  goOn: 'Naprej',
  sureTitle: 'Želite trajno odstraniti?',
  sure: (people) => `Podatki peresa: ${people}.`,
  sureBox: 'Zahtevo sem preveril(-a). Vem, da tega ni mogoče preklicati.',
  goFinal: 'Trajno odstrani',
  working: 'Podatki se odstranjujejo, ostalo se preverja …',
  inDocument:
    'Podatki peresa so v podpisanih dokumentih, kot je izbrala vaša družba. Ni jih mogoče odstraniti, ne da bi se pokvarili podpisi.',
  erased: (date, basis) => `Podatki peresa so odstranjeni ${date}, na podlagi: ${basis}.`,
  facts: (asker, reference) => `Zahteva: ${asker}. Oznaka: ${reference}.`,
  cloudPending: 'V oblaku se izbrišejo, ko tja prispe paket brez njih.',
  cloudDone: 'Izbrisani so tudi v oblaku.',
  count: (captures) =>
    pluralSl(captures, { one: '# posnetek', two: '# posnetka', few: '# posnetki', other: '# posnetkov' }),
};

export const erasure: Translated<ErasureMessages> = { sl, en };
