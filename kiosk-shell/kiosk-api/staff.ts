/** People of the counter, and how they sign in. */

export type StaffRole = 'clerk' | 'manager';

export interface Staff {
  readonly id: string;
  readonly name: string;
  readonly role: StaffRole;
}

/** Who acts, and from where: recorded with every change. */
export interface Actor {
  readonly staff: Staff;
  readonly ip: string | null;
}

export type SignInRefusal =
  { readonly code: 'wrong-credentials' } | { readonly code: 'locked'; readonly until: string };
