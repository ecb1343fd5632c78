/** Milliseconds of the moment a page is rendered: ages on it start from here, in the browser as well. */
export function wallClock(): number {
  return Date.now();
}
