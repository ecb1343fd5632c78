/** What a capture needs of the session encryption of its pad, whichever of the two that is. */
export interface SessionEncryption {
  readonly version: 'v1' | 'v2';
  /** A key both sides have, new each time; the caller wipes it. The pad has to be Ready. */
  makeKey(): Promise<Uint8Array>;
}
export type RandomBytes = (length: number) => Uint8Array;
