import type { ReactNode } from 'react';

import { SignInForm } from '../../../_components/sign-in-form.tsx';
import { cloud } from '../../../_server/runtime.ts';

export default function CloudSignInPage(): ReactNode {
  cloud();
  return <SignInForm door="/api/cloud/sign-in" to={{}} subtitle="cloud" />;
}
