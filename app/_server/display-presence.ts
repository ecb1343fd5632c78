/**
 * How many customer's screens are open, so that the clerk is told before a customer waits for one. On `globalThis`
 * because each route loads its own copy of this module.
 */
interface Presence {
  open: number;
  readonly listeners: Set<(open: number) => void>;
}
const KEY = Symbol.for('countersign.display-presence');

interface Holder {
  [KEY]?: Presence;
}

function presence(): Presence {
  const holder = globalThis as Holder;
  const found = holder[KEY] ?? { open: 0, listeners: new Set() };
  holder[KEY] = found;
  return found;
}

export function openDisplays(): number {
  return presence().open;
}

/** Counts one more screen until the returned function is called (once). */
export function enterDisplay(): () => void {
  let inside = true;
  const change = (by: 1 | -1): void => {
    const state = presence();
    state.open += by;
    for (const listener of [...state.listeners]) listener(state.open);
  };
  change(1);
  return () => {
    if (inside) change(-1);
    inside = false;
  };
}

export function onDisplays(listener: (open: number) => void): () => void {
  const { listeners } = presence();
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
