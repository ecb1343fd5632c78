import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Runtime } from '../../kiosk-shell/runtime.ts';
import { setRuntime } from './runtime.ts';

/** Where `boot()` puts what it built. */
const BOOTED_KEY = Symbol.for('countersign.runtime');

/**
 * Starts the kiosk or the cloud of this process. The runtime is loaded from its source by Node itself (type stripping),
 * never bundled: native modules, child processes and worker threads need their real paths.
 */
export async function startRuntime(): Promise<void> {
  const url = pathToFileURL(join(process.cwd(), 'kiosk-shell', 'boot.ts')).href;
  const loaded = (await import(/* turbopackIgnore: true */ url)) as { boot: () => Promise<unknown> };
  await loaded.boot();
  const booted = await (globalThis as { [BOOTED_KEY]?: Runtime | Promise<Runtime> })[BOOTED_KEY];
  if (booted === undefined) throw new Error('boot() did not put a runtime in its place');
  setRuntime(booted);
}
