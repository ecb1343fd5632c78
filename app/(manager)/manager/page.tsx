import type { ReactNode } from 'react';

import { wallClock } from '../../_server/clock.ts';
import { kiosk } from '../../_server/runtime.ts';
import { signedInStaff } from '../../_server/session.ts';
import { ManagerApp } from './_manager/manager-app.tsx';

export default async function ManagerPage({
  searchParams,
}: {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}): Promise<ReactNode> {
  const staff = await signedInStaff('manager');
  const running = kiosk();
  const { t: chosen } = await searchParams;
  return (
    <ManagerApp
      staff={staff}
      counter={running.counter()}
      transactions={running.transactions({ limit: 200 })}
      chosen={typeof chosen === 'string' ? chosen : null}
      now={wallClock()}
    />
  );
}
