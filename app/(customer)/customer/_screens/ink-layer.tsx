import type { ReactNode } from 'react';

import { DrawnInk, type Strokes } from '../../../_components/drawn-ink.tsx';
import { useSize } from '../../../_components/use-size.ts';
import styles from './customer.module.css';

/** Ink that came from elsewhere, over the whole sheet whatever its shape. */
export function InkLayer({ strokes }: { readonly strokes: Strokes }): ReactNode {
  const [size, measure] = useSize();
  return (
    <div ref={measure} className={styles['inkLayer']}>
      {size !== null && size.height > 0 && (
        <DrawnInk strokes={strokes} aspect={size.width / size.height} className={styles['ink']} />
      )}
    </div>
  );
}
