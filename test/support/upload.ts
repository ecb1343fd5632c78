import { ReadableStream } from 'node:stream/web';
import { uploadedFiles } from '../../app/_server/uploaded.ts';

export const BOUNDARY = 'x'.repeat(27);
/** All before a file's bytes, and all behind them. */
export const FILE = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="čšž.pdf"\r\nContent-Type: application/pdf\r\n\r\n`;
export const END = `\r\n--${BOUNDARY}--\r\n`;
export const RULES = { maxBytes: 64 * 1024, tooLarge: 'too-large', maxFiles: 2 } as const;
export type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** A request whose body comes in just these pieces; a header that is null is left out. */
export function posted(
  pieces: Pieces | ReadableStream<Uint8Array>,
  length: number,
  headers: Readonly<Record<string, string | null>> = {},
): Request {
  const all: Readonly<Record<string, string | null>> = {
    'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
    'content-length': String(length),
    ...headers,
  };
  return new Request('http://127.0.0.1/', {
    method: 'POST',
    body: pieces instanceof ReadableStream ? pieces : ReadableStream.from(pieces),
    duplex: 'half',
    headers: Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null),
  } as RequestInit);
}

/** What is read of the pieces, or status and code of the refusal. */
export async function answer(
  pieces: readonly (string | Uint8Array)[],
  headers?: Readonly<Record<string, string | null>>,
): Promise<unknown> {
  const bytes = pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece));
  const length = bytes.reduce((sum, { length: more }) => sum + more, 0);
  const read = await uploadedFiles(posted(bytes, length, headers), RULES);
  if (read instanceof Response) return `${read.status} ${((await read.json()) as { code: string }).code}`;
  return {
    files: read.files.map(({ name, bytes: file }) => [name, Buffer.from(file).toString('latin1')]),
    fields: [...read.fields],
  };
}

/** What a browser would send. */
export async function encoded(form: FormData): Promise<{ readonly bytes: Uint8Array; readonly type: string }> {
  const request = new Request('http://127.0.0.1/', { method: 'POST', body: form });
  return { bytes: await request.bytes(), type: request.headers.get('content-type') ?? '' };
}
