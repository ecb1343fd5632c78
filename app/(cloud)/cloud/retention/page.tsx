import type { ReactNode } from 'react';

import { wallClock } from '../../../_server/clock.ts';
import { cloudStaffWho } from '../../../_server/session.ts';
import { ConsoleFrame } from '../_cloud/console-frame.tsx';
import { RetentionPage } from '../_cloud/retention-page.tsx';

export default async function CloudRetention(): Promise<ReactNode> {
  const staff = await cloudStaffWho('retention.read');
  return (
    <ConsoleFrame staff={staff} here="retention">
      <RetentionPage now={wallClock()} />
    </ConsoleFrame>
  );
}
