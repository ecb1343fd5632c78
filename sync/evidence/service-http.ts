import { err, ok, type Result } from '../../signing/result.ts';

/** How services outside are reached: everything that could hang, redirect or grow is bounded here. */
export interface ServiceHttp {
  readonly fetch: typeof fetch;
  /** A signal for one exchange, connection and answer together. */
  readonly deadline: () => AbortSignal;
}

const DEADLINE_MS = 20_000;
export const serviceHttp: ServiceHttp = { fetch, deadline: () => AbortSignal.timeout(DEADLINE_MS) };

/** Why a service gave nothing to work with. `detail` is an English sentence for the console. */
export interface ServiceFault {
  readonly code:
    'service-unreachable' | 'service-timeout' | 'service-status' | 'service-wrong-type' | 'service-too-large';
  readonly detail: string;
}

export interface ServiceRequest {
  /** 'The time-stamp authority': how sentences name it. */
  readonly who: string;
  readonly url: string;
  /** Absent: a GET. */
  readonly post?: {
    readonly type: string;
    readonly body: Uint8Array;
    readonly headers?: Readonly<Record<string, string>>;
  };
  /** Whether an answer of this media type (lower case, without parameters) may be read. */
  readonly accepts: (type: string) => boolean;
  readonly maxBytes: number;
}

/** One exchange. No redirects: a service is where the configuration says. */
export async function askService(
  http: ServiceHttp,
  request: ServiceRequest,
): Promise<Result<Uint8Array, ServiceFault>> {
  const { who, url, post } = request;
  const signal = http.deadline();
  try {
    const response = await http.fetch(url, {
      redirect: 'error',
      signal,
      ...(post === undefined
        ? {}
        : { method: 'POST', headers: { ...post.headers, 'content-type': post.type }, body: new Uint8Array(post.body) }),
    });
    return await read(response, request);
  } catch {
    // What fetch throws says little and may name addresses; whether time ran out is known from the signal.
    return signal.aborted
      ? fault('service-timeout', `${who} did not answer in time.`)
      : fault('service-unreachable', `${who} could not be reached.`);
  }
}

async function read(response: Response, request: ServiceRequest): Promise<Result<Uint8Array, ServiceFault>> {
  const { who, accepts, maxBytes } = request;
  const type = (response.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const refused =
    response.status !== 200
      ? fault('service-status', `${who} answered with status ${response.status}.`)
      : accepts(type)
        ? null
        : fault('service-wrong-type', `${who} answered with something of another kind.`);
  if (refused !== null) {
    await response.body?.cancel();
    return refused;
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop early cancels the body.
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > maxBytes) return fault('service-too-large', `${who} answered with more than ${maxBytes} bytes.`);
    parts.push(part);
  }
  return ok(new Uint8Array(Buffer.concat(parts)));
}

function fault(code: ServiceFault['code'], detail: string): Result<never, ServiceFault> {
  return err({ code, detail });
}
