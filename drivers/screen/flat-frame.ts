/**
 * The frame of a screen as flat as the STU-300's (396x100, 4 pixels a millimetre): buttons stand at the sides over the
 * whole height, two rows of words above the paper. Cancel is over Clear: what lies next to OK is only paper.
 */
import { askedFor, baselineOf, noBand } from './frame.ts';
import type { Frame, FrameContent } from './frame.ts';
import type { ScreenSize, TextBlock } from './parts.ts';

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
  const pageWidth = Math.round(inner.width * 0.32);
  const name = { x: inner.x, width: inner.width - pageWidth - gap };
  const page = { x: inner.x + inner.width - pageWidth, width: pageWidth };
  const text = (words: string, y: number, of: typeof inner, align: TextBlock['align'] = 'left'): TextBlock => ({
    text: words,
    box: { ...of, y, height: row },
    align,
    vertical: 'middle',
    weight: 'semibold',
    tone: 'ink',
    size: small,
    smallest: Math.max(9, small - 1),
    lines: 1,
  });
  const asked = text(content.note ?? askedFor(content), row, inner);
  return {
    shared: {
      size,
      band: noBand,
      ink,
      baseline: baselineOf(ink, 6),
      texts: [text(content.document, 0, name), text(content.page, 0, page, 'right'), asked],
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
