import type { z } from 'zod';

import type { CloudApi, CloudStaff } from '../../kiosk-shell/cloud-api.ts';
import type { KioskApi } from '../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor, Staff } from '../../kiosk-shell/kiosk-api/staff.ts';
import { refusal } from './answer.ts';
import { CLOUD_COOKIE, DISPLAY_COOKIE, readCookie, STAFF_COOKIE } from './cookies.ts';
import { isAllowedHost, isSameOrigin, peerAddress } from './origin.ts';
import { routePattern } from './route-pattern.ts';
import { runtime } from './runtime.ts';

/** Who may call a kiosk route: 'staff' is clerk or manager, 'display' the customer's screen. */
export type Caller = 'public' | 'staff' | 'manager' | 'display';

interface Parsed<Params, Body> {
  readonly request: Request;
  readonly params: Params;
  readonly body: Body;
  readonly ip: string | null;
}
export interface KioskCall<Who extends Caller, Params, Body> extends Parsed<Params, Body> {
  readonly kiosk: KioskApi;
  /** Staff routes only. */
  readonly actor: Who extends 'staff' | 'manager' ? Actor : null;
  /** The session or display token that opened the door. */
  readonly token: Who extends 'public' ? null : string;
}
export interface CloudCall<Who extends 'public' | 'cloud', Params, Body> extends Parsed<Params, Body> {
  readonly cloud: CloudApi;
  /** Not for public routes. */
  readonly staff: Who extends 'cloud' ? CloudStaff : null;
}

interface Shapes<Params, Body> {
  readonly params?: z.ZodType<Params>;
  /** JSON body; left out where there is none or the handler reads it itself (files). */
  readonly body?: z.ZodType<Body>;
}
type Segments = Readonly<Record<string, string | string[] | undefined>>;
/** Next's types promise an object always; its server gives undefined to a route without any in its path. */
type Handler = (request: Request, context: { params: Promise<Segments | undefined> }) => Promise<Response>;
/** Bodies of acts are small; ink of a long signature is the largest. */
const MAX_JSON_BYTES = 8 * 1024 * 1024;

/** A route of the kiosk: role, host and origin, caller, shape; then the runtime. */
export function kioskRoute<Who extends Caller, Params = unknown, Body = unknown>(
  rule: { readonly who: Who } & Shapes<Params, Body>,
  handle: (call: KioskCall<Who, Params, Body>) => Promise<Response> | Response,
): Handler {
  return guarded(rule, async (parsed) => {
    const kiosk = runtime();
    if (kiosk.role !== 'kiosk') return refusal('not-found', 404);
    const entry = admit(kiosk, rule.who, parsed);
    if (entry instanceof Response) return entry;
    const { body } = await parsed.read();
    // `admit` gave actor and token as `who` promises; the compiler cannot follow a conditional type there.
    return handle({ ...parsed, ...entry, kiosk, body } as unknown as KioskCall<Who, Params, Body>);
  });
}

/** A route of the cloud's own screens; devices have their own door (`handleDevice`). */
export function cloudRoute<Who extends 'public' | 'cloud', Params = unknown, Body = unknown>(
  rule: { readonly who: Who } & Shapes<Params, Body>,
  handle: (call: CloudCall<Who, Params, Body>) => Promise<Response> | Response,
): Handler {
  return guarded(rule, async (parsed) => {
    const cloud = runtime();
    if (cloud.role !== 'cloud') return refusal('not-found', 404);
    const token = readCookie(parsed.request.headers, CLOUD_COOKIE);
    const staff = token === null ? null : await cloud.staffByToken(token);
    if (rule.who === 'cloud' && staff === null) return refusal('signed-out', 401);
    const { body } = await parsed.read();
    // The check above gave `staff` as `who` promises; the compiler cannot follow a conditional type there.
    return handle({ ...parsed, cloud, staff, body } as unknown as CloudCall<Who, Params, Body>);
  });
}

function guarded<Params, Body>(
  rule: Shapes<Params, Body>,
  run: (
    parsed: Omit<Parsed<Params, Body>, 'body'> & { readonly read: () => Promise<{ body: Body }> },
  ) => Promise<Response>,
): Handler {
  return async (request, context) => {
    const from = performance.now();
    const params = (await context.params) ?? {};
    const response = await answered(rule, run, request, params);
    runtime().watch.request({
      route: routePattern(new URL(request.url).pathname, params),
      method: request.method,
      status: response.status,
      milliseconds: performance.now() - from,
    });
    return response;
  };
}

async function answered<Params, Body>(
  rule: Shapes<Params, Body>,
  run: (
    parsed: Omit<Parsed<Params, Body>, 'body'> & { readonly read: () => Promise<{ body: Body }> },
  ) => Promise<Response>,
  request: Request,
  segments: Segments,
): Promise<Response> {
  const { headers } = request;
  if (!isAllowedHost(headers.get('host'), process.env['COUNTERSIGN_HOSTS'])) return refusal('wrong-host', 421);
  if (request.method !== 'GET' && !isSameOrigin(headers)) return refusal('cross-origin', 403);
  try {
    const params = parse(rule.params, segments);
    const read = async (): Promise<{ body: Body }> => ({
      body: rule.body === undefined ? (undefined as Body) : parse(rule.body, await readJson(request)),
    });
    return await run({ request, params, ip: peerAddress(headers), read });
  } catch (error) {
    if (error instanceof BadRequest) return refusal(error.code, error.status);
    // Not an error: how Next says 'not found' and 'elsewhere'.
    if (error instanceof Error && 'digest' in error) throw error;
    // Next would write the error out, message and all.
    runtime().watch.fault('request', error);
    return refusal('fault', 500);
  }
}

function admit(
  kiosk: KioskApi,
  who: Caller,
  { request, ip }: { readonly request: Request; readonly ip: string | null },
): Response | { actor: Actor | null; token: string | null } {
  if (who === 'public') return { actor: null, token: null };
  const token = readCookie(request.headers, who === 'display' ? DISPLAY_COOKIE : STAFF_COOKIE);
  if (token === null) return refusal('signed-out', 401);
  if (who === 'display') return kiosk.isDisplay(token) ? { actor: null, token } : refusal('signed-out', 401);
  const staff: Staff | null = kiosk.staffByToken(token, request.headers.get('x-background') === null);
  if (staff === null) return refusal('signed-out', 401);
  if (who === 'manager' && staff.role !== 'manager') return refusal('not-allowed', 403);
  return { actor: { staff, ip }, token };
}

class BadRequest extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, status: number) {
    super(code);
    this.code = code;
    this.status = status;
  }
}

function parse<T>(shape: z.ZodType<T> | undefined, value: unknown): T {
  if (shape === undefined) return value as T;
  const result = shape.safeParse(value);
  if (!result.success) throw new BadRequest('invalid', 400);
  return result.data;
}

async function readJson(request: Request): Promise<unknown> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_JSON_BYTES) throw new BadRequest('limit', 413);
  const text = await request.text();
  if (text.length > MAX_JSON_BYTES) throw new BadRequest('limit', 413);
  if (text === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new BadRequest('invalid', 400);
  }
}
