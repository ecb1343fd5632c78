import type { ReactNode } from 'react';

import { signedInCloudStaff } from '../../../_server/session.ts';
import { OwnSecret } from '../_cloud/own-secret.tsx';

export default async function OwnSecretPage(): Promise<ReactNode> {
  const staff = await signedInCloudStaff('choosing-secret');
  return <OwnSecret name={staff.name} />;
}
