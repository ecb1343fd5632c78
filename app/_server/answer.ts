import type { Act } from '../../kiosk-shell/kiosk-api/acts.ts';
import { statusOfAct } from './status.ts';

const NO_STORE = { 'cache-control': 'no-store' };

/** JSON; `undefined` becomes `{}` so that every answer parses. */
export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json(value ?? {}, { status, headers: { ...NO_STORE, ...headers } });
}

/** What went wrong, as a code the screen words. Never a detail: that is for the log. */
export function refusal(code: string, status: number, more: Readonly<Record<string, string | number>> = {}): Response {
  return json({ code, ...more }, status);
}

export function actAnswer(result: Act<unknown>): Response {
  if (result.ok) return json(result.value);
  const { code, where } = result.error;
  return refusal(code, statusOfAct(code), where);
}

/** So much of an answer is handed on at a time. */
const PIECE_BYTES = 256 * 1024;

/** In pieces, as the reader takes them: 50 MB copied or written at once would hold up every pen and screen. */
export function bytesAnswer(bytes: Uint8Array, type: string, headers: Readonly<Record<string, string>> = {}): Response {
  let at = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        // A copy, since the stream's reader may keep or detach what it is given.
        if (at < bytes.byteLength) controller.enqueue(bytes.slice(at, at + PIECE_BYTES));
        at += PIECE_BYTES;
        if (at >= bytes.byteLength) controller.close();
      },
    },
    { highWaterMark: 1 },
  );
  return new Response(body, {
    headers: { ...NO_STORE, 'content-type': type, 'content-length': String(bytes.byteLength), ...headers },
  });
}

/** `attachment` with the name both as ASCII and as UTF-8 (RFC 6266, RFC 8187). */
export function attachment(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\]/g, '_');
  const utf8 = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${utf8}`;
}
