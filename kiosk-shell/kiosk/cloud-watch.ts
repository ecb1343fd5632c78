import type { AuditEntry, AuditEventType } from '../../signing/audit/audit-entry.ts';
import { isoTime, type Clock } from '../../signing/clock.ts';
import type { BindingStatement } from '../../signing/sealing/binding-statement.ts';
import { momentOf, moreTelling, offsetNow, type ClockReading } from '../../sync/kiosk/clock-reading.ts';
import type { CloudContact } from '../../sync/kiosk/cloud-client.ts';
import type { Vault } from '../../vault/vault.ts';
import type { ClockStatus } from '../kiosk-api/counter.ts';
import { MADE_AT } from '../software.ts';

/** From so far off on it is shown: half of what device tokens bear. */
export const CLOCK_WRONG_MS = 60_000;
/** From so far off on the time of a signature is worth nothing, and nobody new is served. */
export const CLOCK_REFUSED_MS = 10 * 60_000;
/** The last trusted time is written down no more often: each time is a step of the disk. */
const KEEP_EVERY_MS = 30_000;
const META = { time: 'last-trusted-time', offset: 'clock-offset', shutOut: 'shut-out-since' } as const;

interface Ports {
  readonly vault: Vault;
  readonly clock: Clock;
}

/** What every answer of the cloud says beside what was asked: its time, and whether this kiosk is let in. */
export class CloudWatch {
  readonly #ports: Ports;
  #reading: ClockReading | null = null;
  #keptAt: number | null = null;
  #told: ClockStatus['state'] = 'unknown';
  #shutOut: string | null;
  #changed: () => void = () => undefined;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#shutOut = noneIfEmpty(ports.vault.meta.get(META.shutOut));
  }

  /** Told when something that screens show is another. */
  onChange(changed: () => void): void {
    this.#changed = changed;
  }

  heard({ clock, admission }: CloudContact): void {
    if (clock !== null) this.#read(clock);
    if (admission === 'revoked') this.#setShutOut(true);
    if (admission === 'admitted') this.#setShutOut(false);
  }

  /** Since when the cloud does not let this kiosk in, RFC 3339; also over a restart without a line. */
  get shutOut(): string | null {
    return this.#shutOut;
  }

  /** The newest measure; null before the first contact of this run. */
  get reading(): ClockReading | null {
    return this.#reading;
  }

  clock(): ClockStatus {
    const { clock, vault } = this.#ports;
    const now = momentOf(clock);
    const reading = this.#reading;
    const measured = reading === null ? null : offsetNow(reading, now);
    // Once the cloud was heard from, what it said in an earlier run says nothing more.
    const lastTrusted = reading === null ? Date.parse(vault.meta.get(META.time) ?? '') : NaN;
    const behind = now.wall - Math.max(MADE_AT, Number.isNaN(lastTrusted) ? 0 : lastTrusted);
    if (measured === null && behind >= 0) return { state: 'unknown', offsetMs: 0 };
    const offsetMs = behind < 0 ? Math.min(behind, measured ?? 0) : (measured ?? 0);
    const surely = Math.abs(offsetMs) - (reading?.uncertaintyMs ?? 0);
    const state = surely >= CLOCK_REFUSED_MS ? 'refused' : surely >= CLOCK_WRONG_MS ? 'wrong' : 'right';
    return { state, offsetMs };
  }

  /** Notices what changed without anybody saying so: somebody set the clock. */
  look(): void {
    const { state, offsetMs } = this.clock();
    const before = this.#told;
    if (state === before) return;
    this.#told = state;
    const was = isWrong(before);
    if (isWrong(state) && !was) this.#audit('clock.wrong', { offsetMs });
    if (was && !isWrong(state)) this.#audit('clock.right-again', { offsetMs });
    this.#changed();
  }

  /** For the record of a signature. */
  evidence(): BindingStatement['clock'] {
    const { clock, vault } = this.#ports;
    const { wall, monotonicMicros } = momentOf(clock);
    const offset = noneIfEmpty(vault.meta.get(META.offset));
    return {
      wall: isoTime(wall),
      monotonicMicros,
      lastTrusted: vault.meta.get(META.time),
      ...(offset === null ? {} : { offset: JSON.parse(offset) as NonNullable<BindingStatement['clock']['offset']> }),
    };
  }

  #read(reading: ClockReading): void {
    const { vault } = this.#ports;
    const taken = moreTelling(this.#reading, reading);
    this.#reading = taken;
    const { monotonicMicros, time, offsetMs, uncertaintyMs } = reading;
    if (taken === reading && (this.#keptAt === null || monotonicMicros - this.#keptAt >= KEEP_EVERY_MS * 1000)) {
      this.#keptAt = monotonicMicros;
      vault.write(() => {
        vault.meta.set(META.time, time);
        vault.meta.set(META.offset, JSON.stringify({ ms: offsetMs, uncertaintyMs }));
      });
    }
    this.look();
  }

  #setShutOut(out: boolean): void {
    if (out === (this.#shutOut !== null)) return;
    const { vault, clock } = this.#ports;
    const since = out ? isoTime(clock.now()) : null;
    vault.write(() => {
      vault.meta.set(META.shutOut, since ?? '');
      this.#audit(out ? 'kiosk.shut-out' : 'kiosk.let-in-again', {});
    });
    this.#shutOut = since;
    this.#changed();
  }

  #audit(eventType: AuditEventType, extra: AuditEntry['extra']): void {
    const { vault } = this.#ports;
    vault.write(() => void vault.audit.append({ eventType, extra, success: !FAULTS.has(eventType) }));
  }
}

const FAULTS: ReadonlySet<AuditEventType> = new Set(['clock.wrong', 'kiosk.shut-out']);

function isWrong(state: ClockStatus['state']): boolean {
  return state === 'wrong' || state === 'refused';
}

/** A fact of the vault is never taken out, only emptied. */
function noneIfEmpty(text: string | null): string | null {
  return text === '' ? null : text;
}
