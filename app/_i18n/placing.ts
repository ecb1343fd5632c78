import { pluralEn, pluralSl } from './format.ts';
import type { PlacingRefusal } from '../../kiosk-shell/kiosk-api/acts.ts';
import type { Translated } from './languages.ts';

/** What a refusal is about: the page, 1-based, where one is meant, and the document's name where there are several. */
export interface RefusedAt {
  readonly page: number | null;
  readonly file: string | null;
}
type Refusals = Readonly<Record<PlacingRefusal, (at: RefusedAt) => string>>;

const pageEn = ({ page, file }: RefusedAt): string =>
  `${page === null ? 'a page' : `page ${page}`}${file === null ? '' : ` of “${file}”`}`;
const documentEn = ({ file }: RefusedAt): string => (file === null ? 'the document' : `“${file}”`);
const pageSl = ({ page, file }: RefusedAt): string =>
  `${page === null ? 'eni od strani' : `strani ${page}`}${file === null ? '' : ` dokumenta »${file}«`}`;
const documentSl = ({ file }: RefusedAt): string => (file === null ? '' : ` »${file}«`);

/** What the clerk reads while placing boxes in a document that has none. */
const en = {
  title: 'Where do people sign?',
  intro:
    'This document has no signature boxes yet. Add them; drag them with the mouse, or move them with the arrow keys.',
  unassigned: 'Fields of the document without a person',
  unassignedText: 'The document has signature fields, but does not say who signs in them.',
  add: 'Add a box',
  remove: 'Remove the box',
  kind: 'What goes in',
  role: 'Who',
  order: 'Turn',
  label: 'What people read at it',
  required: 'Must be filled',
  box: (label: string, page: number): string => `${label}, page ${page}`,
  keys: 'Arrows move the box, Shift and arrows resize it, Delete removes it.',
  resize: 'Drag to resize',
  none: 'No boxes yet. Without one nobody can sign.',
  needSignature: 'At least one signature box is needed.',
  refused: {
    'box-over-content': (at) =>
      `On ${pageEn(at)} a box lies over text, a picture or another box. The document was already signed, and what was signed must stay in sight. Move the box to an empty spot, or to another page.`,
    'signatures-overlap': (at) =>
      `On ${pageEn(at)} two signature boxes lie over each other, and one signature would cover the other. Move the one you placed; boxes of the document itself only its author can move.`,
    'box-outside-page': (at) => `On ${pageEn(at)} a box reaches over the edge of the page. Move it inside.`,
    'boxes-forbidden': (at) =>
      `The author certified ${documentEn(at)} so that only its own boxes are signed. Remove the boxes you added. If it then has none to sign, ask the author for one that has.`,
    'signing-forbidden': (at) =>
      `The box on ${pageEn(at)} would be locked by another signature before it is signed. Let whoever signs there come earlier, with a smaller number at “Turn”. If the document was already signed when it came, that does not help: ask its author for a free box.`,
    'seed-value-unmet': (at) =>
      `The author set a condition for the box on ${pageEn(at)}, most often that it is signed before all others. Give whoever signs there turn 1 and everybody else a later one, and remove boxes you added that are not needed. If this stays, ask the author for a document without the condition.`,
    'tag-not-removable': (at) =>
      `A signature tag in the text of ${documentEn(at)} cannot be taken out of sight, so it cannot be signed here. Ask its author for a signature field, or for the tag as plain text.`,
    'takes-too-long': (at) =>
      `Preparing ${documentEn(at)} took too long and was stopped; your boxes are still here. Try once more. If this stays, ask the sender to save the file anew.`,
    damaged: (at) =>
      `A part of ${documentEn(at)} that is needed for the boxes cannot be read. Ask the sender for a fresh copy and bring that in.`,
  } satisfies Refusals as Refusals,
  save: 'Save the boxes, ready to sign',
  boxes: (count: number): string => pluralEn(count, { one: '# box', other: '# boxes' }),
  defaultLabel: { signature: 'Signature', initials: 'Initials', date: 'Date', text: 'Text', checkbox: 'I agree' },
};

export type PlacingMessages = typeof en;

const sl: PlacingMessages = {
  title: 'Kje se podpiše?',
  intro: 'Dokument še nima polj za podpis. Dodajte jih; premaknite jih z miško ali s puščicami.',
  unassigned: 'Polja dokumenta brez osebe',
  unassignedText: 'Dokument ima polja za podpis, ne pove pa, kdo podpiše vanje.',
  add: 'Dodaj polje',
  remove: 'Odstrani polje',
  kind: 'Kaj gre vanj',
  role: 'Kdo',
  order: 'Vrstni red',
  label: 'Kaj piše ob polju',
  required: 'Obvezno',
  box: (label, page) => `${label}, stran ${page}`,
  keys: 'Puščice premikajo polje, dvigalka in puščice ga raztegujejo, Delete ga odstrani.',
  resize: 'Povlecite za spremembo velikosti',
  none: 'Polj še ni. Brez polja se nihče ne more podpisati.',
  needSignature: 'Potrebno je vsaj eno polje za podpis.',
  refused: {
    'box-over-content': (at) =>
      `Na ${pageSl(at)} leži polje čez besedilo, sliko ali drugo polje. Dokument je že podpisan in kar je podpisano, mora ostati vidno. Polje premaknite na prazno mesto ali na drugo stran.`,
    'signatures-overlap': (at) =>
      `Na ${pageSl(at)} ležita dve polji za podpis druga čez drugo in en podpis bi prekril drugega. Premaknite tisto, ki ste ga dodali; polja samega dokumenta lahko premakne le njegov avtor.`,
    'box-outside-page': (at) => `Na ${pageSl(at)} sega polje čez rob strani. Premaknite ga na stran.`,
    'boxes-forbidden': (at) =>
      `Avtor je dokument${documentSl(at)} potrdil tako, da se podpišejo samo njegova polja. Odstranite polja, ki ste jih dodali. Če potem nima nobenega polja za podpis, prosite avtorja za dokument, ki ga ima.`,
    'signing-forbidden': (at) =>
      `Polje na ${pageSl(at)} bi drug podpis zaklenil, še preden je podpisano. Kdor podpiše tam, naj bo prej na vrsti, z manjšo številko pri »Vrstni red«. Če je bil dokument podpisan že ob prihodu, to ne pomaga: prosite avtorja za prosto polje.`,
    'seed-value-unmet': (at) =>
      `Avtor je za polje na ${pageSl(at)} postavil pogoj, največkrat da je podpisano pred vsemi drugimi. Kdor podpiše tam, naj ima vrstni red 1, vsi drugi poznejšega; odstranite dodana polja, ki niso potrebna. Če to ostane, prosite avtorja za dokument brez pogoja.`,
    'tag-not-removable': (at) =>
      `Oznake za podpis v besedilu dokumenta${documentSl(at)} ni mogoče skriti, zato ga tu ni mogoče podpisati. Prosite avtorja za polje za podpis ali za oznako kot navadno besedilo.`,
    'takes-too-long': (at) =>
      `Priprava dokumenta${documentSl(at)} je trajala predolgo in je bila ustavljena; vaša polja so še tu. Poskusite še enkrat. Če to ostane, prosite pošiljatelja, naj datoteko znova shrani.`,
    damaged: (at) =>
      `Dela dokumenta${documentSl(at)}, ki je potreben za polja, ni mogoče prebrati. Prosite pošiljatelja za nov izvod in prinesite tega.`,
  },
  save: 'Shrani polja, pripravi za podpis',
  boxes: (count) => pluralSl(count, { one: '# polje', two: '# polji', few: '# polja', other: '# polj' }),
  defaultLabel: { signature: 'Podpis', initials: 'Parafa', date: 'Datum', text: 'Besedilo', checkbox: 'Strinjam se' },
};

export const placing: Translated<PlacingMessages> = { sl, en };
