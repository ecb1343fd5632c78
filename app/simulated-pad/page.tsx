import type { ReactNode } from 'react';

import { kiosk } from '../_server/runtime.ts';
import { signedInStaff } from '../_server/session.ts';
import { SimulatedPad } from './simulated-pad.tsx';

export default async function SimulatedPadPage(): Promise<ReactNode> {
  await signedInStaff();
  return <SimulatedPad present={kiosk().simulatedPad !== null} />;
}
