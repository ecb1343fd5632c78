/**
 * Captures of one STU pad (`pads.md` 1.6, 1.9, 1.10): from `begin` to `end` ink shows, and on a pad that can encrypt,
 * pen data come encrypted under a key and a session number made for this capture alone.
 */
import { PadError } from '../pad.ts';
import { parseKeyEvent } from './stu-540-reports.ts';
import type { StuKeyEvent } from './stu-540-reports.ts';
import type { StuInput, StuPen } from './stu-pen-reports.ts';
import { encodeStartCapture } from './stu-crypto-reports.ts';
import type { RandomBytes, SessionEncryption } from './stu-encryption.ts';
import type { StuLink } from './stu-link.ts';
import { becomeReady, leaveCapture, settleMs, shortestCaptureMs } from './stu-recovery.ts';
import { stuReport } from './stu-report-table.ts';
import type { StuAbilities } from './stu-report-table.ts';
import { viewOf } from './stu-reports.ts';
import type { Parsed, StuArea } from './stu-reports.ts';
import { SessionCipher } from './stu-session-cipher.ts';
import { encodeInking, encodeWritingArea } from './stu-settings-reports.ts';

/** Pen data that a capture takes in: while it begins and ends, reports of both kinds are still on their way. */
type Accepts = 'clear' | 'both' | 'encrypted';

export class StuCapture {
  readonly #link: StuLink;
  readonly #encryption: SessionEncryption | null;
  readonly #abilities: StuAbilities;
  readonly #random: RandomBytes;
  #cipher: SessionCipher | null = null;
  #accepts: Accepts = 'clear';
  #area: StuArea | null = null;
  /** Settled once the capture may end again. */
  #longEnough: Promise<void> = Promise.resolve();

  constructor(link: StuLink, encryption: SessionEncryption | null, abilities: StuAbilities, random: RandomBytes) {
    this.#link = link;
    this.#encryption = encryption;
    this.#abilities = abilities;
    this.#random = random;
    // Nothing of a capture outlives the connection.
    link.onClosed(() => this.#forget());
  }

  /** Where ink may show now; null between captures. */
  get area(): StuArea | null {
    return this.#area;
  }

  /** Pens of a pen report in their order, or 'refused' for one that is not of this capture. */
  read(input: Extract<StuInput, { type: 'pen' | 'encrypted' }>): readonly StuPen[] | 'refused' {
    if (input.type === 'pen') return this.#accepts === 'encrypted' ? 'refused' : [input.pen];
    return this.#cipher?.open(input) ?? 'refused';
  }

  /** A key pressed on a screen that a STU-540 runs by itself. */
  readKey(report: Uint8Array): Parsed<StuKeyEvent> | 'refused' {
    if (report[0] === stuReport.eventEncrypted) return this.#cipher?.openKeyEvent(report) ?? 'refused';
    return this.#accepts === 'encrypted' ? 'refused' : parseKeyEvent(report);
  }

  /** Encryption that worked at plug-in and fails now is an error: pen data never fall back to clear on the quiet. */
  async begin(area: StuArea): Promise<void> {
    const link = this.#link;
    if (this.#area) await this.end();
    await becomeReady(link);
    const key = await this.#encryption?.makeKey();
    try {
      this.#area = area;
      if (this.#abilities.writingArea) await link.command(encodeWritingArea(area));
      await link.command(encodeInking(true));
      if (key) await this.#encrypt(key);
    } catch (error) {
      key?.fill(0);
      await this.#abandon(key !== undefined);
      throw error;
    }
  }

  async #encrypt(key: Uint8Array): Promise<void> {
    const link = this.#link;
    const session = viewOf(this.#random(4)).getUint32(0);
    const mode = this.#abilities.optionMode;
    this.#cipher = new SessionCipher(key, session, [
      mode === 3
        ? stuReport.penTimeSequenceEncrypted
        : mode === 1
          ? stuReport.penOptionEncrypted
          : stuReport.penEncrypted,
    ]);
    this.#accepts = 'both';
    await link.command(encodeStartCapture(session));
    // Waited for rather than measured: a replayed recording has a clock of its own.
    this.#longEnough = link.pause(shortestCaptureMs);
    await link.pause(settleMs);
    await link.waitFor('capture');
    this.#accepts = 'encrypted';
  }

  async end(): Promise<void> {
    const link = this.#link;
    try {
      if (this.#cipher) {
        await this.#longEnough;
        this.#accepts = 'both';
        await leaveCapture(link);
        await link.waitFor('ready');
      }
    } finally {
      this.#forget();
    }
    await link.command(encodeInking(false));
  }

  /** What can be undone of a capture that did not begin; the error that is on its way says the rest. */
  async #abandon(encrypted: boolean): Promise<void> {
    const link = this.#link;
    this.#forget();
    try {
      if (encrypted && (await link.status()).status === 'capture') await leaveCapture(link);
      await link.set(encodeInking(false));
    } catch (error) {
      if (!(error instanceof PadError)) throw error;
    }
  }

  #forget(): void {
    this.#cipher?.end();
    this.#cipher = null;
    this.#accepts = 'clear';
    this.#area = null;
  }
}
