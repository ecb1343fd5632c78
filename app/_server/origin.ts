/**
 * Who may talk to this server. A kiosk answers under its own names only (a rebound DNS name is refused), and an act is
 * taken only from its own pages. Programs (the demo command, scripts) send neither Origin nor Sec-Fetch-Site: a browser
 * always does on a POST, so their absence cannot be a forged request.
 */
const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '[::1]'];

/** @param extra Further host names, comma separated (`COUNTERSIGN_HOSTS`), without port. */
export function isAllowedHost(host: string | null, extra: string | undefined): boolean {
  if (host === null) return false;
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const further = (extra ?? '').split(',').map((entry) => entry.trim().toLowerCase());
  return name !== '' && [...LOOPBACK_HOSTS, ...further].includes(name);
}

export function isSameOrigin(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') return false;
  const origin = headers.get('origin');
  if (origin === null) return true;
  return URL.canParse(origin) && new URL(origin).host === headers.get('host');
}

/** Address of the peer as Next reports it; null when it is not an address. */
export function peerAddress(headers: Headers): string | null {
  const last = headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '';
  const plain = last.replace(/^::ffff:/i, '');
  return /^[0-9a-f.:]{2,45}$/i.test(plain) ? plain : null;
}
