import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';

import { cloudMay, grantableRoles } from '../../../../signing/access/cloud-roles.ts';
import { cloud } from '../../../_server/runtime.ts';
import { signedInCloudStaff } from '../../../_server/session.ts';
import { UsersPage } from '../_cloud/users/users-page.tsx';

export default async function CloudUsersPage(): Promise<ReactNode> {
  const staff = await signedInCloudStaff();
  if (!cloudMay(staff, 'users.read')) redirect('/cloud');
  const { tenant } = staff;
  return (
    <UsersPage users={await cloud().users.list(staff)} roles={grantableRoles(staff)} choosesTenant={tenant === null} />
  );
}
