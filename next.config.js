/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  // node-hid and usb are not on Next's own list of unbundled packages.
  serverExternalPackages: [
    'node-hid',
    'usb',
    '@serialport/bindings-cpp',
    'better-sqlite3',
    'koffi',
    '@electric-sql/pglite',
    '@napi-rs/canvas',
  ],
  // `npm run types` checks every file, tests included; the build of a shop's machine need not do it again.
  typescript: { ignoreBuildErrors: true },
  async headers() {
    // The content security policy of pages carries a nonce, so `proxy.ts` writes it; what is not a page may load nothing.
    const shared = [
      { key: 'x-content-type-options', value: 'nosniff' },
      { key: 'referrer-policy', value: 'no-referrer' },
      { key: 'x-frame-options', value: 'DENY' },
      { key: 'cross-origin-opener-policy', value: 'same-origin' },
      { key: 'cross-origin-resource-policy', value: 'same-origin' },
      { key: 'permissions-policy', value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), hid=()' },
    ];
    return [
      { source: '/:path*', headers: shared },
      {
        source: '/api/:path*',
        headers: [{ key: 'content-security-policy', value: "default-src 'none'; frame-ancestors 'none'" }],
      },
    ];
  },
};

export default config;
