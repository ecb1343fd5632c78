import { statfsSync } from 'node:fs';
import { isoTime } from '../../signing/clock.ts';
import type { KioskStatus } from '../../sync/protocol/status.ts';
import type { PadState } from '../pad-host/protocol.ts';
import { SOFTWARE } from '../software.ts';
import { certificatesEnd } from './certificates-end.ts';
import type { KioskContext } from './context.ts';

const PADS: Readonly<Record<PadState, KioskStatus['pads'][number]['state']>> = {
  ready: 'ready',
  busy: 'ready',
  unplugged: 'absent',
  failed: 'trouble',
};
const MOST_PADS = 8;

/** How this kiosk is, for those who look after it; also looks at the clock, which may have been set since the last time. */
export function statusOf(context: KioskContext): KioskStatus {
  const { pads, vault, cloudWatch, configuration, keys, keyStore, config } = context;
  cloudWatch.look();
  const { waiting, oldestWaiting, setAside, refused } = vault.outbox.counts();
  const { bavail, bsize } = statfsSync(config.dataDir);
  const { reading } = cloudWatch;
  return {
    version: 1,
    software: SOFTWARE.version,
    pads: pads
      .pads()
      .slice(0, MOST_PADS)
      .map(({ description, state }) => ({ model: description.model.slice(0, 80), state: PADS[state] })),
    waiting,
    oldestWaiting,
    setAside: setAside + refused,
    diskFreeBytes: bavail * bsize,
    clock: reading === null ? null : { offsetMs: cloudWatch.clock().offsetMs, uncertaintyMs: reading.uncertaintyMs },
    configuration: configuration.status().number,
    audit: vault.audit.head(),
    keyStore: keyStore?.form ?? 'none',
    certificatesEnd: isoTime(certificatesEnd(keys.sealKey().chain)),
  };
}
