import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { RandomBytes } from '../../signing/access/session.ts';
import { issue, newAuthority, p256, type KeyAndCertificate, type KeyPair } from '../own-authority.ts';

const generate = promisify(generateKeyPair);

/** Everything a demo tenant needs; in earnest most of these keys are never on one machine. */
export interface DemoKeys {
  readonly root: KeyAndCertificate;
  readonly issuing: KeyAndCertificate;
  readonly seal: KeyAndCertificate;
  readonly device: KeyAndCertificate;
  readonly escrow: KeyAndCertificate;
  readonly backup: KeyAndCertificate;
  readonly record: KeyAndCertificate;
  readonly receiptKey: KeyObject;
}

export type SealKeyKind = 'rsa-3072' | 'p-256';

/** A tenant's certification authority with a kiosk under it, and the escrow, backup and record recipients. */
export async function makeDemoKeys(
  names: { readonly tenant: string; readonly branch: string; readonly kiosk: string },
  { now, sealKey, random }: { readonly now: Date; readonly sealKey: SealKeyKind; readonly random: RandomBytes },
): Promise<DemoKeys> {
  const options = { organization: names.tenant, now, random };
  const [authority, device, receipt, seal, escrow, backup, record] = await Promise.all([
    newAuthority({ root: 'DEMO root CA', issuing: 'DEMO issuing CA' }, options),
    p256(),
    p256(),
    sealKey === 'p-256' ? p256() : rsa3072(),
    rsa3072(),
    rsa3072(),
    rsa3072(),
  ]);
  return {
    ...authority,
    seal: issue('seal', `DEMO seal ${names.branch}`, seal, authority.issuing, options),
    device: issue('device', `DEMO ${names.kiosk}`, device, authority.issuing, options),
    escrow: issue('escrow', 'DEMO escrow holder', escrow, null, options),
    backup: issue('escrow', 'DEMO escrow backup', backup, null, options),
    record: issue('escrow', 'DEMO tenant records', record, null, options),
    receiptKey: receipt.privateKey,
  };
}

function rsa3072(): Promise<KeyPair> {
  return generate('rsa', { modulusLength: 3072 });
}
