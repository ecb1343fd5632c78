/** Three to six round values within a range. */
export function ticks(low: number, high: number): readonly number[] {
  const rough = (high - low) / 4;
  if (rough <= 0) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step) * step;
  return Array.from({ length: Math.floor((high - first) / step) + 1 }, (_, i) => first + i * step);
}
