import type { z } from 'zod';
import { checkNewSecret, hashSecret, type Argon2Cost } from '../../../signing/access/password.ts';
import type { Clock } from '../../../signing/clock.ts';
import type { NewId } from '../../../signing/ids.ts';
import { err, ok, type Result } from '../../../signing/result.ts';
import { configurationParts } from '../../protocol/configuration.ts';
import type { Database } from '../database.ts';
import { changePart, listParts } from './parts.ts';

/** What is to become of the accounts of a branch, or of all branches without their own. */
export type StaffAct =
  | { readonly kind: 'add'; readonly name: string; readonly role: 'clerk' | 'manager'; readonly secret: string }
  | { readonly kind: 'close' | 'reopen'; readonly id: string }
  | { readonly kind: 'secret'; readonly id: string; readonly secret: string };

export interface StaffChange {
  readonly tenant: string;
  readonly branch: string | null;
  /** As whoever changes it saw the part; 0 where there was none. */
  readonly revision: number;
  readonly act: StaffAct;
  /** Name of the account that does it. */
  readonly by: string;
}
export type StaffRefusal =
  'secret-weak' | 'account-unknown' | 'name-taken' | 'no-manager-left' | 'changed-meanwhile' | 'not-found';

/** One act on the part 'staff', with `changePart`; secrets are kept as verifiers only. @param cost of those; default: as signing in expects */
export async function changeStaff(
  ports: { readonly database: Database; readonly clock: Clock; readonly newId: NewId },
  { tenant, branch, revision, act, by }: StaffChange,
  cost?: Argon2Cost,
): Promise<Result<null, StaffRefusal>> {
  if ('secret' in act && !checkNewSecret(act.secret).ok) return err('secret-weak');
  const stands = (await listParts(ports.database, tenant)).find((one) => one.part === 'staff' && one.branch === branch);
  const accounts = configurationParts.staff.nullable().parse(stands?.value ?? null) ?? [];
  const next = await applied(accounts, act, ports.newId, cost);
  if (!next.ok) return next;
  const changed = await changePart(ports, { tenant, branch, part: 'staff', value: next.value, revision, by });
  if (changed.ok) return ok(null);
  if (changed.error.code === 'malformed') return err('no-manager-left');
  return err(changed.error.code === 'changed-meanwhile' ? 'changed-meanwhile' : 'not-found');
}

type Accounts = z.infer<typeof configurationParts.staff>;

async function applied(
  accounts: Accounts,
  act: StaffAct,
  newId: NewId,
  cost: Argon2Cost | undefined,
): Promise<Result<Accounts, StaffRefusal>> {
  if (act.kind === 'add') {
    if (accounts.some(({ name }) => keyOf(name) === keyOf(act.name))) return err('name-taken');
    const verifier = await hashSecret(act.secret, undefined, cost);
    return ok([...accounts, { id: newId(), name: act.name.trim(), role: act.role, verifier, closed: false }]);
  }
  if (!accounts.some(({ id }) => id === act.id)) return err('account-unknown');
  const change =
    act.kind === 'secret'
      ? { verifier: await hashSecret(act.secret, undefined, cost) }
      : { closed: act.kind === 'close' };
  return ok(accounts.map((one) => (one.id === act.id ? { ...one, ...change } : one)));
}

function keyOf(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}
