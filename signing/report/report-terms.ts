import type { ReportLanguage } from './report-words.ts';

/** A word of the report that not everybody knows, and what it means here. */
export interface Term {
  readonly term: string;
  readonly meaning: string;
  /** Only where our own documents are reported on: others have none of it. */
  readonly own?: true;
}

export const REPORT_TERMS: Readonly<Record<ReportLanguage, readonly Term[]>> = {
  sl: [
    {
      term: 'Drži, ne drži, neodločeno',
      meaning:
        'Izidi preverb. Neodločeno (v standardu INDETERMINATE) pomeni: ni dokaza, da bi bilo kaj napak, manjka pa podatek, brez katerega tega ni mogoče potrditi. To ni isto kot neveljaven podpis; z manjkajočim podatkom je preverjanje mogoče ponoviti.',
    },
    {
      term: 'Prstni odtis (SHA-256)',
      meaning:
        'Vrednost, izračunana iz vseh bajtov datoteke. Če se spremeni en sam bajt, je prstni odtis drug. Po njem se pozna, ali imate pred seboj isto datoteko.',
    },
    {
      term: 'Potrdilo',
      meaning:
        'Elektronska izkaznica: izdajatelj z njo jamči, čigav je ključ, s katerim je bilo podpisano. Zaupanje se začne pri korenskem potrdilu; katera so veljala pri tem preverjanju, piše zgoraj.',
    },
    {
      term: 'Podpisnik',
      meaning:
        'Ime v potrdilu. Dokumente s tega okenca zapečati potrdilo okenca ali organizacije; oseba, ki se je podpisala z roko, je navedena v samem dokumentu, njeno polje pa pri podpisu.',
      own: true,
    },
    {
      term: 'Preklic',
      meaning:
        'Izdajatelj prekliče potrdilo, kadar se ključ ne sme več uporabljati, na primer po izgubi. Šteje, ali se je to zgodilo pred podpisom.',
    },
    {
      term: 'Časovni žig',
      meaning: 'Podpisana izjava neodvisnega izdajatelja, da je podpis takrat že obstajal.',
    },
    {
      term: 'Raven PAdES',
      meaning:
        'Koliko dokazov nosi podpis v sebi: B-B samo podpis, B-T tudi dokazan čas, B-LT še podatke za poznejšo presojo, B-LTA še njihovo zaščito za dolga leta.',
    },
    {
      term: 'Prikazana različica',
      meaning:
        'Datoteka natanko taka, kot jo je oseba videla, preden je podpisala. Podpis nosi njen prstni odtis (vezava).',
      own: true,
    },
    {
      term: 'Zapečateni zajem',
      meaning:
        'Podatki o gibanju peresa, šifrirani tako, da jih odpre samo hranitelj ključa. Podpis nosi njihov prstni odtis, zato jih ni mogoče zamenjati.',
      own: true,
    },
    {
      term: 'Revizijska sled',
      meaning: 'Zapisi, kdo je kdaj kaj storil, povezani tako, da se vsaka sprememba ali izpuščen zapis pozna.',
      own: true,
    },
    {
      term: 'UTC',
      meaning: 'Mednarodni čas. V Sloveniji ura pozimi kaže eno uro več, poleti dve.',
    },
  ],
  en: [
    {
      term: 'Holds, fails, undecided',
      meaning:
        'What checks end with. Undecided (INDETERMINATE in the standard) means: there is no proof that anything is wrong, but something is missing without which it cannot be confirmed. That is not the same as an invalid signature; with what is missing, the file can be checked again.',
    },
    {
      term: 'Fingerprint (SHA-256)',
      meaning:
        'A value worked out from every byte of a file. If a single byte changes, so does the fingerprint. It tells whether the file before you is the same one.',
    },
    {
      term: 'Certificate',
      meaning:
        'An electronic identity card: its issuer vouches for whose key was used to sign. Trust begins at a root certificate; those that were trusted here are named above.',
    },
    {
      term: 'Signer',
      meaning:
        'The name in the certificate. Documents of this counter are sealed with a certificate of the counter or the organisation; the person who signed by hand is named in the document itself, and their field beside the signature.',
      own: true,
    },
    {
      term: 'Revocation',
      meaning:
        'An issuer withdraws a certificate when its key may no longer be used, for example after a loss. What counts is whether that was before the signature.',
    },
    {
      term: 'Time-stamp',
      meaning: 'A signed statement of an independent issuer that the signature existed at that time.',
    },
    {
      term: 'PAdES level',
      meaning:
        'How much evidence a signature carries: B-B the signature alone, B-T a proved time too, B-LT also what is needed to judge it later, B-LTA also the protection of that for many years.',
    },
    {
      term: 'What was shown',
      meaning:
        'The file exactly as the person saw it before signing. The signature carries its fingerprint (the binding).',
      own: true,
    },
    {
      term: 'Sealed capture',
      meaning:
        'Data of how the pen moved, encrypted so that only the key holder can open it. The signature carries its fingerprint, so it cannot be exchanged.',
      own: true,
    },
    {
      term: 'Audit trail',
      meaning: 'Entries of who did what and when, linked so that any change or missing entry shows.',
      own: true,
    },
    { term: 'UTC', meaning: 'International time. Clocks in Slovenia show one hour more in winter, two in summer.' },
  ],
};
