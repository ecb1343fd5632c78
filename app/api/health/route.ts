import { json } from '../../_server/answer.ts';
import { runtime } from '../../_server/runtime.ts';

/** For the launcher and the watchdog: up, and which role. */
export async function GET(): Promise<Response> {
  const running = runtime();
  const ready = running.role === 'kiosk' ? true : await running.ready();
  return json({ role: running.role, ready }, ready ? 200 : 503);
}
