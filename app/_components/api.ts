/** What a screen can learn of an act that was not done: a code it words, and what the sentence needs. */
export interface Refused {
  readonly code: string;
  readonly file?: string;
  readonly until?: string;
  /** What the screen is to show: id of a document, and its page, 0-based. */
  readonly document?: string;
  readonly page?: number;
}
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Refused };

/** @param background A refresh nobody asked for: it does not keep the staff session alive. */
export async function get<T>(path: string, background = false): Promise<Answer<T>> {
  return send<T>(path, { headers: background ? { 'x-background': '1' } : {} });
}

export async function post<T>(path: string, body?: unknown): Promise<Answer<T>> {
  return send<T>(path, {
    method: 'POST',
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
}

/** For an answer that is a file: whoever asked looks at it. */
export async function postJson(path: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(path, { method: 'POST', headers, body: JSON.stringify(body), cache: 'no-store' });
}

/** Takes something back. */
export async function remove<T>(path: string, body?: unknown): Promise<Answer<T>> {
  return send<T>(path, {
    method: 'DELETE',
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
}

export async function postForm<T>(path: string, form: FormData): Promise<Answer<T>> {
  return send<T>(path, { method: 'POST', body: form });
}

async function send<T>(path: string, init: RequestInit): Promise<Answer<T>> {
  try {
    const response = await fetch(path, { ...init, cache: 'no-store', credentials: 'same-origin' });
    const value: unknown = await response.json().catch(() => null);
    if (response.ok) return { ok: true, value: value as T };
    const refused = (value ?? {}) as Partial<Refused>;
    return { ok: false, error: { ...refused, code: refused.code ?? 'unexpected' } };
  } catch {
    return { ok: false, error: { code: 'offline' } };
  }
}
