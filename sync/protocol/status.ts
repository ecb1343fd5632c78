/** What a kiosk says of itself about once a minute, for who looks after many of them: no names, no documents. */
import { z } from 'zod';
import { isSha256, type Sha256 } from '../../signing/digest.ts';

export const STATUS_PATH = '/api/cloud/v1/status';
/** Characters of a report at most. */
export const MAX_STATUS = 8192;

const count = z.int().min(0);
const time = z.iso.datetime({ precision: 3 });
const status = z.strictObject({
  version: z.literal(1),
  /** Version of the program. */
  software: z.string().min(1).max(40),
  /** Empty: none is plugged in. 'absent': one that was there before. */
  pads: z.array(z.strictObject({ model: z.string().max(80), state: z.enum(['ready', 'absent', 'trouble']) })).max(8),
  /** Packages on their way to the cloud. */
  waiting: count,
  oldestWaiting: time.nullable(),
  /** Packages that a manager has to look at: set aside, or refused. */
  setAside: count,
  diskFreeBytes: count,
  /** How far the kiosk's clock is ahead of the cloud's, milliseconds; null before the first contact. */
  clock: z.strictObject({ offsetMs: z.int(), uncertaintyMs: count }).nullable(),
  /** Number of the newest configuration taken; null where none came. */
  configuration: count.nullable(),
  /** Head of the kiosk's audit chain; sequence 0 while nothing has happened. */
  audit: z.strictObject({ sequence: count, digest: z.custom<Sha256>(isSha256) }),
  /** What opens keys and vault. */
  keyStore: z.enum(['none', 'passphrase-file', 'credential', 'pkcs11']),
  /** When the certificates that it uses end. */
  certificatesEnd: time,
});
export type KioskStatus = z.infer<typeof status>;

export function parseKioskStatus(value: unknown): KioskStatus | null {
  const parsed = status.safeParse(value);
  return parsed.success ? parsed.data : null;
}
