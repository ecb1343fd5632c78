/** Lets `width` tasks run at once; the others wait in line. Bounds memory: each ingest holds a whole package. */
export function createGate(width: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0;
  const line: (() => void)[] = [];
  return async (task) => {
    if (running >= width) await new Promise<void>((resolve) => line.push(resolve));
    running += 1;
    try {
      return await task();
    } finally {
      running -= 1;
      line.shift()?.();
    }
  };
}
