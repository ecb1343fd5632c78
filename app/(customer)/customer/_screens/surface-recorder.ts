import type { SurfaceInk } from '../../../../kiosk-shell/kiosk-api/capture.ts';
import { encodeSurfaceInk, type PointerSample, type Sheet, type SheetChange } from './surface-ink.ts';

/** What a pointer event says, as far as it is recorded or judged (W3C Pointer Events 3). */
export interface Contact {
  readonly pointerId: number;
  readonly pointerType: string;
  readonly button: number;
  readonly clientX: number;
  readonly clientY: number;
  readonly timeStamp: number;
  readonly pressure: number;
  readonly tiltX: number;
  readonly tiltY: number;
  readonly twist: number;
  /** Radians; absent in browsers that do not give them. */
  readonly altitudeAngle?: number;
  readonly azimuthAngle?: number;
  /** Of the contact, CSS pixels. */
  readonly width: number;
  readonly height: number;
}
/** Where the sheet lies now: CSS pixels of the layout, and device pixels a CSS pixel with all zooming. */
export interface SheetNow {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

type Pointer = Sheet['pointerType'];
/** A palm beside the pen is not ink: what began is what writes, and a better pointer begins anew. */
const RANK: Readonly<Record<Pointer, number>> = { mouse: 0, touch: 1, pen: 2 };
/** 17 mm at 96 to the inch: a fingertip that presses hard is smaller, the edge of a hand larger. */
const PALM_PIXELS = 64;
/** A hand lies down a moment before or after the pen touches; a pen that hovers says so many times a second. */
const PEN_NEAR_MS = 700;

/**
 * Ink of one sheet, as the browser delivers it: positions in CSS pixels of the sheet as it lay at that moment. A sheet
 * that is turned, resized or zoomed moves no sample: the change is noted with the sample from which it holds. Draws
 * nothing and knows no browser.
 */
export class SurfaceRecorder {
  #samples: PointerSample[] = [];
  /** As it lay at the first sample. */
  #sheet: Sheet | null = null;
  #now: SheetNow | null = null;
  #sizes: SheetChange<{ width: number; height: number }>[] = [];
  #ratios: SheetChange<{ ratio: number }>[] = [];
  #rejected = { palms: 0, touches: 0 };
  #active: number | null = null;
  #penSeen = -Infinity;

  /** Width / height of the sheet the ink began on; null while there is none. */
  get aspect(): number | null {
    return this.#sheet === null ? null : this.#sheet.width / this.#sheet.height;
  }

  /** 'anew': it is ink, and what was there is gone, for it came from a worse pointer. */
  down(contact: Contact, sheet: SheetNow): 'ink' | 'anew' | 'refused' {
    const type = pointerOf(contact.pointerType);
    if (type === 'pen') this.#penSeen = contact.timeStamp;
    const before = this.#sheet?.pointerType;
    const better = before !== undefined && RANK[type] > RANK[before];
    if (type === 'touch' && this.#isRejected(contact, before)) return 'refused';
    if (contact.button !== 0 || (before !== undefined && RANK[type] < RANK[before])) return 'refused';
    if (this.#active !== null && !better) return 'refused';
    if (better) {
      const { palms, touches } = this.#rejected;
      // What rested on the sheet while the pen came was the hand that holds it.
      this.#rejected = { palms: palms + (this.#active !== null && before === 'touch' ? 1 : 0), touches };
      this.#empty();
    }
    this.#active = contact.pointerId;
    this.#layOut(sheet, type);
    // The place is known before the tip is: strokes begin with it.
    if (this.#samples.length === 0) this.#push(contact, sheet, false);
    this.#push(contact, sheet, true);
    return better ? 'anew' : 'ink';
  }

  /** Coalesced readings, oldest first. Answers with what was written; hovering is recorded, and not answered. */
  move(contacts: readonly Contact[], sheet: SheetNow): readonly PointerSample[] {
    const [first] = contacts;
    if (first === undefined) return [];
    const pen = pointerOf(first.pointerType) === 'pen';
    if (pen) this.#penSeen = contacts.at(-1)?.timeStamp ?? first.timeStamp;
    const writing = first.pointerId === this.#active;
    if (!writing && !(this.#active === null && pen && this.#sheet?.pointerType === 'pen')) return [];
    const from = this.#samples.length;
    this.#note(sheet);
    for (const contact of contacts) this.#push(contact, sheet, writing);
    return writing ? this.#samples.slice(from) : [];
  }

  up(contact: Contact, sheet: SheetNow): void {
    if (contact.pointerId !== this.#active) return;
    this.#note(sheet);
    this.#push(contact, sheet, false);
    // Told with a time that had passed already: the stroke ends all the same.
    if (this.#samples.at(-1)?.tip === true) this.cancel(contact.pointerId, contact.timeStamp);
    this.#active = null;
  }

  /**
   * The browser took the pointer away: the stroke ends where it was last seen. A cancelled event tells no place, so the
   * last one is repeated with the tip up.
   */
  cancel(pointerId: number, at: number): void {
    const last = this.#samples.at(-1);
    if (pointerId !== this.#active || last === undefined) return;
    this.#samples.push({ ...last, tip: false, at: Math.max(at, last.at), pressure: 0 });
    this.#active = null;
  }

  clear(): void {
    this.#empty();
    this.#rejected = { palms: 0, touches: 0 };
  }

  ink(): SurfaceInk | null {
    if (this.#sheet === null || this.#samples.length === 0) return null;
    return encodeSurfaceInk(this.#samples, this.#sheet, {
      sizes: this.#sizes,
      ratios: this.#ratios,
      rejected: this.#rejected,
    });
  }

  /** Touches that are not ink are counted: a palm by its size or by the pen beside it, else a second finger. */
  #isRejected(contact: Contact, before: Pointer | undefined): boolean {
    const penNear = before === 'pen' || contact.timeStamp - this.#penSeen < PEN_NEAR_MS;
    if (penNear || Math.max(contact.width, contact.height) >= PALM_PIXELS) this.#rejected.palms += 1;
    else if (this.#active !== null) this.#rejected.touches += 1;
    else return false;
    return true;
  }

  #empty(): void {
    this.#samples = [];
    this.#sheet = null;
    this.#now = null;
    this.#sizes = [];
    this.#ratios = [];
    this.#active = null;
  }

  #layOut(sheet: SheetNow, pointerType: Pointer): void {
    const { width, height, ratio: pixelRatio } = sheet;
    this.#sheet ??= { width, height, pixelRatio, pointerType };
    this.#note(sheet);
  }

  /** What is different about the sheet from the next sample on. */
  #note(sheet: SheetNow): void {
    const before = this.#now;
    this.#now = sheet;
    if (before === null) return;
    const from = this.#samples.length;
    const { width, height, ratio } = sheet;
    if (width !== before.width || height !== before.height) this.#sizes.push({ from, width, height });
    if (ratio !== before.ratio) this.#ratios.push({ from, ratio });
  }

  #push(contact: Contact, sheet: SheetNow, tip: boolean): void {
    const { timeStamp: at, pressure, tiltX, tiltY, twist, altitudeAngle, azimuthAngle } = contact;
    const [x, y] = [contact.clientX - sheet.left, contact.clientY - sheet.top];
    const last = this.#samples.at(-1);
    // An event may list readings that another one told already.
    if (last !== undefined && at < last.at) return;
    if (last !== undefined && at === last.at && last.tip === tip && last.x === x && last.y === y) return;
    const angles =
      altitudeAngle === undefined || azimuthAngle === undefined
        ? {}
        : { altitude: altitudeAngle, azimuth: azimuthAngle };
    this.#samples.push({ x, y, tip, at, pressure, tiltX, tiltY, twist, ...angles });
  }
}

function pointerOf(type: string): Pointer {
  return type === 'pen' || type === 'touch' ? type : 'mouse';
}
