/** Cookies do not know ports, and `npm start` runs kiosk and cloud on one host: each has its own name. */
export const STAFF_COOKIE = 'countersign-staff';
export const DISPLAY_COOKIE = 'countersign-display';
export const CLOUD_COOKIE = 'countersign-cloud';

export type SessionCookie = typeof STAFF_COOKIE | typeof DISPLAY_COOKIE | typeof CLOUD_COOKIE;

/** Header value; a session cookie: the server decides when a session ends. */
export function setCookie(name: SessionCookie, token: string): string {
  return `${name}=${encodeURIComponent(token)}; Path=/; HttpOnly; SameSite=Strict`;
}

export function clearCookie(name: SessionCookie): string {
  return `${name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`;
}

export function readCookie(headers: Headers, name: SessionCookie): string | null {
  for (const part of (headers.get('cookie') ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at < 0 || part.slice(0, at).trim() !== name) continue;
    try {
      return decodeURIComponent(part.slice(at + 1).trim());
    } catch {
      return null;
    }
  }
  return null;
}
