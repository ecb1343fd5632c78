/** One bench's answer: numbers side by side from one run, never pass or fail. */
export interface BenchResult {
  readonly name: string;
  readonly rows: readonly Record<string, string | number>[];
  readonly notes: readonly string[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? NaN) + high) / 2;
}

export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
