import { createPrivateKey, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLOUD_COOKIE, DISPLAY_COOKIE, STAFF_COOKIE } from '../../../app/_server/cookies.ts';
import type { CloudApi } from '../../../kiosk-shell/cloud-api.ts';
import { openCloudRuntime } from '../../../kiosk-shell/cloud-runtime.ts';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import type { CloudRole } from '../../../signing/access/cloud-roles.ts';
import { hashSecret } from '../../../signing/access/password.ts';
import { systemClock } from '../../../signing/clock.ts';
import { createDeviceTokenSource } from '../../../sync/kiosk/device-token-source.ts';
import { PROTOCOL_VERSION } from '../../../sync/protocol/receipt.ts';
import { PROTOCOL_HEADER } from '../../../sync/protocol/wire.ts';
import { demoFolder, kioskConfig, must, NO_PADS, type DemoFolder } from '../../support/kiosk-rig.ts';
import type { Caller } from './matrix.ts';

export const SECRET = 'gorenjski nagelj';
export const TENANT = 'banka-primer';
export const KIOSK = 'bled-1';
const CLOUD_URL = 'https://cloud.example.test';
/** One account of each role, those of the other tenant, and one that is acted upon. */
const ACCOUNTS: readonly { id: string; role: CloudRole; tenant?: string }[] = [
  { id: 'cloud-owner', role: 'owner' },
  { id: 'cloud-operator', role: 'operator' },
  ...(['admin', 'manager', 'auditor'] as const).flatMap((role) => [
    { id: `cloud-${role}`, role, tenant: TENANT },
    { id: `other-${role}`, role, tenant: 'other-bank' },
  ]),
  { id: 'target', role: 'admin', tenant: TENANT },
];

export type Headed = Readonly<Record<string, string>>;
export interface People {
  readonly kiosk: KioskApi;
  readonly cloud: CloudApi;
  readonly headers: ReadonlyMap<Caller | 'other-admin' | 'other-manager' | 'other-auditor', Headed>;
  readonly end: () => Promise<void>;
}

/** A kiosk and a cloud as they run, of one demo tenant, and the headers with which each person or machine comes. */
export async function openPeople(): Promise<People> {
  const folder = await demoFolder();
  await addAccounts(folder);
  const kiosk = await openKioskRuntime(kioskConfig(folder.dataDir), { pads: NO_PADS });
  const cloud = await openCloudRuntime({ dataDir: folder.dataDir, cloudUrl: CLOUD_URL });
  const headers = new Map<Caller | 'other-admin' | 'other-manager' | 'other-auditor', Headed>([['nobody', {}]]);

  for (const role of ['clerk', 'manager'] as const) {
    const account = folder.demo.signIns.find((one) => one.role === role);
    const session = must(await kiosk.signIn(account?.name ?? '', account?.pin ?? '', null));
    headers.set(role, everyCookie(session.token));
    if (role === 'clerk')
      headers.set('display', everyCookie(kiosk.newDisplay({ staff: session.staff, ip: null }).token));
  }
  for (const { id } of ACCOUNTS.filter((one) => one.id !== 'target'))
    headers.set(id as Caller, everyCookie(must(await cloud.signIn(id, SECRET, null)).token));
  const admin = await cloud.staffByToken(tokenOf(headers.get('cloud-owner')));
  const invited = await cloud.users.invite({ name: 'invited', role: 'admin', tenant: TENANT }, admin!);
  if (!invited.ok) throw new Error(invited.error);
  headers.set('cloud-invited', everyCookie(must(await cloud.signIn('invited', invited.value.secret, null)).token));
  headers.set('device', await deviceHeaders(folder));
  return {
    kiosk,
    cloud,
    headers,
    end: async () => {
      await kiosk.close();
      await cloud.close();
      folder.remove();
    },
  };
}

/** What every request to the devices' door carries: it says nothing of who asks. */
export const PROTOCOL: Headed = { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) };

/** A token is shown at every door: it must open none but its own. */
function everyCookie(token: string): Headed {
  return { cookie: [STAFF_COOKIE, DISPLAY_COOKIE, CLOUD_COOKIE].map((name) => `${name}=${token}`).join('; ') };
}

export function tokenOf(headers: Headed | undefined): string {
  return /=([^;]+)/.exec(headers?.['cookie'] ?? '')?.[1] ?? '';
}

async function addAccounts({ dataDir }: DemoFolder): Promise<void> {
  const keys = join(dataDir, 'cloud', 'keys');
  const verifier = await hashSecret(SECRET, undefined, { memory: 64, passes: 1, parallelism: 1 });
  const accounts = ACCOUNTS.map((one) => ({ ...one, name: one.id, verifier }));
  writeFileSync(join(keys, 'staff.json'), JSON.stringify(accounts));
  const tenants = JSON.parse(readFileSync(join(keys, 'tenants.json'), 'utf8')) as {
    tenants: { id: string; roots: string }[];
  };
  const { roots } = tenants.tenants[0]!;
  const other = { id: 'other-bank', name: 'Druga banka', roots, kiosks: [] };
  writeFileSync(join(keys, 'tenants.json'), JSON.stringify({ ...tenants, tenants: [...tenants.tenants, other] }));
}

async function deviceHeaders({ dataDir }: DemoFolder): Promise<Headed> {
  const key = createPrivateKey(readFileSync(join(dataDir, 'kiosk', 'keys', 'device.key.pem')));
  const algorithm = key.asymmetricKeyType === 'ec' ? 'ES256' : 'RS256';
  const token = createDeviceTokenSource({
    ...{ kiosk: KIOSK, audience: CLOUD_URL, key, algorithm },
    clock: systemClock,
    newId: randomUUID,
  });
  return { authorization: `Bearer ${await token()}` };
}
