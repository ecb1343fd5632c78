import type { Translated } from './languages.ts';

/** Checking a file that somebody brings, and saving a report, of that or of a transaction. */
const en = {
  link: 'Check a document',
  title: 'Check a signed document',
  intro:
    'A PDF or a package (.asice) that somebody brought, also one that another program signed. It is checked on this machine, without a network. Nothing of it is kept.',
  drop: 'Drop the file here',
  choose: 'Choose a file',
  checking: 'Signatures are being checked…',
  another: 'Check another file',
  result: 'Result',
  details: 'Every check',
  refusedFile: (file: string): string => `“${file}” could not be checked`,
  refusal: {
    'too-large': 'It is too large: a PDF may have 50 MB, a package 200 MB.',
    'not-a-signed-file':
      'It is neither a PDF nor a package (.asice). Ask for the signed file itself, not for a picture or a copy of its text.',
    'takes-too-long':
      'Checking it took too long or too much memory, so it was stopped. Such a file may have been made to do harm.',
    busy: 'Another file is being checked at the moment. Try again when it is done.',
  } as Readonly<Record<string, string>>,
  report: 'Report',
  save: { pdf: 'Save as PDF', html: 'Save as web page', json: 'Save for programs (JSON)' },
  print: 'Print',
  working: 'The report is being made…',
};

export type CheckMessages = typeof en;

const sl: CheckMessages = {
  link: 'Preveri dokument',
  title: 'Preverite podpisan dokument',
  intro:
    'PDF ali paket (.asice), ki ga je nekdo prinesel, tudi če ga je podpisal drug program. Preveri se na tej napravi, brez omrežja. Nič od njega se ne shrani.',
  drop: 'Spustite datoteko sem',
  choose: 'Izberi datoteko',
  checking: 'Podpisi se preverjajo …',
  another: 'Preveri drugo datoteko',
  result: 'Izid',
  details: 'Vse preverbe',
  refusedFile: (file) => `Datoteke »${file}« ni bilo mogoče preveriti`,
  refusal: {
    'too-large': 'Prevelika je: PDF ima lahko 50 MB, paket 200 MB.',
    'not-a-signed-file':
      'Ni ne PDF ne paket (.asice). Prosite za samo podpisano datoteko, ne za sliko ali prepis njenega besedila.',
    'takes-too-long':
      'Preverjanje je trajalo predolgo ali porabilo preveč pomnilnika, zato je bilo ustavljeno. Taka datoteka je lahko narejena, da škodi.',
    busy: 'Pravkar se preverja druga datoteka. Poskusite znova, ko bo končano.',
  },
  report: 'Poročilo',
  save: { pdf: 'Shrani kot PDF', html: 'Shrani kot spletno stran', json: 'Shrani za programe (JSON)' },
  print: 'Natisni',
  working: 'Poročilo se pripravlja …',
};

export const check: Translated<CheckMessages> = { sl, en };
