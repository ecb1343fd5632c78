import { json } from '../../_server/answer.ts';
import { runtime } from '../../_server/runtime.ts';

/** Readiness, for launcher, watchdog and balancer: 503 when requests are better sent elsewhere, with a reason for each part. */
export async function GET(): Promise<Response> {
  const health = await runtime().watch.health();
  return json(health, health.ready ? 200 : 503);
}
