import { describe, expect, it } from 'vitest';
import {
  CLOUD_ACTS,
  CLOUD_ROLES,
  cloudMay,
  fitsTenant,
  grantableRoles,
  type CloudAct,
  type CloudRole,
} from '../../../signing/access/cloud-roles.ts';

const of = (role: CloudRole): { role: CloudRole; tenant: string | null } => ({
  role,
  tenant: role === 'operator' ? null : 'bank',
});
const acts = (role: CloudRole): readonly CloudAct[] => CLOUD_ACTS.filter((act) => cloudMay(of(role), act));

describe('roles of the cloud', () => {
  it('keep documents and names from whoever runs the cloud and from admins', () => {
    for (const role of ['operator', 'admin'] as const) {
      for (const act of [
        'packages.read',
        'documents.read',
        'audit.export',
        'archive.export',
        'subjects.manage',
      ] as const)
        expect(cloudMay(of(role), act), `${role} ${act}`).toBe(false);
    }
  });

  it('let an auditor read and change nothing', () => {
    expect(acts('auditor').filter((act) => !/\.(read|export)$/.test(act))).toEqual([]);
    expect(acts('auditor')).toContain('documents.read');
  });

  it('give users, codes and configuration to admins, holds to managers', () => {
    expect(CLOUD_ROLES.filter((role) => cloudMay(of(role), 'configuration.change'))).toEqual(['admin']);
    expect(CLOUD_ROLES.filter((role) => cloudMay(of(role), 'codes.manage'))).toEqual(['admin']);
    expect(CLOUD_ROLES.filter((role) => cloudMay(of(role), 'users.manage'))).toEqual(['operator', 'admin']);
    expect(CLOUD_ROLES.filter((role) => cloudMay(of(role), 'holds.change'))).toEqual(['manager']);
  });

  it('leave an owner everything, but of one tenant not what is the whole cloud’s', () => {
    expect(CLOUD_ACTS.filter((act) => !cloudMay({ role: 'owner', tenant: null }, act))).toEqual([]);
    expect(CLOUD_ACTS.filter((act) => !cloudMay({ role: 'owner', tenant: 'bank' }, act))).toEqual([
      'receipt-keys.rotate',
      'jobs.manage',
      'tenants.manage',
    ]);
  });

  it('let nobody give a role above his own', () => {
    expect(grantableRoles(of('admin'))).toEqual(['admin', 'manager', 'auditor']);
    expect(grantableRoles(of('operator'))).toEqual(['operator', 'admin']);
    expect(grantableRoles(of('manager'))).toEqual([]);
    expect(grantableRoles(of('auditor'))).toEqual([]);
    expect(grantableRoles({ role: 'owner', tenant: null })).toEqual(CLOUD_ROLES);
  });

  it('put an operator in no tenant and the others in one', () => {
    expect(fitsTenant('operator', null)).toBe(true);
    expect(fitsTenant('operator', 'bank')).toBe(false);
    expect(fitsTenant('manager', null)).toBe(false);
    expect(fitsTenant('owner', null) && fitsTenant('owner', 'bank')).toBe(true);
  });
});
