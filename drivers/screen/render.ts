import type { Picture } from '../wacom/stu-image.ts';
import { createDrawing } from './canvas.ts';
import type { Drawing } from './canvas.ts';
import { placeText } from './fit-text.ts';
import { drawMark } from './marks.ts';
import { paletteOf } from './palette.ts';
import type { Palette } from './palette.ts';
import { isMono } from './parts.ts';
import type { KeptInk, Rectangle, ScreenButton, ScreenSize, TextBlock } from './parts.ts';
import type { SignScreen, WaitingScreen } from './sign-screen.ts';
import type { WordScreen } from './word-screens.ts';

/** On a screen without colour the picture is black and white only: what is looked at here is what the pad shows. */
export function renderSignScreen(screen: SignScreen | WaitingScreen): Picture {
  const { size, band, ink } = screen;
  const palette = paletteOf(size);
  const drawing = begin(size, palette);
  if (palette.band !== null) fill(drawing, band.box, palette.band[band.tone]);
  drawPaper(drawing, ink, size, palette);
  drawBaseline(drawing, screen, palette);
  if ('kept' in screen && screen.kept !== null) drawKept(drawing, screen.kept, ink, palette);
  for (const text of screen.texts) drawText(drawing, text, palette);
  if ('buttons' in screen) {
    for (const name of ['clear', 'cancel', 'ok'] as const) drawButton(drawing, screen, name, palette);
  }
  return finish(drawing, size);
}

export function renderWords(screen: WordScreen): Picture {
  const palette = paletteOf(screen.size);
  const drawing = begin(screen.size, palette);
  if (screen.frame) drawPaper(drawing, screen.frame, screen.size, palette);
  if (screen.rule) fill(drawing, screen.rule, palette.button);
  if (screen.mark) drawMark(drawing, screen.mark, palette);
  for (const text of screen.texts) drawText(drawing, text, palette);
  return finish(drawing, screen.size);
}

function begin(size: ScreenSize, palette: Palette): Drawing {
  const { width, height } = size;
  const drawing = createDrawing(width, height, isMono(size) ? 'snapped' : 'smooth');
  fill(drawing, { x: 0, y: 0, width, height }, palette.desk);
  return drawing;
}

function finish(drawing: Drawing, size: ScreenSize): Picture {
  const rgba = drawing.rgba();
  return { width: size.width, height: size.height, rgba: isMono(size) ? twoTone(rgba) : rgba };
}

/** Above the middle: the grey edges of small letters hold them together. */
function twoTone(rgba: Uint8Array): Uint8Array {
  const limit = 152;
  for (let at = 0; at < rgba.length; at += 4) {
    const grey = 0.299 * (rgba[at] ?? 0) + 0.587 * (rgba[at + 1] ?? 0) + 0.114 * (rgba[at + 2] ?? 0);
    const value = grey >= limit ? 255 : 0;
    rgba[at] = value;
    rgba[at + 1] = value;
    rgba[at + 2] = value;
  }
  return rgba;
}

function fill({ context }: Drawing, box: Rectangle, style: string): void {
  context.fillStyle = style;
  context.fillRect(box.x, box.y, box.width, box.height);
}

function drawText(drawing: Drawing, block: TextBlock, palette: Palette): void {
  const { size, lines } = placeText(block, drawing.measure);
  drawing.context.fillStyle = palette.text[block.tone];
  for (const { text, x, y } of lines) drawing.write(text, x, y, size, block.weight);
}

/** The edge lies inside the rectangle's outermost pixels. */
function drawPaper({ context }: Drawing, box: Rectangle, size: ScreenSize, palette: Palette): void {
  context.beginPath();
  context.roundRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1, Math.round(size.height / 60));
  context.fillStyle = palette.paper;
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = palette.edge;
  context.stroke();
}

function drawBaseline({ context }: Drawing, { size, baseline }: SignScreen | WaitingScreen, palette: Palette): void {
  const { x, y, width } = baseline;
  const thick = Math.max(1, Math.round(size.height / 240));
  const arm = Math.max(4, Math.round(size.height / 50));
  context.fillStyle = palette.baseline;
  context.fillRect(x, y, width, thick);
  // A cross marks where the line begins, as on paper.
  context.lineWidth = thick + 0.5;
  context.strokeStyle = palette.button;
  context.beginPath();
  context.moveTo(x, y - 3 * arm);
  context.lineTo(x + 2 * arm, y - arm);
  context.moveTo(x + 2 * arm, y - 3 * arm);
  context.lineTo(x, y - arm);
  context.stroke();
}

/** As large as the paper allows, in its middle: another pad's paper may have another shape. */
function drawKept({ context }: Drawing, kept: KeptInk, ink: Rectangle, palette: Palette): void {
  const scale = Math.min(ink.width / kept.width, ink.height / kept.height);
  if (!Number.isFinite(scale) || scale <= 0) return;
  const left = ink.x + (ink.width - kept.width * scale) / 2;
  const top = ink.y + (ink.height - kept.height * scale) / 2;
  context.save();
  context.beginPath();
  context.rect(ink.x, ink.y, ink.width, ink.height);
  context.clip();
  context.lineWidth = 2;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.strokeStyle = palette.ink;
  for (const stroke of kept.strokes) {
    context.beginPath();
    for (const { x, y } of stroke) context.lineTo(left + x * scale, top + y * scale);
    context.stroke();
  }
  context.restore();
}

/** OK is the filled one: the shape, not a colour, says which button goes on. */
function drawButton(drawing: Drawing, screen: SignScreen, name: ScreenButton, palette: Palette): void {
  const { context } = drawing;
  const box = screen.buttons[name];
  const filled = name === 'ok';
  const border = Math.max(1, Math.round(screen.height / 160));
  const inset = border / 2;
  context.beginPath();
  const radius = Math.max(3, Math.round(screen.height / 50));
  context.roundRect(box.x + inset, box.y + inset, box.width - border, box.height - border, radius);
  context.fillStyle = filled ? palette.button : palette.paper;
  context.fill();
  context.strokeStyle = palette.button;
  context.lineWidth = border;
  context.stroke();
  const label = buttonLabel(screen, name, screen.buttonSize);
  const onFilled: Palette = { ...palette, text: { ...palette.text, 'on-pen': '#ffffff' } };
  drawText(drawing, { ...label, size: sharedSize(drawing, screen) }, onFilled);
}

/** The size at which the longest of the three labels fits: words of one size look like one row. */
function sharedSize(drawing: Drawing, screen: SignScreen): number {
  const sizes = (['clear', 'cancel', 'ok'] as const).map(
    (name) => placeText(buttonLabel(screen, name, screen.buttonSize), drawing.measure).size,
  );
  return Math.min(...sizes);
}

/** What is written on a button, in the room its edge leaves. */
export function buttonLabel(screen: SignScreen, name: ScreenButton, size: number): TextBlock {
  const box = screen.buttons[name];
  const aside = Math.max(3, Math.round(box.width * 0.05));
  return {
    text: screen.labels[name],
    box: { x: box.x + aside, y: box.y + 2, width: box.width - 2 * aside, height: box.height - 4 },
    align: 'center',
    vertical: 'middle',
    weight: 'semibold',
    tone: name === 'ok' ? 'on-pen' : 'pen',
    size,
    smallest: Math.round(screen.buttonSize * 0.6),
    lines: 1,
  };
}

/** Widths as they are drawn on such a screen. */
export function measureOn(size: ScreenSize): Drawing['measure'] {
  return createDrawing(1, 1, isMono(size) ? 'snapped' : 'smooth').measure;
}
