import type { Clock } from '../../signing/clock.ts';
import type { RandomBytes } from '../../signing/access/session.ts';
import type { NewId } from '../../signing/ids.ts';
import type { KeyStore } from '../../vault/key-store/key-store.ts';
import type { Keyring } from '../../vault/keyring.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Config } from '../config.ts';
import type { Act, ActRefusal } from '../kiosk-api/acts.ts';
import type { Actor } from '../kiosk-api/staff.ts';
import type { KioskWatch } from '../observe/kiosk-watch.ts';
import type { PadService } from '../pad-host/client.ts';
import type { WorkBench } from '../work/work-bench.ts';
import type { CloudWatch } from './cloud-watch.ts';
import type { ConfigurationDesk } from './configuration-desk.ts';
import type { DocumentTypes } from './document-types.ts';
import type { KioskEvents } from './events.ts';
import type { KioskIdentity } from './kiosk-identity.ts';
import type { PackageEvidence } from './package-evidence.ts';
import { err, type Err } from '../../signing/result.ts';

/** What every desk works with; put together once in `kiosk-runtime.ts`. */
export interface KioskContext {
  readonly config: Config;
  /** What the cloud says; identity, document types and certificates follow it when nobody signs. */
  readonly configuration: ConfigurationDesk;
  /** The cloud's time, and whether it lets this kiosk in. */
  readonly cloudWatch: CloudWatch;
  readonly identity: KioskIdentity;
  readonly documentTypes: DocumentTypes;
  readonly vault: Vault;
  readonly keys: Keyring;
  /** What opens keys and vault; null for none. */
  readonly keyStore: KeyStore | null;
  /** Sealing, packing, verifying. */
  readonly work: WorkBench;
  /** Reading documents nobody has checked yet: slow or hostile ones must not hold a seal up. */
  readonly intakeWork: WorkBench;
  readonly pads: PadService;
  /** Null where the cloud alone adds evidence. */
  readonly evidence: PackageEvidence | null;
  /** Log, numbers, health. */
  readonly watch: KioskWatch;
  readonly events: KioskEvents;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly random: RandomBytes;
  /** How long the first look at a document may take, milliseconds. */
  readonly intakeTimeoutMs: number;
}

export function refuse(code: ActRefusal['code'], detail: string): Err<ActRefusal> {
  return err({ code, detail });
}

class Refused extends Error {
  readonly refusal: Err<ActRefusal>;
  constructor(refusal: Err<ActRefusal>) {
    super(refusal.error.detail);
    this.refusal = refusal;
  }
}

/** A write that a refusal takes back whole: what is refused has not happened. */
export function writeAct<T>(vault: Vault, work: () => Act<T>): Act<T> {
  try {
    return vault.write<Act<T>>(() => {
      const act = work();
      if (act.ok) return act;
      throw new Refused(act);
    });
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
}

/** How an actor stands in the audit trail. */
export function auditActor(actor: Actor | null): {
  readonly userName: string | null;
  readonly ipAddress: string | null;
} {
  return { userName: actor?.staff.name ?? null, ipAddress: actor?.ip ?? null };
}
