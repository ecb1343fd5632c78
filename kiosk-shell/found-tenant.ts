import { createPrivateKey, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hashSecret } from '../signing/access/password.ts';
import type { RandomBytes } from '../signing/access/session.ts';
import { fromUtf8, utf8 } from '../signing/bytes.ts';
import { recipientFaults, recipientProblem } from '../signing/cms/capture-recipients.ts';
import { certificatePem, parseCertificatesPem } from '../signing/cms/pem.ts';
import type { Clock } from '../signing/clock.ts';
import { randomId } from '../signing/ids.ts';
import { err, ok, type Result } from '../signing/result.ts';
import { localAuthority } from '../sync/cloud/devices/authority.ts';
import { parseEnrolment, type Enrolment } from '../sync/cloud/enrolment.ts';
import { openPrivateFolder, readPrivateFile, writePrivateFile } from '../vault/private-files.ts';
import { writeAuthority } from './cloud-keys.ts';
import { DATA_LAYOUT, parseCloudStaff, type CloudStaffAccounts, type KioskEnrolment } from './enrolment.ts';
import { newAuthority } from './own-authority.ts';
import { recipientSentence } from './recipient-words.ts';

/** A company whose kiosks this cloud is to enrol. */
export interface NewTenant {
  readonly id: string;
  readonly name: string;
  /** The escrow holder as customers read it. */
  readonly keyHolder: string;
  /** IANA name. */
  readonly timeZone: string;
  /** PEM: the escrow holder's certificate, then the backup's. */
  readonly escrow: string;
  /** PEM: to whom identity and ceremony records are encrypted. */
  readonly records: string;
  readonly authority: OwnAuthority | NewAuthority;
}

/** The company's: its root, and an issuing authority below it with its private key. */
interface OwnAuthority {
  readonly rootPem: string;
  readonly issuingPem: string;
}
/** To be made. The root's private key and certificate are handed over before anything else is written, and kept nowhere here. */
interface NewAuthority {
  keepRoot(pem: string): void;
}

export interface FoundingPorts {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly random: RandomBytes;
}

/**
 * Adds a tenant to the cloud's files, which it reads at its next start: `tenants.json` and the tenant's issuing authority. What
 * is there stays. The refusal is a sentence.
 * @throws Error when files that are there cannot be read
 */
export async function foundTenant(tenant: NewTenant, ports: FoundingPorts): Promise<Result<null, string>> {
  const { clock, random } = ports;
  const folder = cloudKeys(ports.dataDir);
  const file = join(folder, DATA_LAYOUT.cloudTenants);
  const known = read(file, parseEnrolment) ?? { version: 1 as const, tenants: [] };
  if (known.tenants.some(({ id }) => id === tenant.id)) return err(`The company ${tenant.id} is in ${file} already.`);
  const [fault] = recipientFaults(parseCertificatesPem(tenant.escrow), new Date(clock.now()));
  if (fault !== undefined) return err(recipientSentence(fault));
  const [record] = parseCertificatesPem(tenant.records);
  if (record === undefined || recipientProblem(record, new Date(clock.now())) !== null) {
    return err(
      'The certificate for records has to be a valid one for encryption, with an RSA key of 3072 bits or more.',
    );
  }
  const authority = await authorityOf(tenant, new Date(clock.now()), random);
  if (!authority.ok) return authority;
  const { rootPem, issuing } = authority.value;
  const facts: Omit<KioskEnrolment, 'version' | 'tenant' | 'branch' | 'kiosk'> = {
    ...{ demo: false, keyHolder: tenant.keyHolder, timeZone: tenant.timeZone, captures: 'package' },
    ...{ uploadBytesPerSecond: null, staff: [], documentTypes: [], defaultDocumentType: null },
  };
  const { id, name, escrow, records } = tenant;
  const tenants: Enrolment = {
    version: 1,
    tenants: [...known.tenants, { id, name, roots: rootPem, newKiosks: { escrow, records, facts }, kiosks: [] }],
  };
  const checked = parseEnrolment(tenants);
  if (!checked.ok) return checked;
  // The authority first: a tenant without one is told of at the start, an authority without a tenant is nothing.
  writeAuthority(join(folder, DATA_LAYOUT.cloudAuthorities), id, privatePem(issuing.privateKey), issuing.chainPem);
  writeText(file, JSON.stringify(tenants));
  return ok(null);
}

/** The first account of a cloud, which may do everything there; `secret` is its person's own. The refusal is a sentence. */
export async function foundOwner(
  owner: { readonly name: string; readonly secret: string },
  { dataDir, random }: FoundingPorts,
): Promise<Result<null, string>> {
  const file = join(cloudKeys(dataDir), DATA_LAYOUT.cloudStaff);
  const known = read(file, parseCloudStaff) ?? [];
  if (known.some(({ name }) => name === owner.name))
    return err(`There is an account ${owner.name} in ${file} already.`);
  const verifier = await hashSecret(owner.secret, random);
  const accounts: CloudStaffAccounts = [...known, { id: randomId(), name: owner.name, verifier }];
  writeText(file, JSON.stringify(accounts));
  return ok(null);
}

interface Authority {
  readonly rootPem: string;
  readonly issuing: { readonly privateKey: KeyObject; readonly chainPem: string };
}

async function authorityOf(tenant: NewTenant, now: Date, random: RandomBytes): Promise<Result<Authority, string>> {
  if ('keepRoot' in tenant.authority) {
    const { name } = tenant;
    const names = { root: `${name} root CA`, issuing: `${name} issuing CA` };
    const { root, issuing } = await newAuthority(names, { organization: name, now, random });
    const rootPem = certificatePem(root.certificate);
    tenant.authority.keepRoot(privatePem(root.privateKey) + rootPem);
    return ok({
      rootPem,
      issuing: { privateKey: issuing.privateKey, chainPem: certificatePem(issuing.certificate) },
    });
  }
  const { rootPem, issuingPem } = tenant.authority;
  const privateKey = keyIn(issuingPem);
  if (privateKey === null)
    return err('There is no private key (PKCS#8, PEM, not encrypted) in the file of the authority.');
  const chain = parseCertificatesPem(issuingPem);
  const checked = localAuthority(privateKey, chain, parseCertificatesPem(rootPem));
  if (!checked.ok) return err(`The authority cannot be used: ${checked.error}.`);
  return ok({ rootPem, issuing: { privateKey, chainPem: certificatePem(...chain) } });
}

function keyIn(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}

function cloudKeys(dataDir: string): string {
  openPrivateFolder(dataDir);
  const folder = join(dataDir, ...DATA_LAYOUT.cloudKeys);
  openPrivateFolder(join(folder, '..'));
  openPrivateFolder(folder);
  return folder;
}

function read<T>(file: string, parse: (value: unknown) => Result<T, string>): T | null {
  if (!existsSync(file)) return null;
  const parsed = parse(JSON.parse(fromUtf8(readPrivateFile(file))));
  if (!parsed.ok) throw new Error(`${file}: ${parsed.error}`);
  return parsed.value;
}

function writeText(file: string, text: string): void {
  writePrivateFile(file, utf8(text));
}

function privatePem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
