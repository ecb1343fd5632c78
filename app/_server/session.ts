import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';

import { cloudMay, type CloudAct } from '../../signing/access/cloud-roles.ts';
import type { CloudStaff } from '../../kiosk-shell/cloud-api.ts';
import type { Staff } from '../../kiosk-shell/kiosk-api/staff.ts';
import { CLOUD_COOKIE, DISPLAY_COOKIE, STAFF_COOKIE } from './cookies.ts';
import { cloud, kiosk } from './runtime.ts';

/** For pages: the person signed in, or the way to the sign-in. */
export async function signedInStaff(role?: 'manager'): Promise<Staff> {
  const running = kiosk();
  const token = (await cookies()).get(STAFF_COOKIE)?.value;
  const staff = token === undefined ? null : running.staffByToken(token);
  if (staff === null) redirect('/sign-in');
  if (role === 'manager' && staff.role !== 'manager') redirect('/');
  return staff;
}

export async function isDisplay(): Promise<boolean> {
  const running = kiosk();
  const token = (await cookies()).get(DISPLAY_COOKIE)?.value;
  return token !== undefined && running.isDisplay(token);
}

/** For a page of the console: who may not do `act` is led to where the console opens. */
export async function cloudStaffWho(act: CloudAct): Promise<CloudStaff> {
  const staff = await signedInCloudStaff();
  if (!cloudMay(staff, act)) redirect('/cloud');
  return staff;
}

/** Who must choose a secret of his own first comes nowhere else. */
export async function signedInCloudStaff(where?: 'choosing-secret'): Promise<CloudStaff> {
  const running = cloud();
  const token = (await cookies()).get(CLOUD_COOKIE)?.value;
  const staff = token === undefined ? null : await running.staffByToken(token);
  if (staff === null) redirect('/cloud/sign-in');
  if (staff.mustChangeSecret && where !== 'choosing-secret') redirect('/cloud/secret');
  return staff;
}
