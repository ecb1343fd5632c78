/** Which session encryption a pad has. */
import { PadError } from '../pad.ts';
import { openEncryptionV1 } from './stu-encryption-v1.ts';
import { openEncryptionV2 } from './stu-encryption-v2.ts';
import type { RandomBytes, SessionEncryption } from './stu-encryption.ts';
import type { StuLink } from './stu-link.ts';
import { softReset } from './stu-recovery.ts';
import { stuReport } from './stu-report-table.ts';

/**
 * v1 where the pad has a prime that is not zero, else v2 (`pads.md` 1.9). A whole key is made here and thrown away: a
 * pad that cannot is found now, at plug-in, and not before a customer. One that fails is reset once, since a client
 * that died may have left its own numbers behind. Null only for a pad that cannot encrypt at all; an unplugged or deaf
 * one rejects.
 */
export async function findEncryption(link: StuLink, random: RandomBytes): Promise<SessionEncryption | null> {
  const { features } = link.reports;
  const hasV1 = features.has(stuReport.dhPrime) && features.has(stuReport.hostPublicKey);
  const hasV2 = features.has(stuReport.encryptionCommand) && features.has(stuReport.encryptionStatus);
  if (!hasV1 && !hasV2) return null;
  const attempt = async (): Promise<SessionEncryption | null> =>
    (hasV1 ? await openEncryptionV1(link, random) : null) ?? (hasV2 ? await openEncryptionV2(link) : null);
  const proven = async (): Promise<SessionEncryption | null> => {
    const found = await attempt();
    if (found) (await found.makeKey()).fill(0);
    return found;
  };
  try {
    return await proven();
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  try {
    await softReset(link);
    return await proven();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return null;
  }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof PadError && (error.code === 'refused' || error.code === 'wrong-state');
