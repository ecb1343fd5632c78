/** The screen of one STU pad: knows what it shows, so that only what differs is sent. */
import type { StuFacts } from './stu-facts.ts';
import { encodeClear, encodeClearArea } from './stu-image-reports.ts';
import { cutOut, encodeImage } from './stu-image.ts';
import { checkResult } from './stu-link.ts';
import type { StuLink } from './stu-link.ts';
import { becomeReady } from './stu-recovery.ts';
import { planScreen } from './stu-screen-plan.ts';
import type { ScreenStep } from './stu-screen-plan.ts';
import { stuReport } from './stu-report-table.ts';
import type { StuArea } from './stu-reports.ts';
import type { StuUpload } from './stu-upload.ts';

export class StuScreen {
  readonly #link: StuLink;
  readonly #upload: StuUpload;
  readonly #facts: StuFacts;
  readonly #whiteBackground: boolean;
  #shown: Uint8Array | null = null;
  #dirty: StuArea | null = null;

  constructor(link: StuLink, upload: StuUpload, facts: StuFacts, whiteBackground: boolean) {
    this.#link = link;
    this.#upload = upload;
    this.#facts = facts;
    this.#whiteBackground = whiteBackground;
  }

  /** From here on the pad may draw ink there by itself. */
  inkWithin(area: StuArea): void {
    const dirty = this.#dirty;
    if (!dirty) {
      this.#dirty = area;
      return;
    }
    const [x, y] = [Math.min(dirty.x, area.x), Math.min(dirty.y, area.y)];
    this.#dirty = {
      x,
      y,
      width: Math.max(dirty.x + dirty.width, area.x + area.width) - x,
      height: Math.max(dirty.y + dirty.height, area.y + area.height) - y,
    };
  }

  /** The screen shows something that is not from here, such as a stored picture. */
  forget(): void {
    this.#shown = null;
  }

  async show(rgba: Uint8Array, progress: (share: number) => void): Promise<void> {
    const { screen, encodings, abilities } = this.#facts;
    if (rgba.length !== screen.width * screen.height * 4) throw new RangeError('picture is not screen size');
    const picture = { ...screen, rgba: rgba.slice() };
    const steps = planScreen({
      picture,
      before: this.#shown,
      dirty: this.#dirty,
      encodings,
      areas: abilities.areas,
      whiteBackground: this.#whiteBackground,
      perRequest: await this.#upload.perRequest(),
    });
    const images = steps.map((step) =>
      step.kind === 'clear'
        ? { ...step, data: new Uint8Array(1) }
        : { ...step, data: encodeImage(cutOut(picture, step.area), step.encoding) },
    );
    const total = images.reduce((sum, { data }) => sum + data.length, 0);
    // Until the last step is through, nobody knows what the screen shows.
    this.#shown = null;
    let before = 0;
    let told = 0;
    const tell = (bytes: number): void => {
      if (bytes <= told) return;
      told = bytes;
      progress(Math.min(1, told / total));
    };
    for (const one of images) {
      if (one.kind === 'clear') await this.#clear(one);
      else await this.#upload.send(one, (share) => tell(before + share * one.data.length));
      before += one.data.length;
      tell(before);
    }
    if (images.length === 0) progress(1);
    this.#shown = picture.rgba;
    this.#dirty = null;
  }

  async clear(): Promise<void> {
    this.#shown = null;
    await this.#clear({ area: null });
    if (this.#whiteBackground)
      this.#shown = new Uint8Array(this.#facts.screen.width * this.#facts.screen.height * 4).fill(255);
    this.#dirty = null;
  }

  async #clear({ area }: Pick<Extract<ScreenStep, { kind: 'clear' }>, 'area'>): Promise<void> {
    const link = this.#link;
    await becomeReady(link);
    await link.set(area ? encodeClearArea(area) : encodeClear());
    checkResult(area ? stuReport.clearArea : stuReport.clear, await link.waitFor('ready'));
  }
}
