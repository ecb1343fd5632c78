import type { ReactNode } from 'react';

import { cloudStaffWho } from '../../../_server/session.ts';
import { ConsoleFrame } from '../_cloud/console-frame.tsx';
import { PackagesPage } from '../_cloud/packages-page.tsx';

export default async function CloudPackages(): Promise<ReactNode> {
  const staff = await cloudStaffWho('packages.read');
  return (
    <ConsoleFrame staff={staff} here="packages">
      <PackagesPage />
    </ConsoleFrame>
  );
}
