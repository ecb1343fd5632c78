import type { ReactNode } from 'react';

import { wallClock } from '../../../_server/clock.ts';
import { cloudStaffWho } from '../../../_server/session.ts';
import { ConsoleFrame } from '../_cloud/console-frame.tsx';
import { KiosksPage } from '../_cloud/kiosks-page.tsx';

export default async function CloudKiosks(): Promise<ReactNode> {
  const staff = await cloudStaffWho('kiosks.read');
  return (
    <ConsoleFrame staff={staff} here="kiosks">
      <KiosksPage staff={staff} now={wallClock()} />
    </ConsoleFrame>
  );
}
