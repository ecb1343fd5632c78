/** The key-holding component (a port): the kiosk's key stands behind `vault/keyring.ts`. */
export interface Signer {
  readonly algorithm: 'rsa-sha256' | 'ecdsa-p256-sha256';
  /** DER certificates, the signer's own first, then intermediates; never the root. */
  readonly chain: readonly Uint8Array[];
  /** Signature over `data` (RSASSA-PKCS1-v1_5, or ECDSA as DER SEQUENCE of r and s). */
  sign(data: Uint8Array): Promise<Uint8Array>;
}
