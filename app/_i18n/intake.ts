import type { Translated } from './languages.ts';

/** What the clerk reads as documents come in: what a file is, and why one was not taken. */
const en = {
  dropHere: 'Drop PDFs here',
  dropAnywhere: 'Drop to bring the PDF in',
  chooseFile: 'Choose PDFs',
  takingIn: 'Checking the document…',
  notTaken: (file: string): string => `“${file}” was not taken`,
  /** Files brought in together are one transaction: all of them or none. */
  noneTaken: (count: number, file: string | null): string =>
    `None of the ${count} files was taken${file === null ? '' : `, because of “${file}”`}`,
  documentType: 'Type of document',
  documentTypeOf: (name: string): string => `Type of “${name}”`,
  documentTypes: (count: number): string => `Types of the ${count} documents`,
  documentTypeNone: 'not known',
  warnings: {
    javascript: 'The document contains scripts. They are never run.',
    attachments: 'The document carries attachments. They stay in it.',
    'usage-rights': 'The document carries usage rights that signing ends.',
    'tag-malformed': 'A signature tag could not be read. Check the boxes.',
    'size-entry-wrong': 'The document states a wrong size. It was read as it is.',
  },
  documentRefusal: {
    'not-a-pdf': 'It is not a PDF. Print or save it as a PDF, then bring it in again.',
    damaged: 'The file is damaged and cannot be read safely. Ask the sender for a fresh copy.',
    encrypted: 'The file is protected by a password. Ask the sender for one without protection.',
    xfa: 'The file is an old dynamic form (XFA) that changes as it is opened. Print it to PDF and bring that in.',
    'certified-no-changes':
      'The author certified this document against any change, so no signature can be added. Ask the author for one that may be signed.',
    hybrid:
      'The file is built in two ways at once, and programs could show it differently. Ask the sender to save it anew as a PDF.',
    'too-large': 'The file is larger than 50 MB. Make it smaller, or split it.',
    'too-large-together': 'Together the files are larger than 200 MB. Bring them in as several transactions.',
    'too-many-documents':
      'One transaction has at most 50 documents. Bring in 50 of them, and the rest as another transaction.',
    'too-many-signatories':
      'More than 20 people are to sign. Bring in fewer documents at once, or ask the author to let some sign a document of their own.',
    'too-many-signatures':
      'There are too many places to sign: at most 200 in one document and 1,000 in one transaction. Bring in fewer documents at once, or ask the author for fewer.',
    'roles-unclear':
      'One person would have two different turns, and each signs in one sitting. Ask the author to give each role one order number, the same in all documents.',
    'too-many-pages': 'The file has more than 500 pages. Split it.',
    'no-pages': 'The file has no page to sign.',
    'signed-before-tags':
      'The document was already signed, and its signature tags can no longer be taken out of sight. Ask for the unsigned one.',
    'signatures-damaged': 'A signature already in the document is no longer valid. Ask the sender for an intact copy.',
    'tag-not-removable':
      'A signature tag cannot be taken out of sight in this document. Ask the author for a prepared field or a plain tag.',
    'duplicate-field': 'Two boxes of the document have the same name. Ask the author to name them differently.',
    'placement-outside-page': 'A signature tag lies outside its page. Ask the author to move it.',
    'placement-over-content':
      'The document was already signed, and a new box lies over something on the page. Place it where the page is empty.',
    'signatures-overlap':
      'Two signature boxes lie over each other on a page; one signature would cover the other. Ask the author to move one.',
    'signing-forbidden':
      'The document locks a box before it is signed. Change the order of the people, or ask the author.',
    'seed-value-unmet':
      'The author asks for another kind of signature in one of the boxes. Ask for a document without that demand.',
    'takes-too-long': 'Reading the file takes too long, so it was stopped. Ask the sender to save it anew.',
  } as Readonly<Record<string, string>>,
};

export type IntakeMessages = typeof en;

const sl: IntakeMessages = {
  dropHere: 'Spustite PDF sem',
  dropAnywhere: 'Spustite, da se PDF sprejme',
  chooseFile: 'Izberi PDF',
  takingIn: 'Dokument se preverja …',
  notTaken: (file) => `»${file}« ni sprejet`,
  noneTaken: (count, file) => `Nobena od ${count} datotek ni sprejeta${file === null ? '' : `, razlog je »${file}«`}`,
  documentType: 'Vrsta dokumenta',
  documentTypeOf: (name) => `Vrsta dokumenta »${name}«`,
  documentTypes: (count) => `Vrste dokumentov (${count})`,
  documentTypeNone: 'ni znana',
  warnings: {
    javascript: 'Dokument vsebuje skripte. Te se nikoli ne zaženejo.',
    attachments: 'Dokument ima priloge. V njem tudi ostanejo.',
    'usage-rights': 'Dokument nosi pravice uporabe, ki s podpisom prenehajo.',
    'tag-malformed': 'Ene od oznak za podpis ni bilo mogoče prebrati. Preverite polja.',
    'size-entry-wrong': 'Dokument navaja napačno velikost. Prebran je tak, kot je.',
  },
  documentRefusal: {
    'not-a-pdf': 'To ni PDF. Natisnite ali shranite ga kot PDF in ga znova prinesite.',
    damaged: 'Datoteka je poškodovana in je ni mogoče varno prebrati. Prosite pošiljatelja za nov izvod.',
    encrypted: 'Datoteka je zaščitena z geslom. Prosite pošiljatelja za nezaščiteno.',
    xfa: 'Datoteka je star dinamični obrazec (XFA), ki se ob odpiranju spreminja. Natisnite ga v PDF in prinesite tega.',
    'certified-no-changes':
      'Avtor je dokument potrdil proti vsakršni spremembi, zato podpisa ni mogoče dodati. Prosite ga za dokument, ki se sme podpisati.',
    hybrid:
      'Datoteka je zgrajena na dva načina hkrati in bi jo programi lahko prikazali različno. Prosite pošiljatelja, naj jo znova shrani kot PDF.',
    'too-large': 'Datoteka je večja od 50 MB. Zmanjšajte jo ali razdelite.',
    'too-large-together': 'Datoteke so skupaj večje od 200 MB. Prinesite jih v več transakcijah.',
    'too-many-documents':
      'Ena transakcija ima največ 50 dokumentov. Prinesite jih 50, preostale pa v drugi transakciji.',
    'too-many-signatories':
      'Podpisalo naj bi se več kot 20 oseb. Prinesite manj dokumentov hkrati ali prosite avtorja, naj nekateri podpišejo svoj dokument.',
    'too-many-signatures':
      'Mest za podpis je preveč: največ 200 v enem dokumentu in 1000 v eni transakciji. Prinesite manj dokumentov hkrati ali prosite avtorja, naj jih bo manj.',
    'roles-unclear':
      'Ena oseba ima dve številki vrstnega reda, podpiše pa naenkrat. Prosite avtorja, naj ima vsaka vloga eno številko vrstnega reda, v vseh dokumentih isto.',
    'too-many-pages': 'Datoteka ima več kot 500 strani. Razdelite jo.',
    'no-pages': 'Datoteka nima strani za podpis.',
    'signed-before-tags':
      'Dokument je bil že podpisan in njegovih oznak za podpis ni več mogoče skriti. Prosite za nepodpisanega.',
    'signatures-damaged': 'Podpis, ki je že v dokumentu, ne velja več. Prosite pošiljatelja za nepoškodovan izvod.',
    'tag-not-removable':
      'Oznake za podpis v tem dokumentu ni mogoče skriti. Prosite avtorja za pripravljeno polje ali preprosto oznako.',
    'duplicate-field': 'Dve polji dokumenta imata isto ime. Prosite avtorja, naj ju poimenuje različno.',
    'placement-outside-page': 'Oznaka za podpis leži zunaj strani. Prosite avtorja, naj jo premakne.',
    'placement-over-content':
      'Dokument je že podpisan, novo polje pa leži čez nekaj na strani. Postavite ga tja, kjer je stran prazna.',
    'signatures-overlap':
      'Dve polji za podpis na strani ležita druga čez drugo; en podpis bi prekril drugega. Prosite avtorja, naj eno premakne.',
    'signing-forbidden':
      'Dokument zaklene polje, še preden je podpisano. Spremenite vrstni red oseb ali vprašajte avtorja.',
    'seed-value-unmet': 'Avtor pri enem od polj zahteva drugačno vrsto podpisa. Prosite za dokument brez te zahteve.',
    'takes-too-long':
      'Branje datoteke traja predolgo, zato je bilo ustavljeno. Prosite pošiljatelja, naj jo znova shrani.',
  },
};

export const intake: Translated<IntakeMessages> = { sl, en };
