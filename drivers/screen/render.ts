import type { Picture } from '../wacom/stu-image.ts';
import { createDrawing } from './canvas.ts';
import type { Drawing } from './canvas.ts';
import { fitText } from './sign-screen.ts';
import type { Rectangle, ScreenButton, SignScreen, TextLine, WordScreen } from './sign-screen.ts';

/**
 * Draws in black on white only: such a picture goes to every pad as 1 bit a pixel, which a colour pad shows some
 * twenty times sooner than its own format.
 */
export function renderSignScreen(screen: SignScreen): Picture {
  const drawing = createDrawing(screen.width, screen.height);
  for (const line of screen.lines) drawLine(drawing, line);
  drawBaseline(drawing, screen);
  for (const name of ['clear', 'cancel', 'ok'] as const) drawButton(drawing, screen, name);
  return { width: screen.width, height: screen.height, rgba: drawing.rgba() };
}

export function renderWords(screen: WordScreen): Picture {
  const drawing = createDrawing(screen.width, screen.height);
  for (const line of screen.lines) drawLine(drawing, line);
  drawing.context.fillRect(
    screen.rule.x,
    screen.rule.y,
    screen.rule.width,
    Math.max(1, Math.round(screen.height / 160)),
  );
  return { width: screen.width, height: screen.height, rgba: drawing.rgba() };
}

function drawLine(drawing: Drawing, line: TextLine): void {
  const { context } = drawing;
  const measure = (text: string): number => context.measureText(text).width;
  let { size } = line;
  drawing.font(line.weight, size);
  while (size > line.smallest && measure(line.text) > line.maxWidth) drawing.font(line.weight, --size);
  context.textAlign = line.align;
  context.textBaseline = 'alphabetic';
  context.fillText(fitText(line.text, line.maxWidth, measure), line.x, line.y);
}

function drawBaseline({ context }: Drawing, screen: SignScreen): void {
  const { x, y, width } = screen.baseline;
  const dash = Math.max(2, Math.round(screen.width / 200));
  const thick = Math.max(1, Math.round(screen.height / 240));
  for (let at = 0; at < width; at += dash * 2) context.fillRect(x + at, y, Math.min(dash, width - at), thick);
  // A cross marks where the line begins, as on paper.
  const arm = Math.max(4, Math.round(screen.height / 50));
  context.lineWidth = thick + 0.5;
  context.strokeStyle = '#000000';
  context.beginPath();
  context.moveTo(x, y - 3 * arm);
  context.lineTo(x + 2 * arm, y - arm);
  context.moveTo(x + 2 * arm, y - 3 * arm);
  context.lineTo(x, y - arm);
  context.stroke();
}

/** OK is the filled one: the shape, not a colour, says which button goes on. */
function drawButton(drawing: Drawing, screen: SignScreen, name: ScreenButton): void {
  const { context } = drawing;
  const box = screen.buttons[name];
  const border = Math.max(1, Math.round(screen.height / 160));
  roundedBox(drawing, box, Math.max(3, Math.round(screen.height / 50)), border);
  if (name === 'ok') {
    context.fillStyle = '#000000';
    context.fill();
    context.fillStyle = '#ffffff';
  } else {
    context.strokeStyle = '#000000';
    context.lineWidth = border;
    context.stroke();
    context.fillStyle = '#000000';
  }
  drawing.font('semibold', screen.buttonSize);
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  const label = fitText(screen.labels[name], box.width - 8, (text) => context.measureText(text).width);
  const middle = box.y + box.height / 2 + screen.buttonSize * 0.34;
  context.fillText(label, Math.round(box.x + box.width / 2), Math.round(middle));
  context.fillStyle = '#000000';
}

function roundedBox({ context }: Drawing, box: Rectangle, radius: number, border: number): void {
  const inset = border / 2;
  context.beginPath();
  context.roundRect(box.x + inset, box.y + inset, box.width - border, box.height - border, radius);
}
