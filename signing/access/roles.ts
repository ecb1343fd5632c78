/** What each role of staff may ask for; every route and act is checked against this on the server. */
export type StaffRole = 'clerk' | 'manager';

/** The least role an act needs. A manager may do all a clerk does. */
const LEAST_ROLE = {
  'transaction.read': 'clerk',
  'transaction.intake': 'clerk',
  'transaction.place': 'clerk',
  'ceremony.drive': 'clerk',
  'display.pair': 'clerk',
  'counter.read': 'clerk',
  'transaction.verify': 'clerk',
  'transaction.approve': 'manager',
  'transaction.return': 'manager',
  'transaction.void': 'manager',
  'delivery.retry': 'manager',
  'audit.export': 'manager',
  'staff.manage': 'manager',
} as const satisfies Readonly<Record<string, StaffRole>>;

export type StaffAct = keyof typeof LEAST_ROLE;
export const STAFF_ACTS: readonly StaffAct[] = Object.keys(LEAST_ROLE) as StaffAct[];

export function may(role: StaffRole, act: StaffAct): boolean {
  return role === 'manager' || LEAST_ROLE[act] === 'clerk';
}
