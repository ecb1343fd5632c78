import type { CloudEvent } from '../../kiosk-shell/cloud-api.ts';
import type { Translated } from './languages.ts';

/** What the file for a data subject is about. */
interface About {
  readonly name: string;
  readonly arrived: string;
}

const en = {
  title: 'Request of a person',
  text: 'For somebody who asks what is kept about them, or wants it erased.',
  export: 'Give out everything',
  exportTitle: 'Give out everything?',
  exportText:
    'One ZIP with the documents, the check, what happened and who looked. It holds personal data: hand it only to the person it is about. The export is recorded.',
  exportGo: 'Save the ZIP',
  working: 'Gathering…',
  destroy: 'Destroy before its time',
  destroyTitle: 'Destroy this package?',
  goes: 'Goes for good: the documents, the pen data, the ceremony record and the check report of this transaction. Nobody can bring it back, from backups of the document store either; what backups of the database hold goes with them.',
  stays:
    'Stays: a receipt, a signed proof that it was destroyed, and the record of who asked. The copy on the kiosk goes by its own deadline.',
  sureBox: 'I have checked the request. I know that this cannot be undone.',
  destroyGo: 'Destroy for good',
  destroying: 'Destroying…',
  held: (reason: string): string =>
    `A legal hold forbids it: ${reason}. The request is recorded; ask again when the hold has ended.`,
  destroyedTitle: 'Destroyed',
  destroyed: 'Keep the proof with the request: it can be checked with “npm run verify-proof”.',
  saveProof: 'Save the proof',
  files: { readMe: 'read-me', happened: 'what-happened', access: 'who-looked' },
  readMe: ({ name, arrived }: About): readonly string[] => [
    `What is kept about the transaction “${name}”, received ${arrived}`,
    '',
    'This folder',
    '  what-happened.txt   what the branch recorded while you read and signed',
    '  who-looked.txt      who has opened or changed something here since, by account; this export is the last line',
    '',
    'Beside it',
    '  documents/          the signed documents (PDF), at the level of evidence reached',
    '  report/             what the check said on arrival, in Slovene and English',
    '  package/            everything that arrived, in one signed file (ASiC-E); the documents in it can be opened as a ZIP',
    '  receipts/           the signed receipts of arrival',
    '  records/            the same as the texts here, for machines',
    '',
    'Pen data',
    '  If your handwriting was recorded, the recording is in the package, encrypted (captures/, or inside the documents).',
    '  Neither the company nor the branch can open it: only the keyholder named in the notice you agreed to, at the order of a',
    '  court or at your demand together with the company. Ask the company for this, and name the transaction above.',
    '',
    'Identity and ceremony record',
    '  What was noted from your document of identity is in the package (ceremony.p7m), encrypted to the company, which opens it',
    '  for you with its own key. Ask the company for it.',
    '',
    'Your rights',
    '  You may ask the company to correct or erase what is kept, and complain to the Information Commissioner.',
  ],
  accessEvents: {
    'hold.placed': 'A legal hold was placed',
    'hold.lifted': 'A legal hold was lifted',
    'retention.changed': 'The time of keeping was changed',
    'package.destroyed': 'A package was destroyed',
    'erasure.refused': 'A demand to erase was refused because of a legal hold',
    'subject.exported': 'Everything was given out for the person it is about',
    'audit.emptied': 'Old records were emptied',
    'package.opened': 'The package was opened',
    'document.fetched': 'A document was opened',
    'report.saved': 'The report was saved',
    'configuration.changed': 'Settings were changed',
    'job.retried': 'A background job was tried again',
  } satisfies Record<CloudEvent, string> as Readonly<Record<CloudEvent, string>>,
};

export type DataSubjectMessages = typeof en;

const sl: DataSubjectMessages = {
  title: 'Zahteva posameznika',
  text: 'Za nekoga, ki vpraša, kaj o njem hranite, ali zahteva izbris.',
  export: 'Izroči vse podatke',
  exportTitle: 'Želite izročiti vse podatke?',
  exportText:
    'Ena datoteka ZIP z dokumenti, izidom preverjanja, potekom in vpogledi. Vsebuje osebne podatke: izročite jo samo osebi, na katero se nanaša. Izvoz se zabeleži.',
  exportGo: 'Shrani ZIP',
  working: 'Zbiranje …',
  destroy: 'Uniči pred rokom',
  destroyTitle: 'Želite uničiti ta paket?',
  goes: 'Trajno se uniči: dokumenti, podatki peresa, zapis o podpisovanju in poročilo o preverjanju te transakcije. Nihče jih ne more obnoviti, niti iz varnostnih kopij shrambe dokumentov; kar je v varnostnih kopijah zbirke podatkov, preneha z njimi.',
  stays:
    'Ostane: potrdilo o prejemu, podpisano dokazilo o uničenju in zapis, kdo je to zahteval. Kopija na kiosku se izbriše po svojem roku.',
  sureBox: 'Zahtevo sem preveril(-a). Vem, da tega ni mogoče preklicati.',
  destroyGo: 'Trajno uniči',
  destroying: 'Uničevanje …',
  held: (reason) =>
    `Prepoved izbrisa zaradi pravnega postopka: ${reason}. Zahteva je zabeležena; poskusite znova, ko prepoved preneha.`,
  destroyedTitle: 'Uničeno',
  destroyed: 'Dokazilo hranite ob zahtevi: preverite ga z »npm run verify-proof«.',
  saveProof: 'Shrani dokazilo',
  files: { readMe: 'preberi-me', happened: 'kaj-se-je-zgodilo', access: 'kdo-je-gledal' },
  readMe: ({ name, arrived }) => [
    `Kaj se hrani o transakciji »${name}«, prejeti ${arrived}`,
    '',
    'V tej mapi',
    '  kaj-se-je-zgodilo.txt   kaj je poslovalnica zabeležila, ko ste brali in podpisovali',
    '  kdo-je-gledal.txt       kdo je odtlej tu kaj odprl ali spremenil, po računih; ta izvoz je zadnja vrstica',
    '',
    'Ob njej',
    '  documents/              podpisani dokumenti (PDF), na doseženi ravni dokazov',
    '  report/                 izid preverjanja ob prejemu, v slovenščini in angleščini',
    '  package/                vse, kar je prispelo, v eni podpisani datoteki (ASiC-E); odpre se tudi kot ZIP',
    '  receipts/               podpisana potrdila o prejemu',
    '  records/                isto kot besedila tukaj, za računalnike',
    '',
    'Podatki peresa',
    '  Če je bila vaša pisava posneta, je posnetek v paketu, šifriran (captures/ ali v samih dokumentih).',
    '  Ne družba ne poslovalnica ga ne moreta odpreti: to lahko stori le hranitelj ključa, naveden v obvestilu, s katerim ste',
    '  soglašali, po nalogu sodišča ali na vašo zahtevo skupaj z družbo. Obrnite se na družbo in navedite zgornjo transakcijo.',
    '',
    'Zapis o istovetnosti in podpisovanju',
    '  Kar je bilo zapisano z vašega osebnega dokumenta, je v paketu (ceremony.p7m), šifrirano za družbo, ki vam ga odpre s',
    '  svojim ključem. Zahtevajte ga pri družbi.',
    '',
    'Vaše pravice',
    '  Od družbe lahko zahtevate popravek ali izbris podatkov in se pritožite Informacijskemu pooblaščencu.',
  ],
  accessEvents: {
    'hold.placed': 'Določena je bila prepoved izbrisa zaradi pravnega postopka',
    'hold.lifted': 'Prepoved izbrisa je bila odpravljena',
    'retention.changed': 'Rok hrambe je bil spremenjen',
    'package.destroyed': 'Paket je bil uničen',
    'erasure.refused': 'Zahteva za izbris je bila zavrnjena zaradi prepovedi izbrisa',
    'subject.exported': 'Vsi podatki so bili izročeni osebi, na katero se nanašajo',
    'audit.emptied': 'Stari zapisi so bili izpraznjeni',
    'package.opened': 'Paket je bil odprt',
    'document.fetched': 'Dokument je bil odprt',
    'report.saved': 'Poročilo je bilo shranjeno',
    'configuration.changed': 'Nastavitve so bile spremenjene',
    'job.retried': 'Opravilo v ozadju je bilo ponovljeno',
  },
};

export const dataSubject: Translated<DataSubjectMessages> = { sl, en };
