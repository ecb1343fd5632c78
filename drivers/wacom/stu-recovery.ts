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
/** The pad takes this long to change over after 0x15 and 0x16. */
export const settleMs = 20;
export const shortestCaptureMs = 80;
const endTries = 3;

/**
 * A client that died leaves its capture or its half of an image behind; booting, key making and flash writing end by
 * themselves. What still is not Ready is reset, unless it is resetting already.
 */
export async function recover(link: StuLink): Promise<void> {
  await leaveBehind(link);
  try {
    await link.waitFor('ready', bootPolls);
  } catch (error) {
    if (!(error instanceof PadError) || error.code !== 'wrong-state') throw error;
    if ((await link.status()).status === 'system-reset') throw error;
    await softReset(link);
  }
}

/**
 * Waits for Ready before a command that needs it. A command that failed half-way can have left the pad in a capture or
 * an image of ours: what still is not over is ended then.
 */
export async function becomeReady(link: StuLink): Promise<void> {
  try {
    await link.waitFor('ready');
  } catch (error) {
    if (!(error instanceof PadError) || error.code !== 'wrong-state') throw error;
    await leaveBehind(link);
    await link.waitFor('ready');
  }
}

async function leaveBehind(link: StuLink): Promise<void> {
  const { status } = await link.status();
  if (status === 'capture') await leaveCapture(link);
  if (status === 'image') await link.set(encodeEndImage('abandon'));
}

/**
 * Out of Capture. A pad that finds it too soon stays there and is asked again: 0x16 comes no sooner than 80 ms after
 * the capture began.
 */
export async function leaveCapture(link: StuLink): Promise<void> {
  for (let left = endTries; left > 0; left--) {
    await link.set(encodeEndCapture());
    await link.pause(settleMs);
    if ((await link.status()).status !== 'capture') return;
    await link.pause(shortestCaptureMs);
  }
}

export async function softReset(link: StuLink): Promise<void> {
  await link.set(encodeReset('soft'));
  await link.pause(softResetMs);
  await link.waitFor('ready');
}
