import { pluralEn, pluralSl } from './format.ts';
import type { Translated } from './languages.ts';

/** What the clerk reads while somebody signs: where, with what, and what became of the ink. */
const en = {
  device: 'Where will they sign?',
  deviceSurface: 'On the customer’s screen',
  devicePad: (model: string): string => `On the pad ${model}`,
  deviceReason: {
    'pressure-required': 'measures no pressure, which this document asks for',
    'screen-refused': 'the rules for this document do not allow it',
    'finger-refused': 'with a pen only, not with a finger',
  },
  /** On the customer's screen, which takes a pen as well. */
  deviceReasonPen: 'with a pen that measures pressure only',
  deviceProblem: {
    'needs-pressure-pad':
      'This document needs a pad that measures pressure; none that can be used is plugged in. Plug one in before the customer sits down.',
    'needs-pad':
      'This document needs a pad; none that can be used is plugged in. Plug one in before the customer sits down.',
    'finger-refused':
      'This document is signed with a pen, not with a finger, and no pad is plugged in. Have a pen for the customer’s screen at hand.',
  },
  padCheck: {
    title: 'Same word on the pad?',
    text: 'More than one pad is plugged in. Compare with the pad in front of the customer.',
    yes: 'Yes, the same',
    no: 'No',
  },
  padDrawing: 'The pad is being made ready.',
  kept: (strokes: number, strokeVoid: boolean): string =>
    pluralEn(strokes, { one: '# stroke kept', other: '# strokes kept' }) +
    (strokeVoid ? '; one that was not finished is void.' : '.'),
  keptNothing: (strokeVoid: boolean): string =>
    strokeVoid ? 'No whole stroke was written; one that was not finished is void.' : 'Nothing had been written yet.',
  keptGoOn: 'Signing goes on with the same pad when it is plugged in, or where you choose:',
  forCustomer: 'This pad has no buttons. The customer presses them on their screen, or you for them:',
  forCustomerClear: 'Clear for the customer',
  forCustomerDone: 'Done for the customer',
  completeness: 'Pen data',
  completenessWord: { complete: 'complete', gaps: 'with gaps', poor: 'poor' },
  completenessSoFar: (word: string): string => `Pen data so far: ${word}`,
  completenessNone: 'not recorded',
  figures: 'Figures',
  padProblem: {
    unplugged: 'The pad was unplugged. The signature was not taken. Plug it in to go on.',
    failed: 'The pad stopped answering. The signature was not taken. Unplug it and plug it in again to go on.',
    'pressure-required':
      'The device measures no pressure, which this document asks for. The signature was not taken. Choose another device.',
    'screen-refused':
      'The rules for this document do not allow signing on the screen. The signature was not taken. Choose a pad.',
    'finger-refused':
      'It was signed with a finger, and this document needs a pen. The signature was not taken. The customer signs again with a pen.',
    'wrong-pad':
      'The word was not on any pad that may be used. No pen data was taken. Put the right pad before the customer and choose it below.',
    'cancelled-on-pad':
      'The customer pressed Cancel on the pad. Nothing was taken. Ask them, then let them sign again or stop this signing.',
    'revision-changed':
      'The document changed while it was being signed. Stop this signing and begin anew: it must be read again.',
    'escrow-refused':
      'Pen data cannot be encrypted: the certificates of the key holder may not be used. Nothing was taken. The customer can sign without pen data; call support, the self-test says what is wrong.',
  },
  sealProblem:
    'The signature could not be put into the document. Nothing was changed. Try again with the same ink, or let the customer sign once more.',
  sealAgain: 'Try again',
  cleared: (count: number): string => pluralEn(count, { one: 'cleared once', other: 'cleared # times' }),
  doubt: { blank: 'Nothing was written.', dot: 'Only a dot was written.', trivial: 'A very short stroke was written.' },
  signingField: (label: string, index: number, count: number): string => `${label} (${index} of ${count})`,
};

export type CaptureMessages = typeof en;

const sl: CaptureMessages = {
  device: 'Kje se bo oseba podpisala?',
  deviceSurface: 'Na zaslonu stranke',
  devicePad: (model) => `Na tablici ${model}`,
  deviceReason: {
    'pressure-required': 'ne meri pritiska, ki ga ta dokument zahteva',
    'screen-refused': 'pravila za ta dokument tega ne dovolijo',
    'finger-refused': 'samo s peresom, ne s prstom',
  },
  deviceReasonPen: 'samo s peresom, ki meri pritisk',
  deviceProblem: {
    'needs-pressure-pad':
      'Za ta dokument je potrebna tablica, ki meri pritisk; nobena uporabna ni priključena. Priključite jo, preden stranka sede.',
    'needs-pad':
      'Za ta dokument je potrebna podpisna tablica; nobena uporabna ni priključena. Priključite jo, preden stranka sede.',
    'finger-refused':
      'Ta dokument se podpiše s peresom, ne s prstom, tablica pa ni priključena. Pripravite pero za zaslon stranke.',
  },
  padCheck: {
    title: 'Je na tablici ista beseda?',
    text: 'Priključenih je več tablic. Primerjajte s tablico pred stranko.',
    yes: 'Da, ista',
    no: 'Ne',
  },
  padDrawing: 'Tablica se pripravlja.',
  kept: (strokes, strokeVoid) =>
    pluralSl(strokes, {
      one: '# poteza je ohranjena',
      two: '# potezi sta ohranjeni',
      few: '# poteze so ohranjene',
      other: '# potez je ohranjenih',
    }) + (strokeVoid ? '; nedokončana je neveljavna.' : '.'),
  keptNothing: (strokeVoid) =>
    strokeVoid ? 'Nobena poteza ni bila cela; nedokončana je neveljavna.' : 'Napisano ni bilo še nič.',
  keptGoOn: 'Podpisovanje se nadaljuje na isti tablici, ko jo priključite, ali kjer izberete:',
  forCustomer: 'Ta tablica nima gumbov. Stranka jih pritisne na svojem zaslonu ali vi namesto nje:',
  forCustomerClear: 'Izbriši namesto stranke',
  forCustomerDone: 'Končaj namesto stranke',
  completeness: 'Podatki peresa',
  completenessWord: { complete: 'popolni', gaps: 'z vrzelmi', poor: 'slabi' },
  completenessSoFar: (word) => `Podatki peresa doslej: ${word}`,
  completenessNone: 'niso posneti',
  figures: 'Številke',
  padProblem: {
    unplugged: 'Tablica je bila odklopljena. Podpis ni bil sprejet. Za nadaljevanje jo priključite.',
    failed: 'Tablica se ne odziva več. Podpis ni bil sprejet. Za nadaljevanje jo odklopite in znova priključite.',
    'pressure-required':
      'Naprava ne meri pritiska, ki ga ta dokument zahteva. Podpis ni bil sprejet. Izberite drugo napravo.',
    'screen-refused':
      'Pravila za ta dokument ne dovolijo podpisa na zaslonu. Podpis ni bil sprejet. Izberite podpisno tablico.',
    'finger-refused':
      'Podpis je bil s prstom, ta dokument pa zahteva pero. Podpis ni bil sprejet. Stranka naj se podpiše znova s peresom.',
    'wrong-pad':
      'Beseda ni bila na nobeni tablici, ki jo smete uporabiti. Nič ni bilo sprejeto. Pred stranko postavite pravo tablico in jo izberite spodaj.',
    'cancelled-on-pad':
      'Stranka je na tablici pritisnila Prekliči. Nič ni bilo sprejeto. Vprašajte jo, nato naj se podpiše znova ali ustavite podpisovanje.',
    'revision-changed':
      'Dokument se je med podpisovanjem spremenil. Ustavite podpisovanje in začnite znova: treba ga je ponovno prebrati.',
    'escrow-refused':
      'Podatkov o pisanju ni mogoče šifrirati: potrdil hranitelja ključa ni dovoljeno uporabiti. Nič ni bilo zajeto. Stranka se lahko podpiše brez teh podatkov; pokličite podporo, samopreizkus pove, kaj je narobe.',
  },
  sealProblem:
    'Podpisa ni bilo mogoče vpisati v dokument. Nič se ni spremenilo. Poskusite znova z istim podpisom ali naj se stranka podpiše še enkrat.',
  sealAgain: 'Poskusi znova',
  cleared: (count) =>
    pluralSl(count, {
      one: 'izbrisano enkrat',
      two: 'izbrisano dvakrat',
      few: 'izbrisano #-krat',
      other: 'izbrisano #-krat',
    }),
  doubt: {
    blank: 'Nič ni bilo napisano.',
    dot: 'Napisana je bila samo pika.',
    trivial: 'Napisana je bila zelo kratka poteza.',
  },
  signingField: (label, index, count) => `${label} (${index} od ${count})`,
};

export const capture: Translated<CaptureMessages> = { sl, en };
