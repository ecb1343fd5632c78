/** Signs that say the same as the words beside them. */
import type { Drawing } from './canvas.ts';
import type { Palette } from './palette.ts';
import type { WordScreen } from './word-screens.ts';

/** In squares of 32 by 32, as the product's sign in `app/_components/mark.tsx`. */
const grid = 32;

export function drawMark(drawing: Drawing, mark: NonNullable<WordScreen['mark']>, palette: Palette): void {
  const { context } = drawing;
  const { box, kind } = mark;
  context.save();
  context.translate(box.x, box.y);
  context.scale(box.width / grid, box.height / grid);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.lineWidth = 2.4;
  context.beginPath();
  if (kind === 'done') {
    context.strokeStyle = palette.done;
    context.arc(16, 16, 14, 0, 2 * Math.PI);
    context.moveTo(9.5, 16.5);
    context.lineTo(14.2, 21.2);
    context.lineTo(22.8, 11.4);
  } else if (kind === 'stop') {
    context.strokeStyle = palette.text.stop;
    context.moveTo(16, 4);
    context.lineTo(30, 28);
    context.lineTo(2, 28);
    context.closePath();
    context.moveTo(16, 13);
    context.lineTo(16, 19.5);
    context.moveTo(16, 24);
    context.lineTo(16, 24.1);
  } else {
    // A line of writing above a ruled line.
    context.strokeStyle = palette.button;
    context.moveTo(3, 19);
    context.bezierCurveTo(8, 18, 9, 5, 12.5, 5);
    context.bezierCurveTo(15, 5, 12.5, 14, 15, 14);
    context.bezierCurveTo(17.5, 14, 17.5, 9.5, 20, 9.5);
    context.bezierCurveTo(22.5, 9.5, 21, 14.5, 24, 14.5);
    context.bezierCurveTo(26.5, 14.5, 27.5, 13.2, 29, 13);
    context.moveTo(3, 27);
    context.lineTo(29, 27);
  }
  context.stroke();
  context.restore();
}
