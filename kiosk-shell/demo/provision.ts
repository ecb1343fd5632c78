import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { checkNewSecret, hashSecret } from '../../signing/access/password.ts';
import { systemRandom, type RandomBytes } from '../../signing/access/session.ts';
import { fromUtf8, utf8 } from '../../signing/bytes.ts';
import { certificatePem } from '../../signing/cms/pem.ts';
import { publicReceiptKey } from '../../sync/cloud/receipts.ts';
import type { Enrolment } from '../../sync/cloud/enrolment.ts';
import { writeKeyring } from '../../vault/keyring.ts';
import { openPrivateFolder, readPrivateFile, writePrivateFile } from '../../vault/private-files.ts';
import { writeAuthority } from '../cloud-keys.ts';
import { DATA_LAYOUT, type CloudStaffAccounts, type KioskEnrolment } from '../enrolment.ts';
import { makeDemoKeys, type DemoKeys, type SealKeyKind } from './demo-keys.ts';

export interface DemoSecrets {
  /** Made for this data folder alone. */
  readonly signIns: readonly DemoSignIn[];
}
export interface DemoSignIn {
  readonly name: string;
  readonly pin: string;
  readonly role: 'clerk' | 'manager' | 'cloud';
}

export interface ProvisionOptions {
  readonly kioskUrl: string;
  readonly cloudUrl: string;
  readonly now: Date;
  /** Default RSA-3072, which every PDF reader knows. */
  readonly sealKey?: SealKeyKind;
  readonly random?: RandomBytes;
}

const TENANT = { id: 'banka-primer', name: 'Banka Primer d.d.' };
const BRANCH = { id: 'Bled', name: 'Bled' };
const KIOSK = 'bled-1';
const PEOPLE: readonly (Omit<DemoSignIn, 'pin'> & { readonly id: string })[] = [
  { id: 'staff-ana', name: 'Ana', role: 'clerk' },
  { id: 'staff-bor', name: 'Bor', role: 'clerk' },
  { id: 'staff-maja', name: 'Maja', role: 'manager' },
  { id: 'staff-cene', name: 'Cene', role: 'cloud' },
];

/** What a bank would ask: loans with pressure, accounts with a pen, the rest with whatever is there. */
const DOCUMENT_TYPES: Pick<KioskEnrolment, 'documentTypes' | 'defaultDocumentType'> = {
  documentTypes: [
    {
      id: 'loan',
      name: { sl: 'Kreditna pogodba', en: 'Loan agreement' },
      match: { fileName: ['kredit', 'posojil', 'loan'], title: ['kreditna pogodba', 'loan agreement'] },
      devices: { pressure: 'required', screen: 'refused', finger: 'refused' },
    },
    {
      id: 'account',
      name: { sl: 'Pogodba o računu', en: 'Account agreement' },
      match: { fileName: ['racun', 'account'], title: ['pogodba o racunu', 'account agreement'] },
      devices: { pressure: 'any', screen: 'allowed', finger: 'allowed' },
    },
    {
      id: 'power-of-attorney',
      name: { sl: 'Pooblastilo', en: 'Power of attorney' },
      match: { fileName: ['pooblastil', 'attorney'], title: ['pooblastilo', 'power of attorney'] },
      devices: { pressure: 'any', screen: 'allowed', finger: 'refused' },
    },
    {
      id: 'other',
      name: { sl: 'Drugo', en: 'Other' },
      devices: { pressure: 'any', screen: 'allowed', finger: 'allowed' },
    },
  ],
  defaultDocumentType: 'other',
};

const SIGN_INS = 'sign-ins.json';
/** Everything is first made here; the marker says that it is whole, and what remains is moving it. */
const STAGING = 'provisioning';
const MARKER = 'complete';
const MOVES: readonly (readonly [string, readonly string[]])[] = [
  ['kiosk-keys', DATA_LAYOUT.kioskKeys],
  ['cloud-keys', DATA_LAYOUT.cloudKeys],
  ['demo', DATA_LAYOUT.demo],
];

/**
 * Makes the demo tenant in `dataDir` on the first start and answers with its sign-ins; later only answers. A kill at
 * any instant is mended by the next call: what was made whole is used, what was not is made anew.
 */
export async function provisionDemo(dataDir: string, options: ProvisionOptions): Promise<DemoSecrets> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const staging = join(dataDir, STAGING);
  const signInsFile = join(dataDir, ...DATA_LAYOUT.demo, SIGN_INS);
  if (!existsSync(join(staging, MARKER)) && !existsSync(signInsFile)) {
    rmSync(staging, { recursive: true, force: true });
    await stage(staging, options);
    writePrivateFile(join(staging, MARKER), new Uint8Array());
  }
  if (existsSync(staging)) moveInto(dataDir, staging);
  return readSignIns(signInsFile);
}

function moveInto(dataDir: string, staging: string): void {
  for (const [from, to] of MOVES) {
    const source = join(staging, from);
    if (!existsSync(source)) continue;
    const target = join(dataDir, ...to);
    const parent = join(target, '..');
    if (parent !== dataDir) openPrivateFolder(parent);
    renameSync(source, target);
  }
  rmSync(staging, { recursive: true, force: true });
}

async function stage(staging: string, options: ProvisionOptions): Promise<void> {
  const random = options.random ?? systemRandom;
  openPrivateFolder(staging);
  const [keys, staff] = await Promise.all([
    makeDemoKeys(
      { tenant: TENANT.name, branch: BRANCH.name, kiosk: KIOSK },
      { now: options.now, sealKey: options.sealKey ?? 'rsa-3072', random },
    ),
    makeStaff(random),
  ]);
  await writeKiosk(join(staging, 'kiosk-keys'), keys, staff);
  writeCloud(join(staging, 'cloud-keys'), keys, staff);
  writeDemo(join(staging, 'demo'), keys, staff);
}

interface Member extends DemoSignIn {
  readonly id: string;
  readonly verifier: string;
}

async function makeStaff(random: RandomBytes): Promise<readonly Member[]> {
  const pins = new Set<string>();
  while (pins.size < PEOPLE.length) pins.add(newPin(random));
  const given = [...pins];
  return Promise.all(
    PEOPLE.map(async (person, i) => {
      const pin = given[i] ?? '';
      return { ...person, pin, verifier: await hashSecret(pin, random) };
    }),
  );
}

function newPin(random: RandomBytes): string {
  for (;;) {
    const pin = (Buffer.from(random(6)).readUIntBE(0, 6) % 1_000_000).toString().padStart(6, '0');
    if (checkNewSecret(pin).ok) return pin;
  }
}

/** What every kiosk of the tenant is told, those that are enrolled later included. */
function sharedFacts(staff: readonly Member[]): Omit<KioskEnrolment, 'version' | 'tenant' | 'branch' | 'kiosk'> {
  return {
    demo: true,
    keyHolder: 'DEMO escrow holder',
    uploadBytesPerSecond: null,
    timeZone: 'Europe/Ljubljana',
    captures: 'package',
    staff: staff.flatMap(({ id, name, role, verifier }) => (role === 'cloud' ? [] : [{ id, name, role, verifier }])),
    ...DOCUMENT_TYPES,
  };
}

async function writeKiosk(folder: string, keys: DemoKeys, staff: readonly Member[]): Promise<void> {
  const config: KioskEnrolment = {
    version: 1,
    tenant: TENANT,
    branch: BRANCH,
    kiosk: KIOSK,
    ...sharedFacts(staff),
  };
  writeKeyring(folder, {
    sealKey: keys.seal.privateKey,
    sealChain: [keys.seal.certificate, keys.issuing.certificate],
    deviceKey: keys.device.privateKey,
    escrowCertificates: [keys.escrow.certificate, keys.backup.certificate],
    recordCertificates: [keys.record.certificate],
    tenantRoot: keys.root.certificate,
    receiptKeys: [await publicReceiptKey(keys.receiptKey)],
    config,
  });
}

function writeCloud(folder: string, keys: DemoKeys, staff: readonly Member[]): void {
  const tenants: Enrolment = {
    version: 1,
    tenants: [
      {
        ...TENANT,
        roots: certificatePem(keys.root.certificate),
        newKiosks: {
          escrow: certificatePem(keys.escrow.certificate, keys.backup.certificate),
          records: certificatePem(keys.record.certificate),
          facts: sharedFacts(staff),
        },
        kiosks: [
          {
            id: KIOSK,
            branch: BRANCH.id,
            deviceCertificate: certificatePem(keys.device.certificate),
            sealCertificate: certificatePem(keys.seal.certificate),
          },
        ],
      },
    ],
  };
  const accounts: CloudStaffAccounts = staff.flatMap(({ id, name, role, verifier }) =>
    role === 'cloud' ? [{ id, name, verifier }] : [],
  );
  writeText(join(folder, DATA_LAYOUT.cloudReceiptKey), privatePem(keys.receiptKey));
  writeText(join(folder, DATA_LAYOUT.cloudTenants), JSON.stringify(tenants));
  const { privateKey, certificate } = keys.issuing;
  const authorities = join(folder, DATA_LAYOUT.cloudAuthorities);
  writeAuthority(authorities, TENANT.id, privatePem(privateKey), certificatePem(certificate));
  writeText(join(folder, DATA_LAYOUT.cloudStaff), JSON.stringify(accounts));
}

/** What a notary, a tenant and an authority would keep in places of their own. */
function writeDemo(folder: string, keys: DemoKeys, staff: readonly Member[]): void {
  for (const name of ['root', 'issuing', 'escrow', 'backup', 'record'] as const) {
    writeText(join(folder, `${name}.key.pem`), privatePem(keys[name].privateKey));
    writeText(join(folder, `${name}.cert.pem`), certificatePem(keys[name].certificate));
  }
  writeText(join(folder, 'trust.pem'), certificatePem(keys.root.certificate));
  const signIns: readonly DemoSignIn[] = staff.map(({ name, pin, role }) => ({ name, pin, role }));
  writeText(join(folder, SIGN_INS), JSON.stringify({ signIns }));
}

function writeText(file: string, text: string): void {
  writePrivateFile(file, utf8(text));
}

function privatePem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

const secretsSchema = z.object({
  signIns: z.array(z.object({ name: z.string(), pin: z.string(), role: z.enum(['clerk', 'manager', 'cloud']) })),
});

function readSignIns(file: string): DemoSecrets {
  return secretsSchema.parse(JSON.parse(fromUtf8(readPrivateFile(file))));
}
