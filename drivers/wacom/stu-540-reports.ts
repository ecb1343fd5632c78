/**
 * Operation modes, stored pictures and key events of the STU-540 (`pads.md` 1.11). The reports of the PIN pad's own pen
 * data (0x90 to 0x92) and the memory's occupancy (0x95) have no public layout.
 */
import { bigEndian32, feature, hasLength, parseFeature, readArea, viewOf } from './stu-reports.ts';
import type { Parsed, StuArea } from './stu-reports.ts';
import { inputLength, stuReport } from './stu-report-table.ts';
import { err, ok } from '../../signing/result.ts';

export type StuRomKind = 'pin-pad' | 'slide' | 'key-pad' | 'signature' | 'message';
const kinds: Readonly<Record<StuRomKind, { readonly mode: number; readonly count: number }>> = {
  'pin-pad': { mode: 1, count: 3 },
  slide: { mode: 2, count: 10 },
  'key-pad': { mode: 3, count: 3 },
  signature: { mode: 4, count: 3 },
  message: { mode: 5, count: 6 },
};

/** A picture stored in the pad. Each place has a second picture, shown while a key on it is pressed. */
export interface StuRomImage {
  readonly kind: StuRomKind;
  /** From 1: three PIN pads, ten slides, three key pads, three signature screens, six messages. */
  readonly number: number;
  readonly pushed: boolean;
}

const place = ({ kind, number, pushed }: StuRomImage): [number, number] => {
  const { mode, count } = kinds[kind];
  if (number < 1 || number > count) throw new RangeError(`${kind} has pictures 1 to ${count}`);
  return [mode, (pushed ? 0x80 : 0) | number];
};

const rawTwentyFourBit = 0x04;
/**
 * Begins the upload of a picture: 24 bits, blocks and end as for any picture. `keys` are its three further bytes: type
 * and layout of a PIN pad, the keys that count on a key pad or a signature screen.
 */
export const encodeStartRomImage = (
  image: StuRomImage,
  keys: readonly [number, number, number] = [0, 0, 0],
): Uint8Array => feature(stuReport.startRomImage, rawTwentyFourBit, ...place(image), ...keys);

export const encodeAskRomHash = (image: StuRomImage): Uint8Array => feature(stuReport.romImageHash, ...place(image));
/** MD5 of the picture's bytes, or null where nothing is stored. */
export function parseRomHash(report: Uint8Array): Parsed<Uint8Array | null> {
  return parseFeature(report, stuReport.romImageHash, (view) => (view.getUint8(3) === 0 ? report.slice(4, 20) : null));
}

const eraseOne: Readonly<Record<StuRomKind, number>> = {
  'pin-pad': 6,
  slide: 7,
  'key-pad': 8,
  signature: 9,
  message: 10,
};
export const encodeDeleteRomImage = (image: StuRomImage): Uint8Array =>
  feature(stuReport.deleteRomImage, eraseOne[image.kind], place(image)[1]);
export const encodeDeleteRomImages = (of: StuRomKind | 'all'): Uint8Array =>
  feature(stuReport.deleteRomImage, of === 'all' ? 0 : kinds[of].mode);
export const encodeDisplayRomImage = (image: StuRomImage): Uint8Array =>
  feature(stuReport.displayRomImage, ...place(image));

/** Where the picture shown last lies on the screen. */
export const parseCurrentImageArea = (report: Uint8Array): Parsed<StuArea> =>
  parseFeature(report, stuReport.currentImageArea, (view) => readArea(view, 1));

/** What the three keys of a signature screen mean. */
export type StuSignatureKey = 'cancel' | 'enter' | 'clear';
const signatureKeys: readonly StuSignatureKey[] = ['cancel', 'enter', 'clear'];

/** Screens are stored pictures by number; a message 0 is a blank screen. */
export type StuOperationMode =
  | { readonly mode: 'normal' }
  | {
      readonly mode: 'pin-pad';
      readonly screen: number;
      readonly bypass: boolean;
      readonly minDigits: number;
      readonly maxDigits: number;
      readonly hideDigits: boolean;
      readonly afterEnter: number;
      readonly afterCancel: number;
    }
  | { readonly mode: 'slide-show'; readonly slides: readonly number[]; readonly intervalMs: number }
  | { readonly mode: 'key-pad'; readonly screen: number; readonly afterKey: number }
  | {
      readonly mode: 'signature';
      readonly screen: number;
      readonly keys: readonly [StuSignatureKey, StuSignatureKey, StuSignatureKey];
      readonly afterEnter: number;
      readonly afterCancel: number;
    };

export function encodeOperationMode(wanted: StuOperationMode): Uint8Array {
  const mode = (...bytes: readonly number[]): Uint8Array => feature(stuReport.operationMode, ...bytes);
  switch (wanted.mode) {
    case 'normal':
      return mode(0);
    case 'pin-pad': {
      const { screen, bypass, minDigits, maxDigits, hideDigits, afterEnter, afterCancel } = wanted;
      return mode(1, screen, Number(bypass), minDigits, maxDigits, Number(hideDigits), afterEnter, afterCancel);
    }
    case 'slide-show':
      return mode(2, ...slideShow(wanted.slides), ...bigEndian32(wanted.intervalMs));
    case 'key-pad':
      return mode(3, wanted.screen, wanted.afterKey);
    case 'signature': {
      const keys = wanted.keys.map((key) => signatureKeys.indexOf(key));
      return mode(4, wanted.screen, ...keys, wanted.afterEnter, wanted.afterCancel);
    }
  }
}

/** One slide by its number, or the count and each slide a nibble, the first in the high one. */
function slideShow(slides: readonly number[]): readonly number[] {
  if (slides.length === 0 || slides.length > 10) throw new RangeError('1 to 10 slides');
  const [only = 0] = slides;
  if (slides.length === 1) return [only, 0, 0, 0, 0, 0, 0];
  const nibble = (at: number): number => slides[at] ?? 0;
  return [0, slides.length, ...[0, 2, 4, 6, 8].map((at) => (nibble(at) << 4) | nibble(at + 1))];
}

export function parseOperationMode(report: Uint8Array): Parsed<StuOperationMode> {
  return parseFeature(report, stuReport.operationMode, (view) => {
    const data = (at: number): number => view.getUint8(2 + at);
    switch (view.getUint8(1)) {
      case 0:
        return { mode: 'normal' };
      case 1:
        return {
          mode: 'pin-pad',
          screen: data(0),
          bypass: data(1) !== 0,
          minDigits: data(2),
          maxDigits: data(3),
          hideDigits: data(4) !== 0,
          afterEnter: data(5),
          afterCancel: data(6),
        };
      case 2: {
        const count = data(0) === 0 ? data(1) : 1;
        if (count < 1 || count > 10) return 'malformed';
        const slide = (at: number): number => (at % 2 === 0 ? data(2 + at / 2) >> 4 : data(2 + (at - 1) / 2) & 15);
        const slides = data(0) === 0 ? Array.from({ length: count }, (_, at) => slide(at)) : [data(0)];
        return { mode: 'slide-show', slides, intervalMs: view.getUint32(9) };
      }
      case 3:
        return { mode: 'key-pad', screen: data(0), afterKey: data(1) };
      case 4: {
        const [left, middle, right] = [1, 2, 3].map((at) => signatureKeys[data(at)]);
        if (!left || !middle || !right) return 'malformed';
        return {
          mode: 'signature',
          screen: data(0),
          keys: [left, middle, right],
          afterEnter: data(4),
          afterCancel: data(5),
        };
      }
      default:
        return 'malformed';
    }
  });
}

/** A key pressed on a screen the pad runs by itself. */
export type StuKeyEvent =
  /** `digits` as the pad gives them: nibbles, unused ones included. */
  | { readonly mode: 'pin-pad'; readonly key: number; readonly digits: readonly number[] }
  | { readonly mode: 'key-pad'; readonly screen: number; readonly key: number }
  | { readonly mode: 'signature'; readonly key: number };

/** Report 0x99. */
export function parseKeyEvent(report: Uint8Array): Parsed<StuKeyEvent> {
  const whole = inputLength(stuReport.event) ?? 0;
  if (report[0] !== stuReport.event || !hasLength(report, whole)) return err('malformed');
  return readKeyEvent(report.subarray(1, whole));
}

/** The plain bytes of report 0x9A. */
export function readSessionKeyEvent(plain: Uint8Array): {
  readonly session: number;
  readonly event: Parsed<StuKeyEvent>;
} {
  if (plain.length !== 16) throw new RangeError('not one block');
  return { session: viewOf(plain).getUint32(0), event: readKeyEvent(plain.subarray(4, 13)) };
}

function readKeyEvent(bytes: Uint8Array): Parsed<StuKeyEvent> {
  const [mode = 0, first = 0, second = 0] = bytes;
  switch (mode) {
    case 1: {
      const nibbles = [...bytes.subarray(2, 9)].flatMap((byte) => [byte >> 4, byte & 15]);
      return ok({ mode: 'pin-pad', key: first, digits: nibbles.slice(0, 13) });
    }
    case 3:
      return ok({ mode: 'key-pad', screen: first, key: second });
    case 4:
      return ok({ mode: 'signature', key: first });
    default:
      return err('malformed');
  }
}
