/**
 * When a page counts as seen: it is rendered, and every band of it was inside the window for a moment. A page larger than
 * the window is seen by scrolling through it, not by showing its top.
 */
export const BANDS = 12;

/** One bit a band. Positions in any one unit, downwards. */
export function bandsInView(
  page: { readonly top: number; readonly height: number },
  view: { readonly top: number; readonly height: number },
): number {
  let bits = 0;
  for (let band = 0; band < BANDS; band += 1) {
    const middle = page.top + ((band + 0.5) / BANDS) * page.height;
    if (middle >= view.top && middle <= view.top + view.height) bits |= 1 << band;
  }
  return bits;
}

export function isCovered(bits: number): boolean {
  return bits === (1 << BANDS) - 1;
}
