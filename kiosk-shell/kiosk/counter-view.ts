import { isoTime } from '../../signing/clock.ts';
import type { TransactionId } from '../../signing/ids.ts';
import type { LineState } from '../../sync/kiosk/line.ts';
import { deviceProblem } from '../device-policy.ts';
import type { CounterStatus } from '../kiosk-api/counter.ts';
import type { DevicesView } from '../kiosk-api/documents.ts';
import { certificatesEnd } from './certificates-end.ts';
import type { KioskContext } from './context.ts';
import { policyPad, type CaptureDeviceChoice } from './device-choice.ts';
import { policyOf } from './document-types.ts';
import { escrowStatus } from './escrow-watch.ts';
import { isThere } from './pad-guard.ts';

/** The counter as screens see it: its pads, and its line to the cloud. Nothing here changes anything. */
export function counterOf(context: KioskContext, line: LineState, device: CaptureDeviceChoice | null): CounterStatus {
  const { identity, config, vault, pads } = context;
  const counts = vault.outbox.counts();
  return {
    branch: identity.branch.name,
    tenant: identity.tenant.name,
    kiosk: identity.kiosk,
    demo: config.demo,
    pads: pads.pads().map(({ description, ...listed }) => {
      const { id, model, serial, firmware, shows, road, encryption } = description;
      const signs = device?.kind === 'pad' && device.id === id;
      return { id, model, serial, firmware, shows, road, encryption, signs, ...listed };
    }),
    escrow: escrowStatus(context),
    configuration: context.configuration.status(),
    clock: context.cloudWatch.clock(),
    certificates: { until: isoTime(certificatesEnd(context.keys.sealKey().chain)) },
    shutOut: context.cloudWatch.shutOut,
    cloud: {
      state: line,
      waiting: counts.waiting,
      oldestWaiting: counts.oldestWaiting,
      setAside: counts.setAside + counts.refused,
    },
  };
}

/** Which devices may sign the documents of a transaction, and what stands in the way with those that are there. */
export function devicesOf({ vault, documentTypes, pads }: KioskContext, transaction: TransactionId): DevicesView {
  const ids = vault.documents.ofTransaction(transaction).map(({ type }) => type);
  const policy = policyOf(documentTypes, ids);
  const [first = null] = ids;
  return {
    type: ids.every((id) => id === first) ? first : null,
    policy,
    problem: deviceProblem(policy, pads.pads().filter(isThere).map(policyPad)),
    types: documentTypes.types.map(({ id, name }) => ({ id, name })),
  };
}
