/**
 * Pen data of one capture, decrypted. Each report is one AES block on its own (`pads.md` 1.9, 1.10): there is no
 * chaining and no authentication, only the session number inside the block. What that can and cannot tell:
 *
 * - A block under another key decrypts to noise, and one of another capture carries another number: both are refused,
 *   but for one chance in 2^32 that noise carries the number.
 * - Report 0x33 (STU-430, 530, 540) also carries a sequence number: a report told again or out of turn is refused, and
 *   one left out shows as a gap.
 * - Reports 0x10 and 0x31 (STU-300, 500, 520) carry none: a block told again within its own capture looks like a pen
 *   held still, and one left out is not seen. The options of 0x31 come in clear behind the block; they tell the time
 *   of a sample, and nothing vouches for them.
 */
import { createDecipheriv } from 'node:crypto';
import type { DecipherGCM } from 'node:crypto';
import { readSessionPens } from './stu-pen-reports.ts';
import type { Parsed } from './stu-reports.ts';
import { readSessionKeyEvent } from './stu-540-reports.ts';
import type { StuKeyEvent } from './stu-540-reports.ts';
import type { EncryptedPenId, StuInput, StuPen } from './stu-pen-reports.ts';

type Encrypted = Extract<StuInput, { type: 'encrypted' }>;
type BlockDecipher = Pick<DecipherGCM, 'update' | 'final'>;

export class SessionCipher {
  readonly #session: number;
  readonly #accepts: readonly EncryptedPenId[];
  #decipher: BlockDecipher | null;
  #lastSequence: number | null = null;

  /** Takes the key over (16 bytes: AES-128, 32: AES-256) and wipes it. */
  constructor(key: Uint8Array, session: number, accepts: readonly EncryptedPenId[]) {
    const decipher = createDecipheriv(key.length === 32 ? 'aes-256-ecb' : 'aes-128-ecb', key, null);
    decipher.setAutoPadding(false);
    key.fill(0);
    this.#decipher = decipher;
    this.#session = session;
    this.#accepts = accepts;
  }

  /** The samples of one report in their order, or 'refused'. */
  open(input: Encrypted): readonly StuPen[] | 'refused' {
    if (!this.#decipher || !this.#accepts.includes(input.id)) return 'refused';
    const plain = this.#decipher.update(input.block);
    const { session, pens } = readSessionPens(input.id, plain, input.options);
    plain.fill(0);
    if (session !== this.#session) return 'refused';
    for (const { sequence } of pens) {
      if (sequence === undefined) continue;
      if (!this.#isNext(sequence)) return 'refused';
      this.#lastSequence = sequence;
    }
    return pens;
  }

  /** The plain bytes of report 0x9A, or 'refused': it is no pen data, but of this capture all the same. */
  openKeyEvent(report: Uint8Array): Parsed<StuKeyEvent> | 'refused' {
    if (!this.#decipher) return 'refused';
    const { session, event } = readSessionKeyEvent(this.#decipher.update(report.subarray(1, 17)));
    return session === this.#session ? event : 'refused';
  }

  /** The counter wraps at 16 bits: half of its range is what may have been lost, the other half has been already. */
  #isNext(sequence: number): boolean {
    if (this.#lastSequence === null) return true;
    const step = (sequence - this.#lastSequence) & 0xffff;
    return step > 0 && step < 0x8000;
  }

  /** Ends the cipher for good; OpenSSL wipes its copy of the key. */
  end(): void {
    this.#decipher?.final();
    this.#decipher = null;
  }
}
