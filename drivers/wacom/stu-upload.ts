/** One picture, or a part of one, to a STU pad (`pads.md` 1.8): over the bulk interface where it can be had, else in blocks. */
import { deflateSync } from 'node:zlib';
import { PadError } from '../pad.ts';
import type { BulkOut } from '../pad.ts';
import * as image from './stu-image-reports.ts';
import type { StuImageMode } from './stu-image-reports.ts';
import { splitBlocks } from './stu-image.ts';
import { checkResult } from './stu-link.ts';
import type { StuLink } from './stu-link.ts';
import { becomeReady } from './stu-recovery.ts';
import { stuReport } from './stu-report-table.ts';
import { stuEncoding } from './stu-reports.ts';
import type { StuArea, StuEncoding } from './stu-reports.ts';

export interface StuImage {
  /** Null for the whole screen. */
  readonly area: StuArea | null;
  readonly encoding: StuEncoding;
  readonly data: Uint8Array;
}
export interface UploadOptions {
  /** Opens the bulk interface; null where the pad has none. */
  readonly openBulk: (() => Promise<BulkOut | null>) | null;
  /** Pack 1-bit pictures where that saves blocks. */
  readonly zlib: boolean;
}

/** Bytes handed over at a time: small enough that progress shows, some milliseconds on a full-speed bus. */
const bulkPiece = 16_384;
/** Shorter pictures are a handful of blocks: not worth another interface. */
const bulkFrom = 2048;
const bulkMs = 2000;

export class StuUpload {
  readonly #link: StuLink;
  readonly #zlib: boolean;
  #openBulk: (() => Promise<BulkOut | null>) | null;
  #bulk: BulkOut | null = null;

  constructor(link: StuLink, { openBulk, zlib }: UploadOptions) {
    this.#link = link;
    this.#openBulk = openBulk;
    this.#zlib = zlib;
  }

  /** Data bytes that go in the time of one request: a full-speed bus carries some 2 KB of bulk in it. */
  async perRequest(): Promise<number> {
    return (await this.#openedBulk()) ? bulkPiece / 8 : this.#blockCapacity;
  }
  get #blockLength(): number {
    return this.#link.reports.features.get(stuReport.imageBlock) ?? image.blockCapacity + image.blockHeader;
  }
  get #blockCapacity(): number {
    return this.#blockLength - image.blockHeader;
  }

  /** `sent` hears the share of this picture that is through. A picture that fails half-way is abandoned. */
  async send(picture: StuImage, sent: (share: number) => void): Promise<void> {
    if (picture.data.length >= bulkFrom) {
      const bulk = await this.#openedBulk();
      if (bulk && (await this.#tryBulk(bulk, picture, sent))) return;
    }
    const packed = this.#packed(picture);
    const mode = packed ? image.zlibOneBit : picture.encoding;
    const data = packed ?? picture.data;
    await this.#transfer(startOf(picture.area, mode), () => this.#blocks(data, sent));
  }

  /** A picture into the pad's own memory, begun by `start`: it comes in blocks, and is written when all is there. */
  async store(start: Uint8Array, data: Uint8Array, sent: (share: number) => void, polls: number): Promise<void> {
    await this.#transfer(start, () => this.#blocks(data, sent), polls);
  }

  async #blocks(data: Uint8Array, sent: (share: number) => void): Promise<void> {
    // One after the other: sent without waiting, the end report overtakes the last blocks.
    const blocks = splitBlocks(data, this.#blockCapacity);
    for (const [at, block] of blocks.entries()) {
      await this.#link.set(image.encodeImageBlock(block, this.#blockLength));
      sent((at + 1) / blocks.length);
    }
  }

  /**
   * False when the picture has to go in blocks. Whatever is wrong with the bulk interface, the pad itself is fine as
   * long as it takes feature reports; bulk is then not tried again on this connection.
   */
  async #tryBulk(bulk: BulkOut, picture: StuImage, sent: (share: number) => void): Promise<boolean> {
    const { data } = picture;
    try {
      await this.#transfer(startOf(picture.area, image.overBulk(picture.encoding)), async () => {
        const pieces = splitBlocks(data, bulkPiece);
        for (const [at, piece] of pieces.entries()) {
          await this.#soon(bulk.write(piece));
          sent((at + 1) / pieces.length);
        }
      });
      return true;
    } catch (error) {
      if (error instanceof PadError && (error.code === 'unplugged' || error.code === 'timeout')) throw error;
      await this.close();
      return false;
    }
  }

  async #transfer(start: Uint8Array, data: () => Promise<void>, endPolls?: number): Promise<void> {
    const link = this.#link;
    await becomeReady(link);
    await link.command(start);
    await link.waitFor('image');
    try {
      await data();
    } catch (error) {
      await link.set(image.encodeEndImage('abandon')).catch(() => undefined);
      throw error;
    }
    await link.set(image.encodeEndImage('commit'));
    checkResult(stuReport.endImage, await link.waitFor('ready', endPolls));
  }

  /** One source only, and the flag's own description speaks of colour: hence off unless asked for. */
  #packed({ encoding, data }: StuImage): Uint8Array | null {
    if (!this.#zlib || encoding !== stuEncoding.oneBit) return null;
    const packed = deflateSync(data);
    const blocks = (bytes: number): number => Math.ceil(bytes / this.#blockCapacity);
    return blocks(packed.length) < blocks(data.length) ? packed : null;
  }

  async #openedBulk(): Promise<BulkOut | null> {
    const open = this.#openBulk;
    if (this.#bulk || !open) return this.#bulk;
    const opening = open();
    try {
      this.#bulk = await this.#soon(opening);
    } catch {
      // It may still open later, to nobody's use.
      opening.then((late) => late?.close()).catch(() => undefined);
    }
    if (!this.#bulk) this.#openBulk = null;
    return this.#bulk;
  }

  /** The work within the limit; a hang of the bulk interface must not take the pad with it. */
  #soon<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = this.#link.clock.after(bulkMs, () => reject(new Error('the bulk interface hangs')));
      work.finally(stop).then(resolve, reject);
    });
  }

  /** Ends the use of the bulk interface; pictures go in blocks from here on. */
  async close(): Promise<void> {
    this.#openBulk = null;
    const bulk = this.#bulk;
    this.#bulk = null;
    if (bulk) await this.#soon(bulk.close()).catch(() => undefined);
  }
}

const startOf = (area: StuArea | null, mode: StuImageMode): Uint8Array =>
  area ? image.encodeStartImageArea(mode, area) : image.encodeStartImage(mode);
