import { createRequire } from 'node:module';
import { mkdirSync, writeFileSync } from 'node:fs';
import * as fontkit from 'fontkit';
import { describe, expect, it } from 'vitest';
import { encodePng } from '../../../drivers/screen/canvas.ts';
import { placeText } from '../../../drivers/screen/fit-text.ts';
import { padModels } from '../../../drivers/pad-models.ts';
import { paletteOf } from '../../../drivers/screen/palette.ts';
import { isFlat } from '../../../drivers/screen/parts.ts';
import type { Rectangle, ScreenSize } from '../../../drivers/screen/parts.ts';
import { buttonLabel, measureOn, renderSignScreen, renderWords } from '../../../drivers/screen/render.ts';
import { signScreen, waitingScreen } from '../../../drivers/screen/sign-screen.ts';
import type { Picture } from '../../../drivers/wacom/stu-image.ts';
import { contactSheet } from './contact-sheet.ts';
import { allScreens, endless, keptInk, nameOf, samples, sizes } from './samples.ts';
import type { Shown } from './samples.ts';

const pictures = new URL('../../screenshots/pads/', import.meta.url);
const buttonNames = ['clear', 'cancel', 'ok'] as const;

/** The smallest rectangle around what differs; null when nothing does. */
function difference(one: Picture, other: Picture): Rectangle | null {
  let [left, top, right, bottom] = [Infinity, -1, -1, -1];
  const stride = one.width * 4;
  for (let y = 0; y < one.height; y += 1) {
    const [row, otherRow] = [one, other].map(({ rgba }) => rgba.subarray(y * stride, (y + 1) * stride));
    if (!row || !otherRow || Buffer.compare(row, otherRow) === 0) continue;
    const differs = (value: number, at: number): boolean => value !== otherRow[at];
    left = Math.min(left, Math.floor(row.findIndex(differs) / 4));
    right = Math.max(right, Math.floor(row.findLastIndex(differs) / 4));
    if (top < 0) top = y;
    bottom = y;
  }
  return top < 0 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}
/** What a label may fill: not the edge. */
const inside = (box: Rectangle): Rectangle => ({
  x: box.x + 2,
  y: box.y + 2,
  width: box.width - 4,
  height: box.height - 4,
});

const within = (inner: Rectangle, outer: Rectangle): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;
const overlap = (one: Rectangle, other: Rectangle): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

const redrawn = ({ screen }: Shown, texts: Shown['screen']['texts']): Picture =>
  'ink' in screen ? renderSignScreen({ ...screen, texts }) : renderWords({ ...screen, texts });
function partsOf({ screen }: Shown): readonly Rectangle[] {
  const texts = screen.texts.map(({ box }) => box);
  if ('ink' in screen) return [...texts, screen.ink, ...('buttons' in screen ? Object.values(screen.buttons) : [])];
  return [...texts, ...(screen.rule ? [screen.rule] : []), ...(screen.mark ? [screen.mark.box] : [])];
}
const long = (size: ScreenSize): Shown => {
  const screen = signScreen(size, endless);
  return { screen, picture: renderSignScreen(screen) };
};

describe.each(sizes.map((size) => ({ size, name: nameOf(size) })))(
  'the screens of a pad of $name',
  ({ size, name }) => {
    const everywhere = { x: 0, y: 0, width: size.width, height: size.height };
    const shown = Object.entries(samples).flatMap(([language, sample]) =>
      Object.entries(allScreens(size, sample)).map(([kind, screen]) => ({ kind: `${language}-${kind}`, ...screen })),
    );

    it('stand as pictures', async () => {
      const folder = new URL(`${name.replace(' ', '-')}/`, pictures);
      mkdirSync(folder, { recursive: true });
      for (const { kind, picture } of [...shown, { kind: 'endless', ...long(size) }]) {
        writeFileSync(new URL(`${kind}.png`, folder), await encodePng(picture));
      }
      expect(new Set(shown.map(({ kind }) => kind)).size).toBe(28);
    });

    it('keep their parts inside the screen, on whole pixels, and apart', () => {
      for (const screen of [...shown, long(size)]) {
        const parts = partsOf(screen);
        for (const [at, part] of parts.entries()) {
          expect(within(part, everywhere)).toBe(true);
          expect(Object.values(part).every(Number.isInteger)).toBe(true);
          for (const other of parts.slice(at + 1)) expect(overlap(part, other)).toBe(false);
        }
      }
    });

    it('draw each text, and nothing of it outside its box', () => {
      for (const screen of [...shown, { kind: 'endless', ...long(size) }]) {
        const boxes = screen.screen.texts.map(({ box }) => box);
        const bare = redrawn(screen, []);
        for (const box of boxes)
          expect(difference(crop(screen.picture, box), crop(bare, box)), screen.kind).not.toBeNull();
        expect(difference(without(screen.picture, boxes), without(bare, boxes)), screen.kind).toBeNull();
      }
    });

    it('keep labels inside their buttons', () => {
      for (const screen of [...Object.values(samples), endless].map((sample) => signScreen(size, sample))) {
        const written = renderSignScreen(screen);
        const bare = renderSignScreen({ ...screen, labels: { ok: '', clear: '', cancel: '' } });
        const boxes = Object.values(screen.buttons).map(inside);
        for (const box of boxes) expect(difference(crop(written, box), crop(bare, box))).not.toBeNull();
        expect(difference(without(written, boxes), without(bare, boxes))).toBeNull();
      }
    });

    it('cut nothing that people are usually called, nor what they are usually asked', () => {
      const measure = measureOn(size);
      for (const { kind, screen } of shown) {
        // Forty letters of a document's name have no room beside the page on the flat screen of a STU-300.
        const texts = isFlat(size) && /-(?:sign|waiting|kept)$/u.test(kind) ? screen.texts.slice(1) : screen.texts;
        for (const text of texts) expect(placeText(text, measure).cut, `${kind}: ${text.text}`).toBe(false);
        if (!('buttons' in screen)) continue;
        for (const button of buttonNames) {
          expect(placeText(buttonLabel(screen, button, screen.buttonSize), measure).cut).toBe(false);
        }
      }
    });

    it('say by an ellipsis that something is cut, and never leave a text out', () => {
      for (const text of signScreen(size, endless).texts) {
        const placed = placeText(text, measureOn(size));
        const words = placed.lines.map((line) => line.text).join(' ');
        expect(placed.cut ? words.endsWith('…') && words.length > 8 : words === text.text).toBe(true);
      }
    });

    it('change at the head and the buttons only from waiting to signing, and between two boxes', () => {
      const sample = samples['sl'];
      if (!sample) throw new Error('no sample');
      const sign = signScreen(size, sample);
      const next = signScreen(size, { ...sample, label: 'Parafa', page: 'Stran 3 od 4' });
      const paper = ({ picture }: { readonly picture: Picture }): Picture => crop(picture, sign.ink);
      const drawn = [waitingScreen(size, sample), sign, next].map((screen) => ({ picture: renderSignScreen(screen) }));
      const [waiting, first, second] = drawn.map(paper);
      if (!waiting || !first || !second) throw new Error('nothing drawn');
      expect(difference(waiting, first)).toBeNull();
      expect(difference(first, second)).toBeNull();
      expect(difference(renderSignScreen(sign), renderSignScreen(next))).not.toBeNull();
    });

    it('show kept strokes on the paper and nowhere else', () => {
      const sample = samples['en'];
      if (!sample) throw new Error('no sample');
      const screen = signScreen(size, sample, keptInk);
      const drawn = difference(renderSignScreen(screen), renderSignScreen({ ...screen, kept: null }));
      expect(drawn && within(drawn, screen.ink)).toBe(true);
      const beyond = {
        ...keptInk,
        strokes: [
          [
            { x: -9000, y: -9000 },
            { x: 20_000, y: 20_000 },
          ],
        ],
      };
      const far = difference(
        renderSignScreen({ ...screen, kept: beyond }),
        renderSignScreen({ ...screen, kept: null }),
      );
      expect(far && within(far, screen.ink)).toBe(true);
      const nothing = renderSignScreen({ ...screen, kept: { width: 0, height: 0, strokes: [[{ x: 1, y: 1 }]] } });
      expect(difference(nothing, renderSignScreen({ ...screen, kept: null }))).toBeNull();
    });

    if (size.colour === 'mono') {
      it('are black and white, without any grey', () => {
        for (const { picture } of shown) {
          const { buffer, byteLength } = Uint8Array.from(picture.rgba);
          const pixels = new Uint32Array(buffer, 0, byteLength / 4);
          expect(pixels.every((pixel) => pixel === 0xffffffff || pixel === 0xff000000)).toBe(true);
          expect(pixels.includes(0xff000000)).toBe(true);
        }
      });
    }
  },
);

function crop({ width, rgba }: Picture, box: Rectangle): Picture {
  const cropped = new Uint8Array(box.width * box.height * 4);
  for (let row = 0; row < box.height; row += 1) {
    const from = ((box.y + row) * width + box.x) * 4;
    cropped.set(rgba.subarray(from, from + box.width * 4), row * box.width * 4);
  }
  return { width: box.width, height: box.height, rgba: cropped };
}

function without({ width, height, rgba }: Picture, boxes: readonly Rectangle[]): Picture {
  const rest = Uint8Array.from(rgba);
  for (const box of boxes) {
    for (let y = box.y; y < box.y + box.height; y += 1)
      rest.fill(0, (y * width + box.x) * 4, (y * width + box.x + box.width) * 4);
  }
  return { width, height, rgba: rest };
}

describe('the buttons of a pad, on the glass', () => {
  const own = padModels.filter(({ geometry }) => geometry.screen !== null && geometry.unitsPerInch !== null);
  it.each(own.map((model) => ({ model, name: model.model })))(
    'are as large as a finger and further apart than a hand slips on a $name',
    ({ model }) => {
      const { screen, maxX, maxY, unitsPerInch } = model.geometry;
      if (!screen || !unitsPerInch) throw new Error('no screen');
      const millimetres = (pixels: number, across: boolean): number =>
        across
          ? ((pixels * maxX) / screen.width / unitsPerInch.x) * 25.4
          : ((pixels * maxY) / screen.height / unitsPerInch.y) * 25.4;
      const { buttons, ink } = signScreen(screen, endless);
      for (const name of buttonNames) {
        const flatCancel = isFlat(screen) && name === 'cancel';
        expect(millimetres(buttons[name].width, true)).toBeGreaterThanOrEqual(15);
        expect(millimetres(buttons[name].height, false)).toBeGreaterThanOrEqual(flatCancel ? 6 : 9);
      }
      for (const [one, other] of [
        [buttons.clear, buttons.cancel],
        [buttons.cancel, buttons.ok],
        [buttons.clear, buttons.ok],
      ] as const) {
        const across = Math.max(other.x - (one.x + one.width), one.x - (other.x + other.width), 0);
        const down = Math.max(other.y - (one.y + one.height), one.y - (other.y + other.height), 0);
        expect(Math.hypot(millimetres(across, true), millimetres(down, false))).toBeGreaterThanOrEqual(3);
      }
      expect(millimetres(ink.width, true)).toBeGreaterThanOrEqual(55);
      expect(millimetres(ink.height, false)).toBeGreaterThanOrEqual(14);
    },
  );
});

describe('the typeface of a pad', () => {
  const { resolve } = createRequire(import.meta.url);
  const alphabets = {
    'Slovene, Croatian, Serbian': 'čšžćđ ČŠŽĆĐ',
    Hungarian: 'áéíóöőúüű ÁÉÍÓÖŐÚÜŰ',
    German: 'äöüß ÄÖÜẞ',
    Romanian: 'ăâîșț ĂÂÎȘȚ',
    Polish: 'ąćęłńóśźż ĄĆĘŁŃÓŚŹŻ',
    'Czech, Slovak': 'áčďéěíĺľňóôŕřšťúůýž ÁČĎÉĚÍĹĽŇÓÔŔŘŠŤÚŮÝŽ',
    'Italian, French, Spanish': 'àâæçèéêëîïñòôœùûüÿ ÀÂÆÇÈÉÊËÎÏÑÒÔŒÙÛÜŸ',
    Nordic: 'åæøðþäö ÅÆØÐÞÄÖ',
    'Baltic, Turkish': 'āčēģīķļņšūžąęėįųı ğşİ ĀĒĢĪĶĻŅŪĘĖĮŲĞŞ',
    Cyrillic: 'абвгдежзийклмнопрстуфхцчшщъыьэюя ђјљњћџ АБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ іїєґ',
    Greek: 'αβγδεζηθικλμνξοπρσςτυφχψω άέήίόύώ ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ',
    signs: '0123456789 .,;:!?()/-–—…·“”„»«’€%&@§',
  };
  it.each(['400Regular/SourceSans3_400Regular.ttf', '600SemiBold/SourceSans3_600SemiBold.ttf'])(
    'has a letter for every letter of the languages people here are called in: %s',
    (file) => {
      const font = fontkit.openSync(resolve(`@expo-google-fonts/source-sans-3/${file}`));
      if (!('hasGlyphForCodePoint' in font)) throw new Error('not one font');
      const written = [...Object.values(alphabets), JSON.stringify(Object.values(samples)), JSON.stringify(endless)];
      const missing = [...new Set(written.join(''))].filter(
        (letter) => !font.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0),
      );
      expect(missing).toEqual([]);
    },
  );
});

describe('the colours of a pad', () => {
  const channel = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const light = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => channel(parseInt(colour.slice(at, at + 2), 16) / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one: string, other: string): number =>
    (Math.max(light(one), light(other)) + 0.05) / (Math.min(light(one), light(other)) + 0.05);
  const palette = paletteOf({ width: 800, height: 480, colour: 'rgb24' });

  it('keep every text at 7:1, and every line that means something at 3:1', () => {
    const { text, desk, paper, band, button } = palette;
    if (!band) throw new Error('no band');
    for (const tone of ['ink', 'muted', 'pen', 'stop'] as const) {
      expect(contrast(text[tone], desk), tone).toBeGreaterThanOrEqual(7);
      expect(contrast(text[tone], paper), tone).toBeGreaterThanOrEqual(7);
    }
    for (const under of [band.plain, band.note, button])
      expect(contrast(text['on-pen'], under)).toBeGreaterThanOrEqual(7);
    for (const line of [palette.baseline, palette.edge, palette.done, palette.ink]) {
      expect(contrast(line, paper)).toBeGreaterThanOrEqual(3);
    }
  });
});

describe('a picture of all pad screens', () => {
  it('is put together from the pictures themselves', async () => {
    const sheet = contactSheet();
    mkdirSync(pictures, { recursive: true });
    writeFileSync(new URL('sheet.png', pictures), await encodePng(sheet));
    expect(sheet.width).toBeGreaterThan(1000);
  });
});
