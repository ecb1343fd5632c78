import type { CloudApi } from './cloud-api.ts';
import type { KioskApi } from './kiosk-api/kiosk-api.ts';

/** What `boot()` puts on `globalThis`: one role per process. */
export type Runtime = KioskApi | CloudApi;
