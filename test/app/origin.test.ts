import { describe, expect, it } from 'vitest';

import { isAllowedHost, isSameOrigin, peerAddress } from '../../app/_server/origin.ts';

describe('which host names a kiosk answers to', () => {
  it.each(['127.0.0.1:3000', 'localhost:3000', 'LOCALHOST', '[::1]:3000'])('answers %s', (host) => {
    expect(isAllowedHost(host, undefined)).toBe(true);
  });
  it.each(['evil.example:3000', '127.0.0.1.evil.example', 'localhost.evil.example:3000', '', null])(
    'refuses %s, as a rebound name would be',
    (host) => {
      expect(isAllowedHost(host, undefined)).toBe(false);
    },
  );
  it('answers further names only when they were set', () => {
    expect(isAllowedHost('cloud.example:443', 'cloud.example, counter.example')).toBe(true);
    expect(isAllowedHost('', ' , ')).toBe(false);
  });
});

describe('whose acts are taken', () => {
  const from = (headers: Record<string, string>): boolean =>
    isSameOrigin(new Headers({ host: '127.0.0.1:3000', ...headers }));
  it('takes its own pages and programs without a browser', () => {
    expect(from({ origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-origin' })).toBe(true);
    expect(from({})).toBe(true);
  });
  it('refuses another port, another site and an opaque origin', () => {
    expect(from({ origin: 'http://127.0.0.1:4000' })).toBe(false);
    expect(from({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).toBe(false);
    expect(from({ 'sec-fetch-site': 'same-site' })).toBe(false);
    expect(from({ origin: 'null' })).toBe(false);
  });
});

describe('the address in the trail', () => {
  it('is the peer’s, plainly written, or nothing', () => {
    expect(peerAddress(new Headers({ 'x-forwarded-for': '::ffff:127.0.0.1' }))).toBe('127.0.0.1');
    expect(peerAddress(new Headers({ 'x-forwarded-for': 'made up, 10.0.0.7' }))).toBe('10.0.0.7');
    expect(peerAddress(new Headers({ 'x-forwarded-for': '<script>' }))).toBeNull();
    expect(peerAddress(new Headers())).toBeNull();
  });
});
