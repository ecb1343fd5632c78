import { pluralEn, pluralSl } from './format.ts';
import type { Translated } from './languages.ts';

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
  overContent: (page: number, file: string | null): string =>
    `On page ${page}${file === null ? '' : ` of “${file}”`} a box lies over text, a picture or another box. The document was already signed, and what was signed must stay in sight. Move the box to an empty spot, or to another page.`,
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
  overContent: (page, file) =>
    `Na strani ${page}${file === null ? '' : ` dokumenta »${file}«`} leži polje čez besedilo, sliko ali drugo polje. Dokument je že podpisan in kar je podpisano, mora ostati vidno. Polje premaknite na prazno mesto ali na drugo stran.`,
  save: 'Shrani polja, pripravi za podpis',
  boxes: (count) => pluralSl(count, { one: '# polje', two: '# polji', few: '# polja', other: '# polj' }),
  defaultLabel: { signature: 'Podpis', initials: 'Parafa', date: 'Datum', text: 'Besedilo', checkbox: 'Strinjam se' },
};

export const placing: Translated<PlacingMessages> = { sl, en };
