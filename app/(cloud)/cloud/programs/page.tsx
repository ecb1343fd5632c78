import type { ReactNode } from 'react';

import { wallClock } from '../../../_server/clock.ts';
import { cloudStaffWho } from '../../../_server/session.ts';
import { ConsoleFrame } from '../_cloud/console-frame.tsx';
import { ProgramsPage } from '../_cloud/programs-page.tsx';

export default async function CloudPrograms(): Promise<ReactNode> {
  const staff = await cloudStaffWho('integration.manage');
  return (
    <ConsoleFrame staff={staff} here="programs">
      <ProgramsPage tenant={staff.tenant} now={wallClock()} />
    </ConsoleFrame>
  );
}
