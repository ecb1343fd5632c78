/** Who may do what in the cloud. Every route of the cloud asks `cloudMay`; what an account may not see at all is its tenant's border. */
export const CLOUD_ROLES = ['operator', 'admin', 'manager', 'auditor'] as const;
/**
 * `operator` runs the cloud and reads no documents or names; the others are of one tenant: `admin` has users, kiosks, keys and
 * configuration, `manager` packages and holds, `auditor` reads and exports. `owner` is all of them at once, for who
 * set the cloud up: such accounts come from a file on the machine (`staff.json`), never from the console.
 */
export type CloudRole = (typeof CLOUD_ROLES)[number] | 'owner';

const ROLES = {
  'exceptions.read': ['operator', 'admin', 'manager', 'auditor'],
  'exceptions.settle': ['operator', 'admin', 'manager'],
  /** The list with names, the check's result, the report. */
  'packages.read': ['manager', 'auditor'],
  'documents.read': ['manager', 'auditor'],
  'audit.export': ['manager', 'auditor'],
  'archive.export': ['manager', 'auditor'],
  'holds.read': ['manager', 'auditor'],
  'holds.change': ['manager'],
  'retention.read': ['admin', 'manager', 'auditor'],
  'retention.change': ['manager'],
  /** What is kept of a person: searched, exported, erased. */
  'subjects.manage': ['manager'],
  'kiosks.read': ['operator', 'admin', 'manager', 'auditor'],
  'kiosks.revoke': ['operator', 'admin'],
  'codes.manage': ['admin'],
  'configuration.read': ['admin', 'auditor'],
  'configuration.change': ['admin'],
  'keys.read': ['operator', 'admin', 'auditor'],
  /** The whole cloud's, as `jobs` and `tenants`: only for accounts of no tenant. */
  'receipt-keys.rotate': ['operator'],
  'jobs.manage': ['operator'],
  'tenants.manage': ['operator'],
  'users.read': ['operator', 'admin', 'auditor'],
  'users.manage': ['operator', 'admin'],
  /** API keys, webhooks. */
  'integration.manage': ['admin'],
} as const satisfies Readonly<Record<string, readonly CloudRole[]>>;

export type CloudAct = keyof typeof ROLES;
export const CLOUD_ACTS: readonly CloudAct[] = Object.keys(ROLES) as CloudAct[];

const WHOLE_CLOUD: readonly CloudAct[] = ['receipt-keys.rotate', 'jobs.manage', 'tenants.manage'];

export interface CloudActor {
  readonly role: CloudRole;
  /** Null for whoever runs the cloud. */
  readonly tenant: string | null;
}

export function cloudMay(who: CloudActor, act: CloudAct): boolean {
  if (who.tenant !== null && WHOLE_CLOUD.includes(act)) return false;
  const roles: readonly CloudRole[] = ROLES[act];
  return who.role === 'owner' || roles.includes(who.role);
}

/**
 * Roles that somebody may give, and whose accounts he may change. An operator makes a tenant's first admin and no reader of
 * its documents; nobody makes an owner.
 */
export function grantableRoles(who: CloudActor): readonly (typeof CLOUD_ROLES)[number][] {
  if (!cloudMay(who, 'users.manage')) return [];
  if (who.tenant !== null) return ['admin', 'manager', 'auditor'];
  return who.role === 'owner' ? CLOUD_ROLES : ['operator', 'admin'];
}

/** An operator is of no tenant, an owner of one or of none, everybody else of one. */
export function fitsTenant(role: CloudRole, tenant: string | null): boolean {
  return role === 'owner' || (role === 'operator') === (tenant === null);
}
