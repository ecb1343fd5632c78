import type { ReactNode } from 'react';

import { SignInForm } from '../_components/sign-in-form.tsx';
import { kiosk } from '../_server/runtime.ts';

export default function SignInPage(): ReactNode {
  kiosk();
  return <SignInForm door="/api/sign-in" to={{ clerk: '/', manager: '/manager' }} subtitle="counter" />;
}
