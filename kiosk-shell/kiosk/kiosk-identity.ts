/** Who this counter is; from its enrolment, and what the cloud says since. */
export interface KioskIdentity {
  readonly tenant: { readonly id: string; readonly name: string };
  readonly branch: { readonly id: string; readonly name: string };
  readonly kiosk: string;
  /** Absent for a demo's kiosk, which knows its cloud by address only. */
  readonly cloud?: { readonly address: string; readonly name: string };
  /** The escrow holder as customers read it. */
  readonly keyHolder: string;
  readonly timeZone: string;
  /** Where sealed captures are kept. */
  readonly captures: 'package' | 'document';
  /** Most bytes of packages sent per second; null: as fast as the line carries. */
  readonly uploadBytesPerSecond: number | null;
}
