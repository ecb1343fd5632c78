/**
 * What signatories are called in tags and field names. Slovene branches write their own words; one
 * word per idea is kept inside.
 */
const SYNONYMS: Readonly<Record<string, string>> = {
  stranka: 'customer',
  stranke: 'customer',
  komitent: 'customer',
  kupec: 'customer',
  client: 'customer',
  uslužbenec: 'clerk',
  usluzbenec: 'clerk',
  referent: 'clerk',
  teller: 'clerk',
  vodja: 'manager',
  skrbnik: 'guardian',
  poslovodja: 'manager',
};

const KNOWN = new Set(['customer', 'clerk', 'manager', 'guardian', 'witness', 'notary', ...Object.keys(SYNONYMS)]);

/** Lower case, white space collapsed, synonyms folded: 'Stranka' is 'customer'. */
export function canonicalRole(value: string): string {
  const lower = value.normalize('NFC').toLocaleLowerCase('sl').replace(/\s+/gu, ' ').trim();
  return SYNONYMS[lower] ?? lower;
}

/** Staff sign after everybody else unless told otherwise. */
export function isStaffRole(role: string): boolean {
  return role === 'clerk' || role === 'manager';
}

export interface NamedRole {
  readonly role: string;
  readonly order: number | null;
}

/**
 * Role and turn out of an AcroForm field name: `customer_1`, `Sig.customer.2`, `signature_clerk`,
 * `podpis_stranka_1`. Null when no word of the name is a role we know.
 */
export function roleFromFieldName(fieldName: string): NamedRole | null {
  const words = fieldName
    .normalize('NFC')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{L})(\p{N})/gu, '$1 $2')
    .toLocaleLowerCase('sl')
    .split(/[^\p{L}\p{N}]+/u);
  const at = words.findIndex((word) => KNOWN.has(word));
  const word = words[at];
  if (word === undefined) return null;
  const numbers = words.slice(at + 1).filter((other) => /^\d{1,2}$/.test(other));
  const order = Number(numbers[0] ?? 0);
  return { role: canonicalRole(word), order: order >= 1 ? order : null };
}
