/** Pause before try number `failures` + 1: doubling from `first` to `longest`, the upper half of it random. */
export function backoff(
  failures: number,
  limits: { readonly first: number; readonly longest: number },
  random: () => number,
): number {
  const ceiling = Math.min(limits.longest, limits.first * 2 ** Math.min(Math.max(failures - 1, 0), 30));
  return Math.round(ceiling / 2 + (random() * ceiling) / 2);
}
