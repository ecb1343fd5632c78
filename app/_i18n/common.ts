import { formatAge, pluralEn, pluralSl } from './format.ts';
import type { Translated } from './languages.ts';

const en = {
  language: 'Language',
  skip: 'Skip to the content',
  close: 'Close',
  cancel: 'Cancel',
  save: 'Save',
  back: 'Back',
  loading: 'One moment…',
  tryAgain: 'Try again',
  signOut: 'Sign out',
  search: 'Search',
  all: 'All',
  yes: 'Yes',
  no: 'No',
  pages: (count: number): string => pluralEn(count, { one: '# page', other: '# pages' }),
  documents: (count: number): string => pluralEn(count, { one: '# document', other: '# documents' }),
  pageOf: (page: number, count: number): string => `${page} of ${count}`,
  pageLabel: (page: number, count: number): string => `Page ${page} of ${count}`,
  previousPage: 'Previous page',
  toPage: 'Go to a page',
  nextPage: 'Next page',
  zoomIn: 'Larger',
  zoomOut: 'Smaller',
  lostTitle: 'The counter program does not answer',
  lostText: 'Nothing is lost. This screen reconnects by itself.',
  documentFailed: 'The document could not be shown. Nothing was changed.',
  documentWrong: 'The document received is not the one that will be signed, so it is not shown.',
  documentLoading: 'The document is being opened…',
  notFoundTitle: 'There is nothing here',
  notFoundText: 'The address may have been mistyped, or this machine does not do this work.',
  toStart: 'To the start',
  failedTitle: 'This screen stopped working',
  failedText: 'What was already done is kept. Load the screen again to go on.',
  signInTitle: 'Sign in',
  signInName: 'Name',
  signInSecret: 'PIN or password',
  signInGo: 'Sign in',
  signInWrong: 'Name and PIN do not match. Check both and try again.',
  signInSecretEnded: 'This one-time password has ended. Ask whoever gave it to you for a new one.',
  signInLocked: (minutes: number): string =>
    `Too many tries. For your safety, signing in is closed for ${pluralEn(minutes, { one: '# more minute', other: '# more minutes' })}.`,
  kind: { signature: 'Signature', initials: 'Initials', date: 'Date', text: 'Text', checkbox: 'Tick box' },
  role: {
    customer: 'Customer',
    clerk: 'Clerk',
    guardian: 'Guardian',
    witness: 'Witness',
    manager: 'Manager',
    spouse: 'Spouse',
  } as Readonly<Record<string, string>>,
  refusal: {
    'not-found': 'This is no longer here. It may have been finished or voided at another counter.',
    'not-your-turn': 'Somebody else signs first. The order is in the document.',
    'wrong-state': 'This step is already over. The screen now shows where things stand.',
    invalid: 'Something here is not filled in as it should be. Check the fields and try again.',
    'not-allowed': 'Your account may not do this. Ask the branch manager.',
    'revision-changed': 'The document has changed since it was shown. It must be read again before it is signed.',
    'pages-unseen': 'Some pages have not been seen yet. They must be shown before going on.',
    'pad-unavailable': 'The pad does not answer. Plug it in again, or let the customer sign on their screen.',
    'no-ink': 'There is no signature yet. Please sign first.',
    limit: 'This is more than can be taken at once.',
    'no-signature': 'Nobody would sign anything. Place at least one signature or initials.',
    'role-without-signature':
      'Somebody has something to fill in but nothing to sign. Give them a signature, or the field to somebody who signs.',
    'order-conflict': 'One person has two different turns. Give all their boxes the same one.',
    'too-many-signatories': 'At most 20 people sign in one transaction.',
    'too-many-signatures': 'At most 200 signatures in one document and 1,000 in one transaction are possible.',
    busy: 'The device is in use for another signature. Finish or cancel that one first.',
    'escrow-unavailable':
      'The movement of the pen cannot be recorded now, so only the picture of the signature can be asked for. Begin again if that is what you want.',
    'configuration-ended':
      'This counter was not in touch with the cloud for too long, so no new customer can be served. Check the connection, or call support.',
    'job-ended': 'The time in which this may be begun is over. Ask whoever sent it to send it again.',
    'shut-out':
      'The cloud does not let this counter in any more, so no new customer can be served. Call your manager or support.',
    'certificates-ended':
      'The certificates of this counter have ended, so no new customer can be served. It has to be enrolled again with a new code.',
    'clock-wrong':
      'The clock of this computer is wrong by too much, so no new customer can be served. Set date and time right, or call support.',
    'nothing-to-erase': 'This pen data is not here any more. The screen now shows where things stand.',
    'captures-in-document':
      'The pen data is inside the signed document. Taking it out would break the signatures, so nothing was changed.',
    'package-does-not-verify':
      'The signed package does not pass its check, so nothing was changed. Look at the verdict first.',
    'signed-out': 'You were signed out because nothing happened for a while. Sign in again: everything is kept.',
    offline: 'The counter program does not answer. Nothing is lost; try again in a moment.',
    unexpected: 'This could not be done, and nothing was changed. Try again; if it stays, call support.',
  },
};

export type CommonMessages = typeof en;

const sl: CommonMessages = {
  language: 'Jezik',
  skip: 'Na vsebino',
  close: 'Zapri',
  cancel: 'Prekliči',
  save: 'Shrani',
  back: 'Nazaj',
  loading: 'Trenutek …',
  tryAgain: 'Poskusite znova',
  signOut: 'Odjava',
  search: 'Iskanje',
  all: 'Vse',
  yes: 'Da',
  no: 'Ne',
  pages: (count) => pluralSl(count, { one: '# stran', two: '# strani', few: '# strani', other: '# strani' }),
  documents: (count) =>
    pluralSl(count, { one: '# dokument', two: '# dokumenta', few: '# dokumenti', other: '# dokumentov' }),
  pageOf: (page, count) => `${page} od ${count}`,
  pageLabel: (page, count) => `Stran ${page} od ${count}`,
  previousPage: 'Prejšnja stran',
  toPage: 'Na stran',
  nextPage: 'Naslednja stran',
  zoomIn: 'Povečaj',
  zoomOut: 'Pomanjšaj',
  lostTitle: 'Program na okencu se ne odziva',
  lostText: 'Nič ni izgubljeno. Zaslon se bo povezal sam.',
  documentFailed: 'Dokumenta ni bilo mogoče prikazati. Nič se ni spremenilo.',
  documentWrong: 'Prejeti dokument ni tisti, ki bo podpisan, zato ni prikazan.',
  documentLoading: 'Dokument se odpira …',
  notFoundTitle: 'Tukaj ni ničesar',
  notFoundText: 'Morda je v naslovu napaka ali pa ta naprava ne opravlja tega dela.',
  toStart: 'Na začetek',
  failedTitle: 'Ta zaslon je prenehal delovati',
  failedText: 'Kar je bilo opravljeno, je shranjeno. Za nadaljevanje znova naložite zaslon.',
  signInTitle: 'Prijava',
  signInName: 'Ime',
  signInSecret: 'PIN ali geslo',
  signInGo: 'Prijava',
  signInWrong: 'Ime in PIN se ne ujemata. Preverite oboje in poskusite znova.',
  signInSecretEnded: 'To enkratno geslo ne velja več. Prosite za novega tistega, ki vam ga je dal.',
  signInLocked: (minutes) =>
    `Preveč poskusov. Zaradi vaše varnosti je prijava zaprta še ${pluralSl(minutes, { one: '# minuto', two: '# minuti', few: '# minute', other: '# minut' })}.`,
  kind: { signature: 'Podpis', initials: 'Parafa', date: 'Datum', text: 'Besedilo', checkbox: 'Potrditveno polje' },
  role: {
    customer: 'Stranka',
    clerk: 'Referent',
    guardian: 'Skrbnik',
    witness: 'Priča',
    manager: 'Vodja',
    spouse: 'Zakonec',
  },
  refusal: {
    'not-found': 'Tega ni več tukaj. Morda je bilo končano ali razveljavljeno na drugem okencu.',
    'not-your-turn': 'Najprej podpiše nekdo drug. Vrstni red je določen v dokumentu.',
    'wrong-state': 'Ta korak je že mimo. Zaslon zdaj kaže dejansko stanje.',
    invalid: 'Nekaj ni izpolnjeno, kot je treba. Preverite polja in poskusite znova.',
    'not-allowed': 'Vaš račun tega ne sme. Obrnite se na vodjo poslovalnice.',
    'revision-changed': 'Dokument se je od prikaza spremenil. Pred podpisom ga je treba znova prebrati.',
    'pages-unseen': 'Nekatere strani še niso bile prikazane. Pred nadaljevanjem jih je treba pokazati.',
    'pad-unavailable':
      'Podpisna tablica se ne odziva. Znova jo priključite ali naj se stranka podpiše na svojem zaslonu.',
    'no-ink': 'Podpisa še ni. Najprej se podpišite.',
    limit: 'To je več, kot je mogoče sprejeti naenkrat.',
    'no-signature': 'Nihče ne bi ničesar podpisal. Postavite vsaj en podpis ali parafo.',
    'role-without-signature':
      'Nekdo ima kaj izpolniti, podpiše pa nič. Dodajte mu podpis ali dajte polje nekomu, ki podpiše.',
    'order-conflict': 'Ena oseba ima dve številki vrstnega reda. Vsem njenim poljem dajte isto.',
    'too-many-signatories': 'V eni transakciji podpiše največ 20 oseb.',
    'too-many-signatures': 'Mogočih je največ 200 podpisov v enem dokumentu in 1000 v eni transakciji.',
    busy: 'Naprava je v uporabi za drug podpis. Najprej ga končajte ali prekličite.',
    'escrow-unavailable':
      'Gibanja pisala zdaj ni mogoče posneti, zato je mogoče prositi samo za sliko podpisa. Če to želite, začnite znova.',
    'configuration-ended':
      'To okence predolgo ni imelo stika z oblakom, zato nove stranke ni mogoče sprejeti. Preverite povezavo ali pokličite podporo.',
    'job-ended': 'Čas, v katerem je to mogoče začeti, je minil. Pošiljatelj naj pošlje znova.',
    'shut-out': 'Oblak tega okenca ne sprejema več, zato nove stranke ni mogoče sprejeti. Pokličite vodjo ali podporo.',
    'certificates-ended':
      'Potrdili tega okenca sta potekli, zato nove stranke ni mogoče sprejeti. Znova ga je treba prijaviti z novo kodo.',
    'clock-wrong':
      'Ura tega računalnika je preveč napačna, zato nove stranke ni mogoče sprejeti. Nastavite pravi datum in uro ali pokličite podporo.',
    'nothing-to-erase': 'Teh podatkov peresa ni več tukaj. Zaslon zdaj kaže dejansko stanje.',
    'captures-in-document':
      'Podatki peresa so v podpisanem dokumentu. Odstranitev bi pokvarila podpise, zato se ni nič spremenilo.',
    'package-does-not-verify':
      'Podpisani paket ne prestane preverjanja, zato se ni nič spremenilo. Najprej si oglejte ugotovitev.',
    'signed-out': 'Odjavljeni ste, ker nekaj časa ni bilo dejavnosti. Prijavite se znova: vse je shranjeno.',
    offline: 'Program na okencu se ne odziva. Nič ni izgubljeno; čez trenutek poskusite znova.',
    unexpected:
      'Tega ni bilo mogoče narediti in nič se ni spremenilo. Poskusite znova; če se ponovi, pokličite podporo.',
  },
};

export const common: Translated<CommonMessages> = { sl, en };

/** "4 waiting, oldest 35 min", said everywhere in the same words. */
export const waitingWords: Translated<(waiting: number, oldest: string | null, now: number) => string> = {
  en: (waiting, oldest, now) =>
    waiting === 0
      ? 'nothing waiting'
      : `${pluralEn(waiting, { one: '# waiting', other: '# waiting' })}${oldest === null ? '' : `, oldest ${formatAge('en', oldest, now)}`}`,
  sl: (waiting, oldest, now) =>
    waiting === 0
      ? 'nič ne čaka'
      : `${pluralSl(waiting, { one: '# čaka', two: '# čakata', few: '# čakajo', other: '# čaka' })}${oldest === null ? '' : `, najstarejši ${formatAge('sl', oldest, now)}`}`,
};
