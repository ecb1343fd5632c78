import type { StaffId } from '../../signing/ids.ts';
import type { ConfigurationContent } from '../../sync/protocol/configuration.ts';
import type { Vault } from '../../vault/vault.ts';

type Staff = NonNullable<ConfigurationContent['staff']>;

/** Id of an account whose name stays taken by an account here that the cloud does not list; null when all names are free. */
export function nameTaken(vault: Vault, staff: Staff): string | null {
  const ids = new Set(staff.map(({ id }) => id));
  const clash = staff.find(({ id, name }) => {
    const holder = vault.staff.byName(name);
    return holder !== null && holder.id !== id && !ids.has(holder.id);
  });
  return clash?.id ?? null;
}

/**
 * Accounts become what the list says, inside a write: who is not on it or is closed is out at once. A secret that is
 * another than in the list before ends sessions; one that is the same is left as it is here (it may have a newer hash).
 */
export function applyStaff(vault: Vault, staff: Staff, before: Staff): void {
  const listed = new Set(staff.map(({ id }) => id));
  for (const { id, closedAt } of vault.staff.list()) {
    if (!listed.has(id) && closedAt === null) vault.staff.close(id);
  }
  const known = staff.filter(({ id }) => vault.staff.get(id) !== null);
  // Two may have changed names with each other: all names are free before the new ones are given.
  for (const { id, role } of known) vault.staff.update({ id: id as StaffId, name: `#${id}`, role });
  for (const { closed, verifier, id: given, name, role } of staff) {
    const id = given as StaffId;
    if (vault.staff.get(id) === null) {
      vault.staff.insert({ id, name, role, verifier });
    } else {
      vault.staff.update({ id, name, role });
      if (before.find((one) => one.id === given)?.verifier !== verifier) {
        const differs = vault.staff.verifier(id) !== verifier;
        vault.staff.setVerifier(id, verifier);
        if (differs) vault.staff.endSessions(id);
      }
    }
    if (closed) vault.staff.close(id);
  }
}
