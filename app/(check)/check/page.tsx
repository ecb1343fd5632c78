import type { ReactNode } from 'react';

import { wallClock } from '../../_server/clock.ts';
import { kiosk } from '../../_server/runtime.ts';
import { signedInStaff } from '../../_server/session.ts';
import { CheckApp } from './_check/check-app.tsx';

export default async function CheckPage(): Promise<ReactNode> {
  const staff = await signedInStaff();
  return <CheckApp staff={staff} counter={kiosk().counter()} now={wallClock()} />;
}
