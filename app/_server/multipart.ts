import { err, ok, type Result } from '../../signing/result.ts';
import { Incoming, Unreadable } from './incoming.ts';
import { Landing } from './landing.ts';

export interface Uploaded {
  readonly name: string;
  /** Alone in its buffer, which may be handed to another thread. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}
export interface UploadForm {
  /** Parts named `file` that have a file name, in their order. */
  readonly files: readonly Uploaded[];
  /** Of all other parts that are text; the first of each name. */
  readonly fields: ReadonlyMap<string, string>;
}
interface FormRules {
  readonly boundary: string;
  /** Announced bytes of the body; more are not read. */
  readonly length: number;
  /** Further files are read past, not kept: one more than the caller takes tells it that there are too many. */
  readonly maxFiles: number;
}

const LIMITS = { parts: 10_000, headerBytes: 8 * 1024, fields: 16, fieldBytes: 8 * 1024 };
const CRLF = Buffer.from('\r\n');
const BLANK_LINE = Buffer.from('\r\n\r\n');
const CLOSE = '--';

/**
 * multipart/form-data (RFC 7578, framed by RFC 2046, 5.1.1), read as it comes: never more than one piece of the network at a
 * time, so that pens and screens are served in between. Whatever is wrong with it, the body is read to its end, or a client
 * that is still sending would not hear the answer.
 */
export async function readForm(
  body: AsyncIterable<Uint8Array>,
  rules: FormRules,
): Promise<Result<UploadForm, Unreadable['code']>> {
  const input = new Incoming(body, rules.length);
  try {
    return ok(await readParts(input, rules));
  } catch (error) {
    if (error instanceof Unreadable) return err(error.code);
    throw error;
  } finally {
    await input.readPast();
  }
}

async function readParts(input: Incoming, { boundary, maxFiles }: FormRules): Promise<UploadForm> {
  const files: Uploaded[] = [];
  const fields = new Map<string, string>();
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first delimiter has no line before it.
  if (!(await input.take(delimiter.length - CRLF.length)).equals(delimiter.subarray(CRLF.length)))
    throw new Unreadable();
  for (let parts = 0; ; parts += 1) {
    const after = await input.take(CRLF.length);
    if (after.toString('latin1') === CLOSE) return { files, fields };
    if (!after.equals(CRLF) || parts === LIMITS.parts) throw new Unreadable();
    const { name, filename } = partHeaders(await textUpTo(input, BLANK_LINE, LIMITS.headerBytes));
    if (filename === null) {
      const text = await textUpTo(input, delimiter, LIMITS.fieldBytes);
      if (!fields.has(name)) fields.set(name, text);
      if (fields.size > LIMITS.fields) throw new Unreadable();
    } else if (name === 'file' && files.length < maxFiles) {
      // All that is announced after the last file is its delimiter, two hyphens and the end of their line.
      const landing = new Landing(input.remaining - delimiter.length - CLOSE.length - CRLF.length);
      for await (const piece of input.upTo(delimiter)) await landing.push(piece);
      files.push({ name: filename, bytes: await landing.whole() });
    } else {
      await input.skip(delimiter);
    }
  }
}

async function textUpTo(input: Incoming, mark: Buffer, maxBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of input.upTo(mark)) {
    length += piece.length;
    if (length > maxBytes) throw new Unreadable();
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

const PARAMETER = /\s*;\s*([^\s;=*"]+\*?)=(?:"([^"]*)"|([^\s;"]*))/y;

/** What a part is called; `filename` is null for text. */
function partHeaders(block: string): { readonly name: string; readonly filename: string | null } {
  const headers = new Map<string, string>();
  for (const line of block.split('\r\n')) {
    const [, key, value] = /^([\w!#$%&'*+.^`|~-]+)[ \t]*:[ \t]*([^\r\n]*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined || headers.has(key.toLowerCase())) throw new Unreadable();
    headers.set(key.toLowerCase(), value.trimEnd());
  }
  // RFC 7578, 4.7: no sender encodes parts any more, and none is decoded here.
  if (!/^(?:|7bit|8bit|binary)$/i.test(headers.get('content-transfer-encoding') ?? '')) throw new Unreadable();
  const disposition = /^form-data(?=[\s;])(.*)$/i.exec(headers.get('content-disposition') ?? '')?.[1];
  if (disposition === undefined) throw new Unreadable();
  const parameters = new Map<string, string>();
  PARAMETER.lastIndex = 0;
  let end = 0;
  for (let found = PARAMETER.exec(disposition); found !== null; found = PARAMETER.exec(disposition)) {
    parameters.set((found[1] ?? '').toLowerCase(), found[2] ?? found[3] ?? '');
    end = PARAMETER.lastIndex;
  }
  const name = parameters.get('name');
  if (name === undefined || disposition.slice(end).trim() !== '') throw new Unreadable();
  const filename = parameters.get('filename');
  return { name: unescaped(name), filename: filename === undefined ? null : unescaped(filename) };
}

/** Senders escape what would end the name (HTML, multipart/form-data encoding algorithm), and nothing else. */
function unescaped(name: string): string {
  return name.replace(/%0A/gi, '\n').replace(/%0D/gi, '\r').replaceAll('%22', '"');
}
