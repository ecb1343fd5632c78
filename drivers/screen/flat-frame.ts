/**
 * The frame of a screen as flat as the STU-300's (396x100, 4 pixels a millimetre): buttons stand at the sides over the
 * whole height, two rows of words above the paper. Cancel is over Clear: what lies next to OK is only paper.
 */
import type { Rectangle, ScreenSize, TextBlock } from './parts.ts';
import { askedFor, baselineOf } from './tall-frame.ts';
import type { Frame, FrameContent } from './tall-frame.ts';

export function flatFrame(size: ScreenSize, content: FrameContent): Frame {
  const { width, height } = size;
  const side = Math.round(width * 0.17);
  const gap = Math.round(width * 0.02);
  const row = Math.round(height * 0.15);
  const small = Math.max(9, Math.round(height * 0.12));
  const inner = { x: side + gap, width: width - 2 * side - 2 * gap };
  const ink = { ...inner, y: 2 * row + 2, height: height - 2 * row - 3 };
  const cancelHeight = Math.round(height * 0.26);
  const clearTop = cancelHeight + Math.round(height * 0.14);
  const text = (content: string, y: number, of: { readonly x: number; readonly width: number }): TextBlock => ({
    text: content,
    box: { ...of, y, height: row },
    align: 'left',
    vertical: 'middle',
    weight: 'semibold',
    tone: 'ink',
    size: small,
    smallest: Math.max(9, small - 2),
    lines: 1,
  });
  const asked = text(content.note ?? askedFor(content), row, inner);
  return {
    shared: {
      size,
      band: { x: 0, y: 0, width: 0, height: 0 } satisfies Rectangle,
      ink,
      baseline: baselineOf(ink, 6),
      texts: [text(content.document, 0, inner), asked],
    },
    buttons: {
      cancel: { x: 0, y: 0, width: side, height: cancelHeight },
      clear: { x: 0, y: clearTop, width: side, height: height - clearTop },
      ok: { x: width - side, y: 0, width: side, height },
    },
    buttonSize: Math.round(height * 0.14),
    notice: asked,
  };
}
