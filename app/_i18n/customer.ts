import { pluralEn, pluralSl } from './format.ts';
import type { Translated } from './languages.ts';

const keptEn = (strokeVoid: boolean): string =>
  `Whole strokes are kept${strokeVoid ? '; one you had not finished was not taken' : ''}. The person at the counter will help, then go on.`;
const keptSl = (strokeVoid: boolean): string =>
  `Cele poteze so ohranjene${strokeVoid ? ', nedokončana ni bila sprejeta' : ''}. Oseba za okencem vam bo pomagala, nato nadaljujte.`;

const en = {
  title: 'Your screen',
  textSize: 'Text size',
  textSmaller: 'Smaller text',
  textLarger: 'Larger text',
  help: 'Help',
  helpTitle: 'You can stop at any time',
  helpText: 'Ask the person at the counter whatever you like. Nothing is signed until you press Done yourself.',
  helpClose: 'Go on',
  greeting: 'Welcome',
  idleText: 'When your document is ready, it appears here.',
  hold: {
    identity: { title: 'One moment, please', text: 'The person at the counter is checking your document.' },
    pad: { title: 'One moment, please', text: 'The pad is being made ready.' },
    next: { title: 'Thank you', text: 'The next person will sign in a moment.' },
  },
  asks: (tenant: string): string => `${tenant} asks you to read`,
  documentOf: (index: number, count: number): string => `Document ${index} of ${count}`,
  scrollOn: 'Read on',
  scrollBack: 'Back up',
  pageSize: 'Size of the page',
  toUnseen: (left: number): string => `To the next unread page (${left} left)`,
  nextDocument: 'Next document',
  previousDocument: 'Previous document',
  pageOfPages: (page: number, count: number): string => `Page ${page} of ${count}`,
  readOn: (left: number): string => pluralEn(left, { one: '# page left to read', other: '# pages left to read' }),
  haveRead: 'I have read it',
  endOfDocument: 'This is the end of the document.',
  unseen: 'Not seen yet:',
  goToPage: (page: number): string => `Page ${page}`,
  decline: 'I do not want to sign',
  declineTitle: 'You do not want to sign?',
  declineText: 'Then nothing is signed, and the counter is told. That is quite all right.',
  declineYes: 'Do not sign',
  declineBack: 'Go back',
  consentLead: 'A question, before you sign',
  askedHelpTitle: 'Please speak to the person at the counter',
  askedHelpText:
    'Say that you would like help, or another way to sign. This screen waits; nothing is signed in the meantime.',
  signHere: 'Please sign here',
  signOf: (index: number, count: number): string => `Signature ${index} of ${count}`,
  signSheet: 'Sheet to sign on: write with the pen or your finger',
  clear: 'Clear',
  done: 'Done',
  onPad: 'Please sign on the pad',
  onPadNamed: (model: string): string => `It says “${model}” and is in front of you.`,
  onPadHint: 'On the pad: write, then press Done. To start again, press Clear.',
  pictureOnly: 'Only the picture of your signature is kept.',
  withDynamics: 'How you write is recorded and locked, as you agreed.',
  recorded: 'How you wrote is recorded and locked, as you agreed.',
  pictureKept: 'Only the picture of your signature was kept.',
  sealing: 'Your signature is being put into the document…',
  padProblem: {
    unplugged:
      'The pad was unplugged. Your signature was not taken. The person at the counter will help; then please sign again.',
    failed:
      'The pad stopped answering. Your signature was not taken. The person at the counter will help; then please sign again.',
  },
  padProblemKept: {
    unplugged: (strokeVoid: boolean): string => `The pad was unplugged. ${keptEn(strokeVoid)}`,
    failed: (strokeVoid: boolean): string => `The pad stopped answering. ${keptEn(strokeVoid)}`,
  },
  keptNote: (strokes: number, strokeVoid: boolean): string =>
    pluralEn(strokes, { one: 'The stroke you wrote is kept', other: 'The # strokes you wrote are kept' }) +
    (strokeVoid ? '. One you had not finished was not taken: please go on from there.' : ': please go on from there.'),
  penOnly: 'This document is signed with a pen. A finger is not taken.',
  penWithPressure: 'This document is signed with a pen that measures how hard it is pressed.',
  deviceRefused: {
    'pressure-required':
      'This document needs a pen that measures how hard it is pressed. Your signature was not taken. The person at the counter will help.',
    'screen-refused':
      'This document cannot be signed on this screen. Your signature was not taken. The person at the counter will help.',
    'finger-refused':
      'This document is signed with a pen, not with a finger. Your signature was not taken. Please sign again with the pen.',
  },
  padDrawing: 'One moment: the pad is being made ready.',
  padCheck: 'One moment: the person at the counter is checking that this is your pad.',
  padMirror: 'What you write on the pad',
  signSheetPen: 'Sheet to sign on: write with the pen',
  sealProblem:
    'Your signature could not be put into the document. Nothing was changed. Press Done once more, or ask the person at the counter.',
  wrongPad: 'The person at the counter is looking for the right pad. Please wait a moment.',
  padCancelled:
    'You pressed Cancel on the pad. Nothing was taken. Tell the person at the counter how you would like to go on.',
  doubt: {
    blank: { title: 'There is nothing on the sheet yet', text: 'Please sign once more.' },
    dot: { title: 'There is only a dot', text: 'Is this how you sign?' },
    trivial: { title: 'The signature is very short', text: 'Is this how you sign?' },
  },
  keep: 'Yes, this is my signature',
  again: 'Sign again',
  doneTitle: 'Signed. Thank you.',
  doneText: (tenant: string): string => `Your signature is in the document, and ${tenant} keeps it safe.`,
  copyTitle: 'Your copy',
  copiesOf: (count: number): string => `Your copies (${count})`,
  copyDownload: (name: string): string => `Save “${name}”`,
  shortCode: 'Code of your copy',
  shortCodeText: 'Keep this code: with it anyone can check that the record was not changed.',
  nextTitle: 'What happens next',
  nextText: 'You can leave the pen here. The person at the counter finishes the rest.',
  declinedTitle: 'You did not sign',
  declinedText: 'Nothing was signed and nothing was recorded of your hand. The person at the counter will help you.',
  pairTitle: 'Make this the customer’s screen',
  pairText: 'On the clerk’s screen choose “Customer’s screen”, then “Code for another device”. Type the code here.',
  pairCode: 'Code',
  pairGo: 'Use as the customer’s screen',
  pairWrong: 'This code is not right or no longer valid. Ask for a new one.',
  moment: 'One moment, please',
};

export type CustomerMessages = typeof en;

const sl: CustomerMessages = {
  title: 'Vaš zaslon',
  textSize: 'Velikost besedila',
  textSmaller: 'Manjše besedilo',
  textLarger: 'Večje besedilo',
  help: 'Pomoč',
  helpTitle: 'Kadar koli lahko prenehate',
  helpText: 'Vprašajte osebo za okencem, karkoli vas zanima. Nič ni podpisano, dokler sami ne pritisnete Končano.',
  helpClose: 'Nadaljuj',
  greeting: 'Dobrodošli',
  idleText: 'Ko bo vaš dokument pripravljen, se bo prikazal tukaj.',
  hold: {
    identity: { title: 'Trenutek, prosimo', text: 'Oseba za okencem preverja vaš osebni dokument.' },
    pad: { title: 'Trenutek, prosimo', text: 'Podpisna tablica se pripravlja.' },
    next: { title: 'Hvala', text: 'Čez trenutek bo podpisala naslednja oseba.' },
  },
  asks: (tenant) => `${tenant} vas prosi, da preberete`,
  documentOf: (index, count) => `Dokument ${index} od ${count}`,
  scrollOn: 'Beri naprej',
  scrollBack: 'Nazaj navzgor',
  pageSize: 'Velikost strani',
  toUnseen: (left) => `Na naslednjo neprebrano stran (še ${left})`,
  nextDocument: 'Naslednji dokument',
  previousDocument: 'Prejšnji dokument',
  pageOfPages: (page, count) => `Stran ${page} od ${count}`,
  readOn: (left) =>
    pluralSl(left, {
      one: 'prebrati morate še # stran',
      two: 'prebrati morate še # strani',
      few: 'prebrati morate še # strani',
      other: 'prebrati morate še # strani',
    }),
  haveRead: 'Prebral/-a sem',
  endOfDocument: 'To je konec dokumenta.',
  unseen: 'Še niste videli:',
  goToPage: (page) => `Stran ${page}`,
  decline: 'Ne želim podpisati',
  declineTitle: 'Ne želite podpisati?',
  declineText: 'Potem se nič ne podpiše in okence bo obveščeno. To je povsem v redu.',
  declineYes: 'Ne bom podpisal/-a',
  declineBack: 'Nazaj',
  consentLead: 'Vprašanje, preden podpišete',
  askedHelpTitle: 'Obrnite se na osebo za okencem',
  askedHelpText: 'Povejte, da želite pomoč ali drug način podpisa. Ta zaslon počaka; vmes se nič ne podpiše.',
  signHere: 'Prosimo, podpišite se tukaj',
  signOf: (index, count) => `Podpis ${index} od ${count}`,
  signSheet: 'List za podpis: pišite s peresom ali prstom',
  clear: 'Izbriši',
  done: 'Končano',
  onPad: 'Prosimo, podpišite se na tablico',
  onPadNamed: (model) => `Na njej piše »${model}« in je pred vami.`,
  onPadHint: 'Na tablici: podpišite se in pritisnite Potrdi. Za nov začetek pritisnite Počisti.',
  pictureOnly: 'Shrani se samo slika vašega podpisa.',
  withDynamics: 'Vaše pisanje se posname in zaklene, kot ste privolili.',
  recorded: 'Vaše pisanje je posneto in zaklenjeno, kot ste privolili.',
  pictureKept: 'Shranjena je samo slika vašega podpisa.',
  sealing: 'Vaš podpis se vpisuje v dokument …',
  padProblem: {
    unplugged:
      'Tablica je bila odklopljena. Vaš podpis ni bil sprejet. Oseba za okencem vam bo pomagala, nato se podpišite še enkrat.',
    failed:
      'Tablica se ne odziva več. Vaš podpis ni bil sprejet. Oseba za okencem vam bo pomagala, nato se podpišite še enkrat.',
  },
  padProblemKept: {
    unplugged: (strokeVoid) => `Tablica je bila odklopljena. ${keptSl(strokeVoid)}`,
    failed: (strokeVoid) => `Tablica se ne odziva več. ${keptSl(strokeVoid)}`,
  },
  keptNote: (strokes, strokeVoid) =>
    pluralSl(strokes, {
      one: 'Ohranjena je # poteza',
      two: 'Ohranjeni sta # potezi',
      few: 'Ohranjene so # poteze',
      other: 'Ohranjenih je # potez',
    }) + (strokeVoid ? '. Nedokončana ni bila sprejeta: prosimo, nadaljujte.' : ': prosimo, nadaljujte.'),
  penOnly: 'Ta dokument se podpiše s peresom. Podpis s prstom ne velja.',
  penWithPressure: 'Ta dokument se podpiše s peresom, ki meri pritisk.',
  deviceRefused: {
    'pressure-required':
      'Za ta dokument je potrebno pero, ki meri pritisk. Vaš podpis ni bil sprejet. Oseba za okencem vam bo pomagala.',
    'screen-refused':
      'Tega dokumenta na tem zaslonu ni mogoče podpisati. Vaš podpis ni bil sprejet. Oseba za okencem vam bo pomagala.',
    'finger-refused':
      'Ta dokument se podpiše s peresom, ne s prstom. Vaš podpis ni bil sprejet. Prosimo, podpišite se znova s peresom.',
  },
  padDrawing: 'Trenutek: podpisna tablica se pripravlja.',
  padCheck: 'Trenutek: oseba za okencem preverja, ali je to vaša tablica.',
  padMirror: 'Kar pišete na tablico',
  signSheetPen: 'List za podpis: pišite s peresom',
  sealProblem:
    'Vašega podpisa ni bilo mogoče vpisati v dokument. Nič se ni spremenilo. Še enkrat pritisnite Končano ali prosite osebo za okencem.',
  wrongPad: 'Oseba za okencem išče pravo tablico. Prosimo, počakajte trenutek.',
  padCancelled:
    'Na tablici ste pritisnili Prekliči. Nič ni bilo sprejeto. Osebi za okencem povejte, kako želite nadaljevati.',
  doubt: {
    blank: { title: 'Na listu še ni ničesar', text: 'Prosimo, podpišite se še enkrat.' },
    dot: { title: 'Na listu je samo pika', text: 'Se tako podpisujete?' },
    trivial: { title: 'Podpis je zelo kratek', text: 'Se tako podpisujete?' },
  },
  keep: 'Da, to je moj podpis',
  again: 'Podpišem znova',
  doneTitle: 'Podpisano. Hvala.',
  doneText: (tenant) => `Vaš podpis je v dokumentu, ${tenant} ga varno hrani.`,
  copyTitle: 'Vaš izvod',
  copiesOf: (count) => `Vaši izvodi (${count})`,
  copyDownload: (name) => `Shrani »${name}«`,
  shortCode: 'Koda vašega izvoda',
  shortCodeText: 'Shranite to kodo: z njo lahko vsakdo preveri, da zapis ni bil spremenjen.',
  nextTitle: 'Kaj sledi',
  nextText: 'Pero lahko odložite. Ostalo uredi oseba za okencem.',
  declinedTitle: 'Niste podpisali',
  declinedText: 'Nič ni podpisano in o vaši pisavi ni nič posneto. Oseba za okencem vam bo pomagala.',
  pairTitle: 'Naj bo to zaslon za stranko',
  pairText: 'Na zaslonu referenta izberite »Zaslon stranke« in »Koda za drugo napravo«. Kodo vpišite tukaj.',
  pairCode: 'Koda',
  pairGo: 'Uporabi kot zaslon stranke',
  pairWrong: 'Koda ni prava ali ne velja več. Prosite za novo.',
  moment: 'Trenutek, prosimo',
};

export const customer: Translated<CustomerMessages> = { sl, en };
