/** One thing a branch wants to know before it opens. Only 'stop' keeps the counter closed. */
export interface Finding {
  readonly name: string;
  readonly outcome: 'ok' | 'look' | 'stop';
  /** A sentence with its way out. */
  readonly sentence: string;
}

export function ok(name: string, sentence: string): Finding {
  return { name, outcome: 'ok', sentence };
}
export function look(name: string, sentence: string): Finding {
  return { name, outcome: 'look', sentence };
}
export function stop(name: string, sentence: string): Finding {
  return { name, outcome: 'stop', sentence };
}
