import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { refusal } from '../../_server/answer.ts';

/** What pdf.js loads beside itself, from the installed package: these folders and kinds of file, nothing else. */
const FOLDERS = new Set(['build', 'cmaps', 'iccs', 'standard_fonts', 'wasm']);
const TYPES: Readonly<Record<string, string>> = {
  mjs: 'text/javascript; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  bcmap: 'application/octet-stream',
  icc: 'application/vnd.iccprofile',
  pfb: 'application/octet-stream',
  ttf: 'font/ttf',
  wasm: 'application/wasm',
};

export async function GET(_request: Request, context: { params: Promise<{ path: string[] }> }): Promise<Response> {
  const { path } = await context.params;
  const [folder, name, ...rest] = path;
  const match = /^[A-Za-z0-9_][A-Za-z0-9_.-]*\.([a-z]+)$/.exec(name ?? '');
  const type = TYPES[match?.[1] ?? ''];
  if (folder === undefined || name === undefined || rest.length > 0 || !FOLDERS.has(folder) || type === undefined) {
    return refusal('not-found', 404);
  }
  try {
    const bytes = await readFile(join(process.cwd(), 'node_modules', 'pdfjs-dist', folder, name));
    return new Response(new Blob([bytes]), {
      headers: { 'content-type': type, 'cache-control': 'public, max-age=86400' },
    });
  } catch {
    return refusal('not-found', 404);
  }
}
