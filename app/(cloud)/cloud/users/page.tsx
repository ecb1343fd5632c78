import type { ReactNode } from 'react';

import { grantableRoles } from '../../../../signing/access/cloud-roles.ts';
import { cloud } from '../../../_server/runtime.ts';
import { cloudStaffWho } from '../../../_server/session.ts';
import { ConsoleFrame } from '../_cloud/console-frame.tsx';
import { UsersPage } from '../_cloud/users/users-page.tsx';

export default async function CloudUsersPage(): Promise<ReactNode> {
  const staff = await cloudStaffWho('users.read');
  const { tenant } = staff;
  return (
    <ConsoleFrame staff={staff} here="users">
      <UsersPage
        users={await cloud().users.list(staff)}
        roles={grantableRoles(staff)}
        choosesTenant={tenant === null}
      />
    </ConsoleFrame>
  );
}
