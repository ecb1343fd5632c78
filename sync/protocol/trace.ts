/**
 * One number for one delivery, from the kiosk's outbox to the cloud's row: two people on the telephone can name it. It is
 * random, made when the package is queued, and says nothing about anybody.
 */

/** W3C Trace Context, level 1, section 3.2. */
export const TRACE_HEADER = 'traceparent';

/** 32 lower-case hexadecimal digits, not all zero (section 3.2.2.3). */
export function isTrace(value: unknown): value is string {
  return typeof value === 'string' && /^(?!0{32})[0-9a-f]{32}$/.test(value);
}

/**
 * The header of every request of a delivery. The parent is the delivery itself, which is known by its package.
 *
 * @param digest SHA-256 of the package
 */
export function traceparent(trace: string, digest: string): string {
  return `00-${trace}-${digest.slice(0, 16)}-01`;
}

/** The trace that a request belongs to; null where it names none that can be understood. Later versions may say more behind. */
export function traceOf(headers: Headers): string | null {
  const found = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/.exec(
    headers.get(TRACE_HEADER) ?? '',
  )?.[1];
  return isTrace(found) ? found : null;
}
