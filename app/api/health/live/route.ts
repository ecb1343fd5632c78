import { json } from '../../../_server/answer.ts';
import { runtime } from '../../../_server/runtime.ts';

/** Liveness: this process answers. Nothing else is asked, so that a database that is away has no process restarted. */
export function GET(): Response {
  return json({ role: runtime().role });
}
