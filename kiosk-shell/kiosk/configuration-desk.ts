import type { Clock } from '../../signing/clock.ts';
import { isDated, recipientsAt } from '../../signing/cms/capture-recipients.ts';
import { readStored, verifyConfiguration, type HeldConfiguration } from '../../sync/kiosk/configuration-verifier.ts';
import type { Keyring } from '../../vault/keyring.ts';
import type { Vault } from '../../vault/vault.ts';
import type { KioskEnrolment } from '../enrolment.ts';
import type { ConfigurationStatus } from '../kiosk-api/counter.ts';
import { applyStaff, nameTaken } from './configured-staff.ts';
import type { DocumentTypes } from './document-types.ts';
import type { KioskIdentity } from './kiosk-identity.ts';

export interface ConfigurationPorts {
  readonly vault: Vault;
  /** What was enrolled: holds wherever the cloud says nothing. */
  readonly enrolment: KioskEnrolment;
  readonly keys: Keyring;
  readonly clock: Clock;
  readonly demo: boolean;
}

/**
 * What this kiosk works by. Accounts follow the newest word at once; the rest waits in the vault while somebody signs, also
 * over a restart, so that no ceremony has two.
 */
export class ConfigurationDesk {
  readonly #ports: ConfigurationPorts;
  #newest: HeldConfiguration | null;
  #inUse: HeldConfiguration | null;
  /** A cloud that repeats itself is audited once. */
  #lastRefusal = '';

  /** @throws Error when what is stored cannot be read. */
  constructor(ports: ConfigurationPorts) {
    this.#ports = ports;
    const { newest, inUse } = stored(ports.vault);
    this.#newest = newest;
    this.#inUse = inUse;
  }

  get identity(): KioskIdentity {
    const { tenant, branch, kiosk, cloud, keyHolder, timeZone, captures, uploadBytesPerSecond } = this.#ports.enrolment;
    const said = this.#inUse?.claims.content.branch;
    return {
      tenant,
      branch: { id: branch.id, name: said?.name ?? branch.name },
      kiosk,
      ...(cloud === undefined ? {} : { cloud }),
      keyHolder: said?.keyHolder ?? keyHolder,
      timeZone: said?.timeZone ?? timeZone,
      captures,
      uploadBytesPerSecond,
    };
  }

  get documentTypes(): DocumentTypes {
    const { documentTypes, defaultDocumentType } = this.#ports.enrolment;
    return this.#inUse?.claims.content.documentTypes ?? { types: documentTypes, fallback: defaultDocumentType };
  }

  /** The enrolled keyring, with the certificates that the cloud says. */
  get keys(): Keyring {
    const { keys } = this.#ports;
    const said = (): { escrow: readonly string[]; record: readonly string[] } | undefined =>
      this.#inUse?.claims.content.certificates;
    return {
      ...keys,
      escrowCertificates: () => said()?.escrow.map(der) ?? keys.escrowCertificates(),
      recordCertificates: () => said()?.record.map(der) ?? keys.recordCertificates(),
    };
  }

  /** Whether the cloud says who works here: then nobody else is added. */
  get hasStaff(): boolean {
    return this.#newest?.claims.content.staff !== undefined;
  }

  status(): ConfigurationStatus {
    const claims = this.#newest?.claims;
    return { number: claims?.number ?? null, until: claims?.notAfter ?? null };
  }

  /** Judged first, then durable in one step; refused: audited, and what was before stays. */
  async receive(jws: string): Promise<'taken' | 'refused'> {
    const { vault, keys, clock, enrolment, demo } = this.#ports;
    const { tenant, branch, kiosk } = enrolment;
    const held = this.#newest;
    const judged = await verifyConfiguration(jws, keys.receiptKeys(), {
      ...{ tenant: tenant.id, branch: branch.id, kiosk, now: clock.now() },
      held: held === null ? null : { ...held.claims, content: held.content },
    });
    if (!judged.ok) return this.#refuse(judged.error.code, judged.error.detail);
    const { claims, news } = judged.value;
    if (news === 'unchanged') return 'taken';
    const { certificates, staff } = claims.content;
    if (certificates !== undefined) {
      const pair = recipientsAt(certificates.escrow.map(der), { at: new Date(clock.now()), demo });
      // Certificates with dates to come or gone are the escrow watch's matter.
      if (!pair.ok && !isDated(pair.error.problem)) return this.#refuse('escrow-unusable', pair.error.problem);
    }
    const clash = staff === undefined ? null : nameTaken(vault, staff);
    if (clash !== null) return this.#refuse('name-taken', `account ${clash}: its name is another account's here`);
    vault.write(() => {
      vault.configuration.put({ number: claims.number, jws });
      if (news === 'new') {
        if (staff !== undefined) applyStaff(vault, staff, held?.claims.content.staff ?? []);
        vault.audit.append({
          eventType: 'configuration.applied',
          extra: { number: claims.number, until: claims.notAfter, content: judged.value.content },
        });
      }
      if (vault.ceremonies.allActive().length === 0) vault.configuration.useNewest();
    });
    this.#read();
    return 'taken';
  }

  /** Nobody signs any more, perhaps: what waits comes into use. True when something did. */
  settle(): boolean {
    const { vault } = this.#ports;
    if (this.#newest === null || this.#newest.claims.number === this.#inUse?.claims.number) return false;
    if (vault.ceremonies.allActive().length > 0) return false;
    vault.write(() => vault.configuration.useNewest());
    this.#read();
    return true;
  }

  #read(): void {
    const { newest, inUse } = stored(this.#ports.vault);
    this.#newest = newest;
    this.#inUse = inUse;
  }

  #refuse(reason: string, detail: string): 'refused' {
    const { vault } = this.#ports;
    const refusal = `${reason} ${detail}`;
    if (refusal !== this.#lastRefusal) {
      const extra = { reason, detail: detail.slice(0, 500) };
      vault.write(() => void vault.audit.append({ eventType: 'configuration.refused', success: false, extra }));
    }
    this.#lastRefusal = refusal;
    return 'refused';
  }
}

function stored({ configuration }: Vault): {
  readonly newest: HeldConfiguration | null;
  readonly inUse: HeldConfiguration | null;
} {
  const newest = configuration.newest();
  const inUse = configuration.inUse();
  return {
    newest: newest === null ? null : readStored(newest.jws),
    inUse: inUse === null ? null : readStored(inUse.jws),
  };
}

function der(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, 'base64'));
}
