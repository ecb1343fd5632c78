import { notFound } from 'next/navigation';

import type { CloudApi } from '../../kiosk-shell/cloud-api.ts';
import type { KioskApi } from '../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Runtime } from '../../kiosk-shell/runtime.ts';

/** Instrumentation, route handlers and server components each load their own copy of a module: the runtime lives here. */
const RUNNING_KEY = Symbol.for('countersign.running');
interface Holder {
  [RUNNING_KEY]?: Runtime;
}

/** Called once, by the instrumentation hook. */
export function setRuntime(running: Runtime): void {
  (globalThis as Holder)[RUNNING_KEY] = running;
}

/** The one door to the running kiosk or cloud. @throws when `boot()` did not run before the first request. */
export function runtime(): Runtime {
  const found = (globalThis as Holder)[RUNNING_KEY];
  if (found === undefined) throw new Error('the runtime was not started: instrumentation did not call boot()');
  return found;
}

/** The kiosk of this process; on a cloud the page or route answers 404. */
export function kiosk(): KioskApi {
  const running = runtime();
  return running.role === 'kiosk' ? running : notFound();
}

/** The cloud of this process; on a kiosk the page or route answers 404. */
export function cloud(): CloudApi {
  const running = runtime();
  return running.role === 'cloud' ? running : notFound();
}
