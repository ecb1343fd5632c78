import { refusal } from '../../_server/answer.ts';
import { runtime } from '../../_server/runtime.ts';

/** Text exposition format. */
const TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** For Prometheus, which proves itself by the token in the data folder (`metrics.token`); never for a browser. */
export async function GET(request: Request): Promise<Response> {
  const token = /^Bearer ([0-9a-f]{1,200})$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
  const text = await runtime().watch.metrics(token);
  if (text === null) return refusal('signed-out', 401);
  return new Response(text, { headers: { 'content-type': TYPE, 'cache-control': 'no-store' } });
}
