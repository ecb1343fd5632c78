import { NextResponse, type NextRequest } from 'next/server';

import { isAllowedHost } from './app/_server/origin.ts';

/**
 * Pages only (the API guards itself): our own host names, and a content security policy with a fresh nonce for the inline
 * scripts Next writes. `wasm-unsafe-eval` is for the image decoders of pdf.js; `style-src` allows the style attributes
 * React writes; the fonts of a PDF come as `data:` on browsers without the FontFace interface only.
 */
export function proxy(request: NextRequest): NextResponse {
  if (!isAllowedHost(request.headers.get('host'), process.env['COUNTERSIGN_HOSTS'])) {
    return new NextResponse(null, { status: 421 });
  }
  const nonce = btoa(crypto.randomUUID());
  const development = process.env.NODE_ENV === 'development';
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic' 'wasm-unsafe-eval'${development ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
  const headers = new Headers(request.headers);
  headers.set('x-nonce', nonce);
  headers.set('content-security-policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  return response;
}

export const config = { matcher: ['/((?!api/|pdfjs/|_next/|favicon.ico).*)'] };
