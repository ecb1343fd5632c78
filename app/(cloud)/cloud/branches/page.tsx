import type { ReactNode } from 'react';

import { cloudStaffWho } from '../../../_server/session.ts';
import { ConsoleFrame } from '../_cloud/console-frame.tsx';
import { BranchesPage } from '../_cloud/branches-page.tsx';

export default async function CloudBranches(): Promise<ReactNode> {
  const staff = await cloudStaffWho('configuration.read');
  return (
    <ConsoleFrame staff={staff} here="branches">
      <BranchesPage />
    </ConsoleFrame>
  );
}
