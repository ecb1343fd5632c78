import type { ReactNode } from 'react';

import { cloudStaffWho } from '../../../_server/session.ts';
import { ConsoleFrame } from '../_cloud/console-frame.tsx';
import { KeysPage } from '../_cloud/keys-page.tsx';

export default async function CloudKeys(): Promise<ReactNode> {
  const staff = await cloudStaffWho('keys.read');
  return (
    <ConsoleFrame staff={staff} here="keys">
      <KeysPage />
    </ConsoleFrame>
  );
}
