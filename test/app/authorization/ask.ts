import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setRuntime } from '../../../app/_server/runtime.ts';
import type { Runtime } from '../../../kiosk-shell/runtime.ts';
import type { Headed } from './people.ts';

const APP = join(import.meta.dirname, '..', '..', '..', 'app');
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
type Handler = (
  request: Request,
  context: { params: Promise<Record<string, string | string[]> | undefined> },
) => Promise<Response>;

/** Every `route.ts` or `page.tsx` below `app/`: the path that it answers, and its file. */
export function filesNamed(name: 'route.ts' | 'page.tsx'): ReadonlyMap<string, string> {
  const files = readdirSync(APP, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file === name || file.endsWith(`/${name}`));
  return new Map(
    files.map((file) => {
      const folders = file.split('/').slice(0, -1);
      return [`/${folders.filter((folder) => !folder.startsWith('(')).join('/')}`, join(APP, file)];
    }),
  );
}

/** What each route exports, by `METHOD path`. */
export async function everyHandler(): Promise<ReadonlyMap<string, Handler>> {
  const handlers = new Map<string, Handler>();
  for (const [path, file] of filesNamed('route.ts')) {
    const module = (await import(file)) as Record<string, Handler>;
    for (const method of METHODS) {
      const handler = module[method];
      if (handler !== undefined) handlers.set(`${method} ${path}`, handler);
    }
  }
  return handlers;
}

export interface Asked {
  readonly key: string;
  readonly headers: Headed;
  readonly body?: unknown;
  readonly params?: Readonly<Record<string, string>>;
}

/** Asks a handler as Next would hand it over; streams are let go. Gives the answer with its body read. */
export async function ask(
  handlers: ReadonlyMap<string, Handler>,
  running: Runtime,
  { key, headers, body, params = {} }: Asked,
): Promise<{ readonly status: number; readonly code: unknown; readonly headers: Headers }> {
  const handler = handlers.get(key);
  if (handler === undefined) throw new Error(`${key} has no handler`);
  const [method = '', pattern = ''] = key.split(' ');
  const segments = segmentsOf(pattern, params);
  const path = pattern.replaceAll(/\[+(?:\.\.\.)?(\w+)\]+/g, (_, name: string) => [segments[name]].flat().join('/'));
  const ending = new AbortController();
  const request = new Request(`http://127.0.0.1${path}`, {
    method,
    headers: { host: '127.0.0.1', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    signal: ending.signal,
    ...(body === undefined || method === 'GET' || method === 'HEAD' ? {} : { body: JSON.stringify(body) }),
  });
  setRuntime(running);
  // As Next does it: none where the path has no parts in brackets.
  const given = pattern.includes('[') ? segments : undefined;
  const answer = await handler(request, { params: Promise.resolve(given) });
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  const text = isStream ? '' : await answer.text();
  if (isStream) await answer.body?.cancel();
  ending.abort();
  const code = text.startsWith('{') ? (JSON.parse(text) as { code?: unknown }).code : undefined;
  return { status: answer.status, code, headers: answer.headers };
}

/** A value for each part of a path that is in brackets: what is asked for, else something that does not exist. */
function segmentsOf(pattern: string, params: Readonly<Record<string, string>>): Record<string, string | string[]> {
  const unknown: Readonly<Record<string, string>> = {
    digest: 'f'.repeat(64),
    file: `${'f'.repeat(64)}.pdf`,
    number: '1',
  };
  return Object.fromEntries(
    [...pattern.matchAll(/\[+(\.\.\.)?(\w+)\]+/g)].map(([, rest, name = '']): [string, string | string[]] => {
      const value = params[name] ?? unknown[name] ?? (pattern.includes('/v1/') ? 'hello' : 'none');
      return [name, rest === undefined ? value : [value]];
    }),
  );
}
