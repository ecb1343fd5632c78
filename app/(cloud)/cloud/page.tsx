import type { ReactNode } from 'react';

import { cloud } from '../../_server/runtime.ts';
import { signedInCloudStaff } from '../../_server/session.ts';
import { CloudApp } from './_cloud/cloud-app.tsx';

export default async function CloudPage(): Promise<ReactNode> {
  const staff = await signedInCloudStaff();
  return <CloudApp staff={staff} packages={await cloud().packages({ limit: 200, tenant: staff.tenant })} />;
}
