import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificatePem } from '../../signing/cms/pem.ts';
import { openKeyring } from '../../vault/keyring.ts';

/** One signature as poppler's pdfsig tells of it. */
export interface OutsideSignature {
  readonly field: string;
  readonly signer: string;
  readonly valid: string;
  readonly certificate: string;
  readonly whole: boolean;
}

/**
 * An NSS database that trusts the demo tenant's root. The chain goes in without trust: poppler 22.12 trips over a second
 * signature by one certificate unless the database holds that certificate.
 */
export function trustTenant(dataDir: string, into: string): string {
  const db = join(into, 'nss');
  mkdirSync(db, { recursive: true });
  execFileSync('certutil', ['-N', '-d', `sql:${db}`, '--empty-password']);
  const keys = openKeyring(join(dataDir, 'kiosk', 'keys'));
  const add = (name: string, certificate: Uint8Array, trust: string): void => {
    const pem = join(into, `${name}.pem`);
    writeFileSync(pem, certificatePem(certificate));
    execFileSync('certutil', ['-A', '-d', `sql:${db}`, '-n', name, '-t', trust, '-i', pem]);
  };
  add('root', keys.tenantRoot(), 'CT,CT,CT');
  keys.sealKey().chain.forEach((certificate, i) => add(`chain-${i}`, certificate, ',,'));
  return `sql:${db}`;
}

/** Every signature of a file, in the order of the form; none when there are none. */
export function pdfsig(file: string, database: string): readonly OutsideSignature[] {
  const { stdout } = spawnSync('pdfsig', ['-nssdir', database, file], { encoding: 'utf8' });
  return stdout
    .split(/^Signature #\d+:\n/m)
    .slice(1)
    .map((part) => ({
      field: line(part, 'Signature Field Name'),
      signer: line(part, 'Signer Certificate Common Name'),
      valid: line(part, 'Signature Validation'),
      certificate: line(part, 'Certificate Validation'),
      whole: part.includes('- Total document signed'),
    }));
}

function line(part: string, name: string): string {
  return new RegExp(`- ${name}: (.*)`).exec(part)?.[1]?.trim() ?? '';
}

/** 0 sound, 3 warnings, 2 errors. */
export function qpdfStatus(file: string): number | null {
  return spawnSync('qpdf', ['--check', file]).status;
}
