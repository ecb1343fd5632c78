import { createPrivateKey, createPublicKey, randomBytes, type KeyObject } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fromUtf8, utf8 } from '../signing/bytes.ts';
import { parseCertificatesPem } from '../signing/cms/pem.ts';
import { sha256 } from '../signing/digest.ts';
import type { LocalAuthority } from '../sync/cloud/devices/authority.ts';
import { openPrivateFolder, readPrivateFile, writePrivateFile } from '../vault/private-files.ts';

const PEM = '.pem';

/**
 * Issuing authorities: `<tenant>.pem`, mode 0600, with the private key (PKCS#8) and the issuing certificate, then those above
 * it, without the root. @throws Error naming the file.
 */
export function readAuthorities(folder: string): ReadonlyMap<string, LocalAuthority> {
  return new Map(
    pemFiles(folder).map((file) => {
      const text = fromUtf8(readPrivateFile(join(folder, file)));
      const chain = parseCertificatesPem(text).map((der) => Uint8Array.from(der));
      return [decodeURIComponent(file.slice(0, -PEM.length)), { privateKey: privateKey(file, text), chain }];
    }),
  );
}

/** Puts an authority where `readAuthorities` finds it. */
export function writeAuthority(folder: string, tenant: string, keyPem: string, chainPem: string): void {
  openPrivateFolder(folder);
  writePrivateFile(join(folder, `${encodeURIComponent(tenant)}${PEM}`), utf8(keyPem + chainPem));
}

/** 32 random bytes in hex, made on the first start when no other process has put them there. */
export function webhookKey(file: string): Uint8Array {
  if (!existsSync(file)) writePrivateFile(file, utf8(randomBytes(32).toString('hex')));
  const text = fromUtf8(readPrivateFile(file)).trim();
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`${file}: not 32 bytes in hex`);
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

/** Receipt keys after the first one, a file each, named by their digest; read each time, as another process may have added one. */
export function laterReceiptKeys(folder: string): { keys(): readonly KeyObject[]; add(key: KeyObject): void } {
  const read = new Map<string, KeyObject>();
  return {
    keys: () =>
      pemFiles(folder).map((file) => {
        const key = read.get(file) ?? privateKey(file, fromUtf8(readPrivateFile(join(folder, file))));
        read.set(file, key);
        return key;
      }),
    add: (key) => {
      openPrivateFolder(folder);
      const name = sha256(createPublicKey(key).export({ type: 'spki', format: 'der' }));
      writePrivateFile(join(folder, `${name}${PEM}`), utf8(key.export({ type: 'pkcs8', format: 'pem' }).toString()));
    },
  };
}

function pemFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith(PEM) && !name.startsWith('.'));
}

function privateKey(file: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // The cause is left out: OpenSSL's message may speak of the contents.
    throw new Error(`${file} has no private key in PEM`);
  }
}
