import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLOCK_REFUSED_MS, CLOCK_WRONG_MS, CloudWatch } from '../../../kiosk-shell/kiosk/cloud-watch.ts';
import { isoTime } from '../../../signing/clock.ts';
import { randomId } from '../../../signing/ids.ts';
import { readClock, type ClockReading } from '../../../sync/kiosk/clock-reading.ts';
import { openVault, type Vault } from '../../../vault/vault.ts';

const EIGHT = Date.parse('2026-11-30T08:00:00.000Z');
const MINUTE = 60_000;

let folder: string;
let vault: Vault;
let watch: CloudWatch;
/** The right time, and how far this machine's clock is ahead of it; its monotonic clock sleeps with it. */
let [time, ahead, slept] = [EIGHT, 0, 0];
const clock = { now: () => time + ahead, monotonicMicros: () => (time - EIGHT - slept) * 1000 };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-watch-'));
  [time, ahead, slept] = [EIGHT, 0, 0];
  vault = openVault(join(folder, 'vault.sqlite'), { clock, newId: randomId });
  watch = new CloudWatch({ vault, clock });
});
afterEach(() => {
  vault.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The cloud answers now; half the round trip before it says its time, half after. */
function hear(roundTrip = 20, admission: 'admitted' | 'revoked' | 'unsaid' = 'admitted'): void {
  const sent = { wall: clock.now(), monotonicMicros: clock.monotonicMicros() };
  time += roundTrip;
  const received = { wall: clock.now(), monotonicMicros: clock.monotonicMicros() };
  watch.heard({ clock: readClock(sent, received, isoTime(time - roundTrip / 2)), admission });
}
const events = (): readonly unknown[] => vault.audit.range(1, 50).map(({ eventType }) => eventType);

describe('the clock of a counter', () => {
  it('is measured at each contact, and is wrong only as far as that is certain', () => {
    expect(watch.clock()).toEqual({ state: 'unknown', offsetMs: 0 });
    hear();
    expect(watch.clock()).toEqual({ state: 'right', offsetMs: 0 });
    expect(watch.reading).toMatchObject({ offsetMs: 0, uncertaintyMs: 11 });
    ahead = CLOCK_WRONG_MS + 10;
    hear();
    expect(watch.clock()).toEqual({ state: 'right', offsetMs: CLOCK_WRONG_MS + 10 });
    ahead = CLOCK_WRONG_MS + 11;
    hear();
    expect(watch.clock().state).toBe('wrong');
    ahead = CLOCK_REFUSED_MS + 11;
    hear();
    expect(watch.clock()).toEqual({ state: 'refused', offsetMs: CLOCK_REFUSED_MS + 11 });
    ahead = -CLOCK_REFUSED_MS - 11;
    hear();
    expect(watch.clock()).toEqual({ state: 'refused', offsetMs: -CLOCK_REFUSED_MS - 11 });
    ahead = 0;
    hear();
    expect(watch.clock().state).toBe('right');
    expect(events()).toEqual(['clock.wrong', 'clock.right-again']);
  });

  it('is seen to be set back without a line, and put right; a machine that slept is not ahead', () => {
    hear();
    ahead = -20 * MINUTE;
    time += 5 * MINUTE;
    expect(watch.clock()).toEqual({ state: 'refused', offsetMs: -20 * MINUTE });
    ahead = 0;
    expect(watch.clock().state).toBe('right');
    time += 9 * 60 * MINUTE;
    slept += 8 * 60 * MINUTE;
    expect(watch.clock()).toEqual({ state: 'right', offsetMs: 0 });
    // One that is ahead and is put right needs no line for that either.
    ahead = 30 * MINUTE;
    hear();
    expect(watch.clock().state).toBe('refused');
    ahead = 0;
    expect(watch.clock().state).toBe('right');
  });

  it('is held against the last trusted time after a restart without a line, and against the build', () => {
    hear();
    watch = new CloudWatch({ vault, clock });
    expect(watch.clock().state).toBe('unknown');
    ahead = -30 * MINUTE;
    expect(watch.clock()).toEqual({ state: 'refused', offsetMs: -30 * MINUTE + 10 });
    watch = new CloudWatch({ vault, clock });
    ahead = Date.parse('1970-01-02T00:00:00Z') - EIGHT;
    expect(watch.clock().state).toBe('refused');
    // The cloud itself says more than what it said once.
    ahead = 0;
    vault.write(() => vault.meta.set('last-trusted-time', '2036-01-01T00:00:00.000Z'));
    expect(watch.clock().state).toBe('refused');
    hear();
    expect(watch.clock().state).toBe('right');
  });

  it('keeps the sharper of two readings, and the newer when they contradict each other', () => {
    hear(20);
    const sharp = watch.reading as ClockReading;
    time += MINUTE;
    hear(4000);
    expect(watch.reading).toBe(sharp);
    ahead = 3 * MINUTE;
    hear(4000);
    expect(watch.reading?.offsetMs).toBe(3 * MINUTE);
  });

  it('stands in the record of a signature, with what is known of it', () => {
    expect(watch.evidence()).toEqual({ wall: isoTime(EIGHT), monotonicMicros: 0, lastTrusted: null });
    ahead = 1500;
    hear(20);
    time += 1000;
    expect(watch.evidence()).toEqual({
      wall: isoTime(EIGHT + 1020 + 1500),
      monotonicMicros: 1_020_000,
      lastTrusted: isoTime(EIGHT + 10),
      offset: { ms: 1500, uncertaintyMs: 11 },
    });
  });
});

describe('a counter that its cloud shut out', () => {
  it('stays so over a restart and a cloud that is away, until it is let in; each change is told and audited once', () => {
    let told = 0;
    watch.onChange(() => (told += 1));
    hear(20, 'admitted');
    told = 0;
    hear(20, 'revoked');
    hear(20, 'revoked');
    expect([watch.shutOut, told]).toEqual([isoTime(EIGHT + 40), 1]);
    hear(20, 'unsaid');
    watch = new CloudWatch({ vault, clock });
    expect(watch.shutOut).toBe(isoTime(EIGHT + 40));
    hear(20, 'admitted');
    hear(20, 'admitted');
    expect(watch.shutOut).toBeNull();
    expect(new CloudWatch({ vault, clock }).shutOut).toBeNull();
    expect(events()).toEqual(['kiosk.shut-out', 'kiosk.let-in-again']);
  });
});
