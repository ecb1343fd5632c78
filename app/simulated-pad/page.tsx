import type { ReactNode } from 'react';

import { kiosk } from '../_server/runtime.ts';
import { signedInStaff } from '../_server/session.ts';
import { SimulatedPad } from './simulated-pad.tsx';

export default async function SimulatedPadPage(): Promise<ReactNode> {
  await signedInStaff();
  const { simulatedPad } = kiosk();
  const plugged = kiosk()
    .counter()
    .pads.some(({ simulated, state }) => simulated && (state === 'ready' || state === 'busy'));
  return <SimulatedPad present={simulatedPad !== null} plugged={plugged} />;
}
