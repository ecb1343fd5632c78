import type { KeyObject } from 'node:crypto';
import { isoTime, type Clock } from '../../signing/clock.ts';
import { certificateFacts } from '../../signing/cms/certificate-facts.ts';
import type { CloudClient, Reply } from '../../sync/kiosk/cloud-client.ts';
import { requestsFor } from '../../sync/kiosk/enrolment-client.ts';
import type { RenewalAnswer } from '../../sync/protocol/enrolment.ts';
import {
  completePendingKeys,
  readPendingKeys,
  writePendingKeys,
  type PendingKeys,
} from '../../vault/key-generations.ts';
import type { KeyStore } from '../../vault/key-store/key-store.ts';
import type { Keyring } from '../../vault/keyring.ts';
import type { Vault } from '../../vault/vault.ts';
import { chainProblem, newKey, type KioskKeyKind } from '../enrol-kiosk.ts';
import { certificatesEnd } from './certificates-end.ts';

export interface RenewalPorts {
  readonly vault: Vault;
  readonly keys: Keyring;
  readonly keyStore: KeyStore | null;
  readonly clock: Clock;
  /** Speaks as this kiosk, by the device key given. */
  readonly client: (key: KeyObject) => Pick<CloudClient, 'renew'>;
}

const PATIENCE_MS = 60_000;

/**
 * New keys and certificates from half of the certificates' life on. Keys are made and kept before the cloud is asked, and
 * asked for again with the same requests, so that a kill at any point costs nothing; what came is judged against the pinned
 * root, is durable, and comes into use when nobody signs.
 */
export class RenewalDesk {
  readonly #ports: RenewalPorts;
  /** Durable, and not in use yet. */
  #waiting = false;
  /** A cloud that cannot renew is audited once. */
  #lastProblem = '';

  constructor(ports: RenewalPorts) {
    this.#ports = ports;
  }

  /** 'early': nothing to do yet. What failed is tried again by whoever calls. */
  async renewIfDue(signal: AbortSignal): Promise<'early' | 'renewed' | 'failed'> {
    const { keys, keyStore, clock } = this.#ports;
    if (this.#waiting || !isDue(keys.sealKey().chain, clock.now())) return 'early';
    const pending = readPendingKeys(keys.folder, keyStore) ?? (await this.#newKeys());
    const reply = await this.#ask(pending, signal);
    if (reply.kind !== 'done') {
      const { kind } = reply;
      return this.#failed(kind === 'denied' ? reply.refusal.reason : 'problem' in reply ? reply.problem : kind);
    }
    const sealChain = ders(reply.value.sealChain);
    const root = keys.tenantRoot();
    const now = clock.now();
    const problem =
      chainProblem('device', ders(reply.value.deviceChain), root, pending.device, now) ??
      chainProblem('seal', sealChain, root, pending.seal, now);
    if (problem !== null) return this.#failed(problem);
    completePendingKeys(keys.folder, sealChain);
    this.#waiting = true;
    this.#audit('kiosk.certificates-renewed', { until: isoTime(certificatesEnd(sealChain)) });
    this.#lastProblem = '';
    this.settle();
    return 'renewed';
  }

  /** Nobody signs any more, perhaps: what waits comes into use. True when something did. */
  settle(): boolean {
    const { vault, keys } = this.#ports;
    if (!this.#waiting || vault.ceremonies.allActive().length > 0) return false;
    keys.readRenewed();
    this.#waiting = false;
    return true;
  }

  async #newKeys(): Promise<PendingKeys> {
    const { keys, keyStore } = this.#ports;
    const [device, seal] = [await newKey(kindOf(keys.deviceKey())), await newKey(kindOf(keys.sealKey().privateKey))];
    const pending = { device, seal, requests: requestsFor(device, seal) };
    writePendingKeys(keys.folder, pending, keyStore);
    return pending;
  }

  /** An answer that got lost long ago: the cloud knows the new key by now, and the old one no more. */
  async #ask({ device, requests }: PendingKeys, signal: AbortSignal): Promise<Reply<RenewalAnswer>> {
    const { client, keys } = this.#ports;
    const patience = (): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const reply = await client(keys.deviceKey()).renew(requests, patience());
    const unknown = reply.kind === 'denied' && reply.refusal.reason !== 'revoked';
    return unknown ? client(device).renew(requests, patience()) : reply;
  }

  #failed(problem: string): 'failed' {
    if (problem !== this.#lastProblem) this.#audit('kiosk.renewal-failed', { problem }, false);
    this.#lastProblem = problem;
    return 'failed';
  }

  #audit(
    eventType: 'kiosk.certificates-renewed' | 'kiosk.renewal-failed',
    extra: Readonly<Record<string, string>>,
    success = true,
  ): void {
    const { vault } = this.#ports;
    vault.write(() => void vault.audit.append({ eventType, extra, success }));
  }
}

/** In the second half of its life, as the cloud has it too. */
function isDue([own]: readonly Uint8Array[], now: number): boolean {
  if (own === undefined) return false;
  const { notBefore, notAfter } = certificateFacts(own);
  return now >= (notBefore.getTime() + notAfter.getTime()) / 2;
}

function kindOf(key: KeyObject): KioskKeyKind {
  return key.asymmetricKeyType === 'ec' ? 'p256' : 'rsa3072';
}

function ders(chain: readonly string[]): readonly Uint8Array[] {
  return chain.map((text) => Uint8Array.from(Buffer.from(text, 'base64')));
}
