/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  // node-hid and usb are not on Next's own list of unbundled packages.
  serverExternalPackages: ['node-hid', 'usb', 'better-sqlite3', '@electric-sql/pglite', '@napi-rs/canvas'],
};

export default config;
