/** From whatever state a pad was left in to Ready (`pads.md` 1.6, 1.8, 1.13). */
import { PadError } from '../pad.ts';
import { encodeEndCapture } from './stu-crypto-reports.ts';
import { encodeEndImage } from './stu-image-reports.ts';
import type { StuLink } from './stu-link.ts';
import { encodeReset } from './stu-settings-reports.ts';

/** Booting shows the maker's picture for some seconds; commands are polled for a shorter time. */
const bootPolls = 100;
/** A soft reset takes up to 1.1 s. */
const softResetMs = 1100;

/**
 * A client that died leaves its capture or its half of an image behind; booting, key making and flash writing end by
 * themselves. What still is not Ready is reset, unless it is resetting already.
 */
export async function recover(link: StuLink): Promise<void> {
  const { status } = await link.status();
  if (status === 'capture') await link.set(encodeEndCapture());
  if (status === 'image') await link.set(encodeEndImage('abandon'));
  try {
    await link.waitFor('ready', bootPolls);
  } catch (error) {
    if (!(error instanceof PadError) || error.code !== 'wrong-state') throw error;
    if ((await link.status()).status === 'system-reset') throw error;
    await softReset(link);
  }
}

export async function softReset(link: StuLink): Promise<void> {
  await link.set(encodeReset('soft'));
  await link.pause(softResetMs);
  await link.waitFor('ready');
}
