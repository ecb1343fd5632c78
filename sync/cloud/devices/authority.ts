import { X509Certificate, type KeyObject } from 'node:crypto';
import { systemRandom, type RandomBytes } from '../../../signing/access/session.ts';
import { certificateFacts } from '../../../signing/cms/certificate-facts.ts';
import { issueCertificate } from '../../../signing/cms/certificates.ts';
import { newSerialNumber } from '../../../signing/cms/serial-number.ts';
import { err, ok, type Result } from '../../../signing/result.ts';

/** A tenant's issuing authority (a port: its key may be in a file here, or in a module that never gives it away). */
export interface TenantAuthority {
  /** DER, the issuing certificate first; without the root. */
  readonly chain: readonly Uint8Array[];
  /** DER of the root above it, which kiosks pin. */
  readonly root: Uint8Array;
  /** DER of a new certificate. */
  issue(wanted: WantedCertificate): Promise<Uint8Array>;
}

export interface WantedCertificate {
  readonly profile: 'device' | 'seal';
  readonly commonName: string;
  readonly organization: string;
  readonly publicKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** An authority whose key is in a file here; `chain` as in `TenantAuthority`. */
export interface LocalAuthority {
  readonly privateKey: KeyObject;
  readonly chain: readonly Uint8Array[];
}

/** Of the tenants that have one. */
export type TenantAuthorities = ReadonlyMap<string, TenantAuthority>;

/** What is wrong with the files of an authority, as a sentence. */
export type AuthorityProblem = string;

/** An authority whose key is in this process. `roots` are the tenant's: the chain has to end at one of them. */
export function localAuthority(
  privateKey: KeyObject,
  chain: readonly Uint8Array[],
  roots: readonly Uint8Array[],
  random: RandomBytes = systemRandom,
): Result<TenantAuthority, AuthorityProblem> {
  const [own] = chain;
  const last = chain.at(-1);
  if (own === undefined || last === undefined) return err('there is no certificate with the key');
  if (!new X509Certificate(own).checkPrivateKey(privateKey)) return err('its first certificate is of another key');
  for (const [place, certificate] of chain.entries()) {
    if (!certificateFacts(certificate).authority) return err('a certificate of it is not of an authority');
    const above = chain[place + 1];
    if (above !== undefined && !isBelow(certificate, above)) return err('its certificates do not follow each other');
  }
  const root = roots.find((candidate) => isBelow(last, candidate));
  if (root === undefined) return err("it does not stand below the tenant's root");
  return ok({
    chain,
    root,
    issue: ({ profile, commonName, organization, publicKey, notBefore, notAfter }) =>
      Promise.resolve(
        issueCertificate({
          profile,
          subject: { commonName, organization },
          publicKey,
          issuer: { certificate: own, privateKey },
          serial: newSerialNumber(random),
          notBefore,
          notAfter,
        }),
      ),
  });
}

function isBelow(certificate: Uint8Array, above: Uint8Array): boolean {
  const [lower, upper] = [new X509Certificate(certificate), new X509Certificate(above)];
  return lower.checkIssued(upper) && lower.verify(upper.publicKey);
}
