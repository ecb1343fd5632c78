import type { ListedApiKey } from '../../kiosk-shell/cloud-api.ts';
import type { Translated } from './languages.ts';

type Scope = ListedApiKey['scopes'][number];

const en = {
  text: 'Other programs hand in documents, follow and fetch them, each with a key of its own. How they do it stands in the description of the interface.',
  description: 'Description (OpenAPI)',
  empty: 'No program has a key yet.',
  add: 'New key',
  addText: 'A key for each program, so that one can be taken away. It is shown once.',
  name: 'Which program it is for',
  days: 'Days until it ends',
  scopes: 'What it may do',
  scope: {
    'transactions:write': 'Hand in documents, and cancel them',
    'transactions:read': 'See how far they are',
    'documents:read': 'Fetch signed documents and packages',
    'audit:read': 'Fetch the audit trail',
    'webhooks:write': 'Say where it wants to be told of changes',
  } satisfies Record<Scope, string> as Readonly<Record<Scope, string>>,
  make: 'Make the key',
  madeTitle: (name: string): string => `The key of “${name}”`,
  madeText: (until: string): string =>
    `It is shown this once. Put it into a file that only the program can read; never into mail or a command line. It ends on ${until}.`,
  copy: 'Copy',
  copied: 'Copied',
  noted: 'I have put it away',
  columns: { program: 'Program', may: 'May', used: 'Last used', ends: 'Ends', state: 'State' },
  never: 'never',
  state: { good: 'holds', ended: 'ended', revoked: 'taken away' },
  revoke: 'Take away',
  revokeTitle: (name: string): string => `Take the key of “${name}” away?`,
  revokeText: 'Its next request is refused. This cannot be undone; the program can be given a new key.',
};

export type ProgramMessages = typeof en;

const sl: ProgramMessages = {
  text: 'Drugi programi oddajajo dokumente, spremljajo njihovo stanje in jih prevzemajo, vsak s svojim ključem. Kako, je v opisu vmesnika.',
  description: 'Opis (OpenAPI)',
  empty: 'Noben program še nima ključa.',
  add: 'Nov ključ',
  addText: 'Vsak program naj ima svoj ključ, da ga je mogoče odvzeti. Prikazan je samo enkrat.',
  name: 'Za kateri program je',
  days: 'Dni do izteka',
  scopes: 'Kaj sme',
  scope: {
    'transactions:write': 'Oddati in preklicati dokumente',
    'transactions:read': 'Videti, kako daleč so',
    'documents:read': 'Prevzeti podpisane dokumente in pakete',
    'audit:read': 'Prevzeti revizijsko sled',
    'webhooks:write': 'Določiti, kje želi izvedeti za spremembe',
  },
  make: 'Ustvari ključ',
  madeTitle: (name) => `Ključ programa »${name}«`,
  madeText: (until) =>
    `Prikazan je samo tokrat. Shranite ga v datoteko, ki jo lahko bere samo program; nikoli v pošto ali ukazno vrstico. Poteče ${until}.`,
  copy: 'Kopiraj',
  copied: 'Kopirano',
  noted: 'Shranil(-a) sem ga',
  columns: { program: 'Program', may: 'Sme', used: 'Zadnja uporaba', ends: 'Poteče', state: 'Stanje' },
  never: 'nikoli',
  state: { good: 'velja', ended: 'potekel', revoked: 'odvzet' },
  revoke: 'Odvzemi',
  revokeTitle: (name) => `Želite odvzeti ključ programa »${name}«?`,
  revokeText: 'Naslednja zahteva s tem ključem bo zavrnjena. Tega ni mogoče preklicati; program lahko dobi nov ključ.',
};

export const programs: Translated<ProgramMessages> = { sl, en };
