import type { ReactNode } from 'react';

import { curveThrough } from '../../signing/capture/curve.ts';
import { dotted } from './ink.ts';

/** Of the width: as the picture in the document has it (`signing/capture/picture.ts`). */
const PICTURE_LINE = 0.007;
/** Thousandths of the height between points of the curve, which is the document's. */
const CURVE_STEP = 8;

/** Positions in 0..1 of the area that is written on. */
export type Strokes = readonly (readonly (readonly [number, number])[])[];

/**
 * Ink that came from elsewhere, over the whole of what it stands in, in the shape the document shows.
 * @param aspect width / height of that.
 */
export function DrawnInk({
  strokes,
  aspect,
  className,
}: {
  readonly strokes: Strokes;
  readonly aspect: number;
  readonly className: string | undefined;
}): ReactNode {
  const width = 1_000 * aspect;
  const placed = (stroke: Strokes[number]) => stroke.map(([x, y]) => [x * width, y * 1_000] as const);
  return (
    <svg className={className} viewBox={`0 0 ${width} 1000`} aria-hidden="true">
      {strokes.map((stroke, index) => (
        <polyline
          key={index}
          points={dotted(curveThrough(placed(stroke), CURVE_STEP))
            .map((point) => point.map(Math.round).join(','))
            .join(' ')}
          fill="none"
          stroke="#17202b"
          strokeWidth={PICTURE_LINE * width}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      ))}
    </svg>
  );
}
