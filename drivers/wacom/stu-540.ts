/** What only the STU-540 can: pictures kept in the pad, and screens it runs by itself (`pads.md` 1.11). */
import { createHash } from 'node:crypto';
import { ok } from '../../signing/result.ts';
import { PadError } from '../pad.ts';
import { optional } from './stu-facts.ts';
import { encodeTwentyFourBit } from './stu-image.ts';
import type { Picture } from './stu-image.ts';
import type { StuLink } from './stu-link.ts';
import * as rom from './stu-540-reports.ts';
import type { StuKeyEvent, StuOperationMode, StuRomImage, StuRomKind } from './stu-540-reports.ts';
import { stuReport } from './stu-report-table.ts';
import type { StuScreen } from './stu-screen.ts';
import type { StuUpload } from './stu-upload.ts';

/** Writing a picture to flash takes longer than any other command. */
const flashPolls = 200;

/**
 * A pad that its owner's software left showing slides sends no pen data (so the maker's own header), and one with keys of
 * its own draws over what we show: it is made an ordinary pad, unless it is one.
 */
export async function endOwnMode(link: StuLink): Promise<void> {
  if (!link.reports.features.has(stuReport.operationMode)) return;
  const ordinary = await optional(link, stuReport.operationMode, (report) => {
    const now = rom.parseOperationMode(report);
    return ok(now.ok && now.value.mode === 'normal');
  });
  if (ordinary === false) await link.command(rom.encodeOperationMode({ mode: 'normal' }));
}

/** None of it while a capture runs: it ends the capture first. */
export interface StuExtras {
  /** False when this very picture was there already: flash wears, so it is compared by hash before it is written. */
  storeImage(place: StuRomImage, picture: Picture, options?: StoreOptions): Promise<boolean>;
  /** At once, without a picture on the way. Rejects with 'refused' where nothing is stored. */
  showStored(place: StuRomImage): Promise<void>;
  eraseStored(place: StuRomImage): Promise<void>;
  eraseAllStored(of: StuRomKind | 'all'): Promise<void>;
  operationMode(): Promise<StuOperationMode>;
  setOperationMode(mode: StuOperationMode): Promise<void>;
  /** Keys pressed on screens the pad runs by itself. */
  onKey(listener: (event: StuKeyEvent) => void): () => void;
}

export interface StoreOptions {
  /** Type and layout of a PIN pad, or the keys that count on a key pad or a signature screen. */
  readonly keys?: readonly [number, number, number];
  readonly progress?: (share: number) => void;
}

export interface ExtrasParts {
  readonly link: StuLink;
  readonly upload: StuUpload;
  readonly screen: StuScreen;
  /** Runs alone on the pad, out of any capture. */
  readonly outOfCapture: <T>(work: () => Promise<T>) => Promise<T>;
  readonly onKey: StuExtras['onKey'];
}

export function stuExtras({ link, upload, screen, outOfCapture, onKey }: ExtrasParts): StuExtras {
  const storedHash = async (place: StuRomImage): Promise<Uint8Array | null> => {
    await link.command(rom.encodeAskRomHash(place));
    const hash = rom.parseRomHash(await link.get(stuReport.romImageHash));
    if (!hash.ok) throw new PadError('refused', 'the hash of a stored picture is malformed');
    return hash.value;
  };
  const flashed = async (report: Uint8Array): Promise<void> => {
    await link.command(report);
    await link.waitFor('ready', flashPolls);
  };
  return {
    storeImage: (place, picture, { keys, progress = () => undefined } = {}) =>
      outOfCapture(async () => {
        const data = encodeTwentyFourBit(picture);
        const hash = createHash('md5').update(data).digest();
        const stored = await storedHash(place);
        if (stored && hash.equals(stored)) return false;
        await upload.store(rom.encodeStartRomImage(place, keys), data, progress, flashPolls);
        const now = await storedHash(place);
        if (!now || !hash.equals(now)) throw new PadError('refused', 'the pad stored another picture');
        return true;
      }),
    showStored: (place) =>
      outOfCapture(async () => {
        screen.forget();
        await link.command(rom.encodeDisplayRomImage(place));
      }),
    eraseStored: (place) => outOfCapture(() => flashed(rom.encodeDeleteRomImage(place))),
    eraseAllStored: (of) => outOfCapture(() => flashed(rom.encodeDeleteRomImages(of))),
    operationMode: () =>
      outOfCapture(async () => {
        const mode = rom.parseOperationMode(await link.get(stuReport.operationMode));
        if (!mode.ok) throw new PadError('refused', 'the operation mode is malformed');
        return mode.value;
      }),
    setOperationMode: (mode) =>
      outOfCapture(async () => {
        screen.forget();
        await link.command(rom.encodeOperationMode(mode));
      }),
    onKey,
  };
}
