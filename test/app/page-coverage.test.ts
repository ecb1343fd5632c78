import { describe, expect, it } from 'vitest';

import { bandsInView, isCovered } from '../../app/(customer)/customer/_screens/page-coverage.ts';

describe('when a page counts as seen', () => {
  it('is at once when the whole page is in the window', () => {
    expect(isCovered(bandsInView({ top: 10, height: 500 }, { top: 0, height: 600 }))).toBe(true);
  });

  it('is not while only its top was shown', () => {
    expect(isCovered(bandsInView({ top: 0, height: 1_200 }, { top: 0, height: 500 }))).toBe(false);
  });

  it('is after a tall page was scrolled through', () => {
    let seen = 0;
    for (let scroll = 0; scroll <= 700; scroll += 350) {
      seen |= bandsInView({ top: -scroll, height: 1_200 }, { top: 0, height: 500 });
    }
    expect(isCovered(seen)).toBe(true);
  });

  it('is not when the middle was jumped over', () => {
    const top = bandsInView({ top: 0, height: 3_000 }, { top: 0, height: 500 });
    const end = bandsInView({ top: -2_500, height: 3_000 }, { top: 0, height: 500 });
    expect(isCovered(top | end)).toBe(false);
  });
});
