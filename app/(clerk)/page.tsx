import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';

import { wallClock } from '../_server/clock.ts';
import { kiosk, runtime } from '../_server/runtime.ts';
import { signedInStaff } from '../_server/session.ts';
import { ClerkApp } from './_clerk/clerk-app.tsx';

export default async function ClerkPage({
  searchParams,
}: {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}): Promise<ReactNode> {
  if (runtime().role === 'cloud') redirect('/cloud');
  const staff = await signedInStaff();
  const running = kiosk();
  const { t: chosen } = await searchParams;
  const detail = typeof chosen === 'string' ? running.transaction(chosen) : null;
  return (
    <ClerkApp
      staff={staff}
      counter={running.counter()}
      transactions={running.transactions({ limit: 100 })}
      chosen={detail}
      now={wallClock()}
    />
  );
}
