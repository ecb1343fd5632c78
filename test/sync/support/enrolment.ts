import { X509Certificate, type KeyObject } from 'node:crypto';
import { certificatePem } from '../../../signing/cms/pem.ts';
import type { Clock } from '../../../signing/clock.ts';
import type { CloudOptions } from '../../../sync/cloud/cloud.ts';
import type { Database } from '../../../sync/cloud/database.ts';
import type { LocalAuthority } from '../../../sync/cloud/devices/authority.ts';
import { certificateMaker } from '../../support/certificates.ts';
import { startTestCloud, type TestCloud } from './world.ts';

export const BANK = 'banka-primer';
export const OTHER = 'druga-banka';
export const HEAD = { name: 'Cene', tenant: null };

/** A tenant with a root and an issuing authority below it, and what its new kiosks are given. */
export interface EnrollingTenant {
  readonly id: string;
  readonly authority: LocalAuthority;
  readonly root: Uint8Array;
  readonly issuing: Uint8Array;
}

/** A cloud of two tenants that enrols kiosks. */
export async function startEnrollingCloud(
  clock: Clock,
  openDatabase: (folder: string) => Promise<Database>,
  wrap: Partial<CloudOptions> = {},
): Promise<TestCloud & { readonly bank: EnrollingTenant }> {
  const make = certificateMaker();
  const people = ['escrow', 'backup', 'record'].map((name) => make('escrow', name, null));
  const [escrow, backup, record] = people.map(({ certificate }) => certificatePem(certificate));
  const tenants = [BANK, OTHER].map((id) => {
    const root = make('root-ca', `${id} root`, null);
    const issuing = make('issuing-ca', `${id} issuing`, root);
    const authority: LocalAuthority = { privateKey: issuing.privateKey, chain: [issuing.certificate] };
    return { id, authority, root: root.certificate, issuing: issuing.certificate };
  });
  const [bank] = tenants;
  if (bank === undefined) throw new Error('no tenant');
  const cloud = await startTestCloud(
    clock,
    [],
    () => ({
      enrolment: {
        version: 1,
        tenants: tenants.map(({ id, root }) => ({
          ...{ id, name: `Name of ${id}`, roots: certificatePem(root), kiosks: [] },
          newKiosks: {
            escrow: `${escrow}${backup}`,
            records: `${record}`,
            facts: { keyHolder: 'Notar Novak', timeZone: 'Europe/Ljubljana', captures: 'package', staff: [] },
          },
        })),
      },
      authorities: new Map(tenants.map(({ id, authority }) => [id, authority])),
      ...wrap,
    }),
    openDatabase,
  );
  return { ...cloud, bank };
}

export function isOfKey(certificate: Uint8Array | undefined, key: KeyObject): boolean {
  return certificate !== undefined && new X509Certificate(certificate).checkPrivateKey(key);
}
