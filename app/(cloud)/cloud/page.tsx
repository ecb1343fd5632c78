import type { ReactNode } from 'react';

import { cloudMay } from '../../../signing/access/cloud-roles.ts';
import { cloud } from '../../_server/runtime.ts';
import { signedInCloudStaff } from '../../_server/session.ts';
import { CloudApp } from './_cloud/cloud-app.tsx';

export default async function CloudPage(): Promise<ReactNode> {
  const staff = await signedInCloudStaff();
  const packages = cloudMay(staff, 'packages.read') ? await cloud().packages({ limit: 200, tenant: staff.tenant }) : [];
  return <CloudApp staff={staff} packages={packages} />;
}
