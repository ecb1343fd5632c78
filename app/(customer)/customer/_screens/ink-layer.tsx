import type { ReactNode } from 'react';

import { dotted } from '../../../_components/ink.ts';
import styles from './customer.module.css';

/** In 0..1 of the sheet. */
export type Strokes = readonly (readonly (readonly [number, number])[])[];

/** Ink that came from elsewhere, over the whole sheet. */
export function InkLayer({ strokes }: { readonly strokes: Strokes }): ReactNode {
  return (
    <svg className={styles['inkLayer']} viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
      {strokes.map((stroke, index) => (
        <polyline
          key={index}
          points={dotted(stroke)
            .map(([x, y]) => `${x},${y}`)
            .join(' ')}
          fill="none"
          stroke="#17202b"
          strokeWidth={2.5}
          strokeLinecap="round"
          strokeLinejoin="round"
          vectorEffect="non-scaling-stroke"
        />
      ))}
    </svg>
  );
}
