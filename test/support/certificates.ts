import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { issueCertificate, type CertificateProfile } from '../../signing/cms/certificates.ts';

export interface MadeCertificate {
  readonly privateKey: KeyObject;
  readonly certificate: Uint8Array;
}

/** Makes certificates of 2026 to 2036; recipients of pen data get RSA keys, all others P-256. */
export function certificateMaker(): (
  profile: CertificateProfile,
  name: string,
  by: MadeCertificate | null,
) => MadeCertificate {
  let serial = 0;
  return (profile, commonName, by) => {
    const keys =
      profile === 'escrow'
        ? generateKeyPairSync('rsa', { modulusLength: 3072 })
        : generateKeyPairSync('ec', { namedCurve: 'P-256' });
    serial += 1;
    const certificate = issueCertificate({
      profile,
      subject: { commonName },
      publicKey: keys.publicKey,
      issuer: by ?? { certificate: 'self', privateKey: keys.privateKey },
      serial: Uint8Array.of(serial),
      notBefore: new Date('2026-01-01T00:00:00Z'),
      notAfter: new Date('2036-01-01T00:00:00Z'),
    });
    return { privateKey: keys.privateKey, certificate };
  };
}
