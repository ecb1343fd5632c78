import type { ReactNode } from 'react';

import { signedInCloudStaff } from '../../_server/session.ts';
import { ConsoleFrame } from './_cloud/console-frame.tsx';
import { ExceptionsPage } from './_cloud/exceptions-page.tsx';

export default async function CloudExceptions(): Promise<ReactNode> {
  const staff = await signedInCloudStaff();
  return (
    <ConsoleFrame staff={staff} here="exceptions">
      <ExceptionsPage />
    </ConsoleFrame>
  );
}
