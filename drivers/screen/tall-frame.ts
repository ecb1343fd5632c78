/**
 * The frame of a screen with room for rows: words at the top, paper below, buttons at the foot. Clear is at the left, OK
 * at the right and Cancel between, far from both, so that a hand that slips presses nothing else.
 */
import { askedFor, baselineOf, noBand } from './frame.ts';
import type { Frame, FrameContent, FrameScreen } from './frame.ts';
import { weightFor } from './parts.ts';
import type { Rectangle, ScreenSize, TextBlock } from './parts.ts';

export function tallFrame(size: ScreenSize, content: FrameContent): Frame {
  const { width, height } = size;
  const margin = Math.round(width * 0.025);
  const head = height >= 400 ? roomyHead(size, content, margin) : narrowHead(size, content, margin);
  const buttonHeight = Math.max(40, Math.round(height * 0.17));
  const buttonTop = height - margin - buttonHeight;
  const inkTop = head.bottom + Math.round(margin / 2);
  const ink = { x: margin, y: inkTop, width: width - 2 * margin, height: buttonTop - margin - inkTop };
  const wide = Math.round(width * 0.25);
  const button = (left: number, of: number): Rectangle => ({ x: left, y: buttonTop, width: of, height: buttonHeight });
  const buttonSize = Math.round(Math.min(buttonHeight * 0.42, height * 0.068));
  return {
    shared: { size, band: head.band, ink, baseline: baselineOf(ink, Math.round(margin * 1.5)), texts: head.texts },
    buttons: {
      clear: button(margin, wide),
      cancel: button(Math.round((width - wide) / 2), wide),
      ok: button(width - margin - wide, wide),
    },
    buttonSize,
    notice: {
      text: '',
      box: { x: margin, y: buttonTop, width: width - 2 * margin, height: buttonHeight },
      align: 'center',
      vertical: 'middle',
      weight: 'semibold',
      tone: 'pen',
      size: buttonSize,
      smallest: Math.round(buttonSize * 0.6),
      lines: 2,
    },
  };
}

interface Head {
  readonly band: FrameScreen['band'];
  readonly texts: readonly TextBlock[];
  readonly bottom: number;
}

/** From 400 pixels of height the company has a band of its own. */
function roomyHead(size: ScreenSize, content: FrameContent, margin: number): Head {
  const { width, height } = size;
  const inner = width - 2 * margin;
  const small = Math.round(height * 0.046);
  const band = { x: 0, y: 0, width, height: Math.round(height * 0.08) };
  const title = {
    x: margin,
    y: band.height + Math.round(height * 0.012),
    width: inner,
    height: Math.round(height * 0.12),
  };
  const askedTop = title.y + title.height + Math.round(height * 0.008);
  const asked = { x: margin, y: askedTop, width: inner, height: Math.round(small * 1.35) };
  const split = Math.round(inner * 0.74);
  const inBand = (box: Rectangle, text: string, align: TextBlock['align']): TextBlock => ({
    text,
    box,
    align,
    vertical: 'middle',
    weight: 'semibold',
    tone: 'on-pen',
    size: small,
    smallest: Math.round(small * 0.72),
    lines: 1,
  });
  const gap = Math.round(margin / 2);
  return {
    band: { box: band, tone: content.note === undefined ? 'plain' : 'note' },
    bottom: asked.y + asked.height,
    texts: [
      inBand({ x: margin, y: 0, width: split - gap, height: band.height }, content.note ?? content.tenant, 'left'),
      inBand({ x: margin + split, y: 0, width: inner - split, height: band.height }, content.page, 'right'),
      {
        text: content.document,
        box: title,
        align: 'left',
        vertical: 'middle',
        weight: 'semibold',
        tone: 'ink',
        size: Math.round(height * 0.074),
        smallest: Math.round(height * 0.046),
        lines: 2,
      },
      askedBlock(size, content, asked, small),
    ],
  };
}

/** Below, there is no room for the company: it stands on the idle screen. */
function narrowHead(size: ScreenSize, content: FrameContent, margin: number): Head {
  const { width, height } = size;
  const inner = width - 2 * margin;
  const small = Math.max(12, Math.round(height * 0.064));
  const top = Math.round(margin / 2);
  const title = { x: margin, y: top, width: Math.round(inner * 0.7), height: Math.round(small * 2.6) };
  const row = { y: title.y + title.height + 1, height: Math.round(small * 1.3) };
  const pageLeft = title.x + title.width + margin;
  const page = { x: pageLeft, y: top, width: width - margin - pageLeft, height: title.height };
  const shared = { vertical: 'middle', weight: 'semibold', smallest: small - 1 } as const;
  const asked = askedBlock(size, content, { x: margin, y: row.y, width: inner, height: row.height }, small);
  return {
    band: noBand,
    bottom: row.y + row.height,
    texts: [
      {
        ...shared,
        text: content.document,
        box: title,
        align: 'left',
        tone: 'ink',
        size: Math.round(small * 1.35),
        lines: 2,
      },
      { ...shared, text: content.page, box: page, align: 'right', tone: 'muted', size: small, smallest: 11, lines: 1 },
      content.note === undefined ? asked : { ...asked, text: content.note, tone: 'stop' },
    ],
  };
}

function askedBlock(size: ScreenSize, content: FrameContent, box: Rectangle, pixels: number): TextBlock {
  return {
    text: askedFor(content),
    box,
    align: 'left',
    vertical: 'middle',
    weight: weightFor(size, pixels),
    tone: 'ink',
    size: pixels,
    smallest: Math.max(12, Math.round(pixels * 0.72)),
    lines: 1,
  };
}
