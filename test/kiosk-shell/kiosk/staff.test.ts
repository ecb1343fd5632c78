import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor } from '../../../kiosk-shell/kiosk-api/staff.ts';
import { LOCKOUT } from '../../../signing/access/lockout.ts';
import { DISPLAY_CODE, SESSION } from '../../../signing/access/session.ts';
import { demoFolder, kioskConfig, must, NO_PADS, type DemoFolder } from '../../support/kiosk-rig.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const MINUTE = 60_000;
let folder: DemoFolder;
let kiosk: KioskApi;
let time = Date.now();
const clock = { now: () => time, monotonicMicros: () => time * 1000 };
const account = (role: string): { name: string; pin: string } => {
  const found = folder.demo.signIns.find((entry) => entry.role === role);
  if (found === undefined) throw new Error(`nobody is ${role}`);
  return found;
};
const signIn = (name: string, pin: string) => kiosk.signIn(name, pin, '127.0.0.1');

beforeAll(async () => {
  folder = await demoFolder();
  kiosk = await openKioskRuntime(kioskConfig(folder.dataDir), { clock, pads: NO_PADS });
});
afterAll(async () => {
  await kiosk.close();
  folder.remove();
});

describe('signing in', () => {
  it('takes a name however it is written, and tells neither which names exist nor what was wrong', async () => {
    const { name, pin } = account('clerk');
    const session = must(await signIn(`  ${name.toUpperCase()} `, pin));
    expect(session.staff).toMatchObject({ name, role: 'clerk' });
    expect(kiosk.staffByToken(session.token)).toEqual(session.staff);
    const wrong = [
      await signIn(name, '0'),
      await signIn('Nobody', pin),
      await signIn(account('cloud').name, account('cloud').pin),
    ];
    expect(wrong).toEqual(wrong.map(() => ({ ok: false, error: { code: 'wrong-credentials' } })));
    expect(kiosk.staffByToken('')).toBeNull();
    expect(kiosk.staffByToken(session.staff.id)).toBeNull();
  });

  it('is closed to an account after five wrong PINs, also for the right one, for a quarter of an hour', async () => {
    const { name, pin } = account('manager');
    for (let attempt = 1; attempt < LOCKOUT.attempts; attempt += 1) {
      expect(await signIn(name, '000000')).toMatchObject({ error: { code: 'wrong-credentials' } });
    }
    const until = new Date(time + LOCKOUT.firstLockMs).toISOString();
    expect(await signIn(name, '000000')).toEqual({ ok: false, error: { code: 'locked', until } });
    expect(await signIn(name, pin)).toEqual({ ok: false, error: { code: 'locked', until } });
    // Others are not concerned.
    must(await signIn(account('clerk').name, account('clerk').pin));
    time += LOCKOUT.firstLockMs - 1;
    expect((await signIn(name, pin)).ok).toBe(false);
    time += 1;
    must(await signIn(name, pin));
  });

  it('cannot be rushed: guesses made side by side with the right PIN among the last are all refused', async () => {
    const { name, pin } = account('manager');
    const guesses = Array.from({ length: 14 }, (_, i) => `99990${i}`);
    const answers = await Promise.all([...guesses, pin].map((guess) => signIn(name, guess)));
    expect(answers.map(({ ok }) => ok)).toEqual(answers.map(() => false));
    expect(answers.at(-1)).toMatchObject({ error: { code: 'locked' } });
    time += LOCKOUT.longestLockMs;
    must(await signIn(name, pin));
  });
});

describe('a session', () => {
  it('ends by inactivity, which only what a person does puts off', async () => {
    const { name, pin } = account('clerk');
    const { token, expiresAt } = must(await signIn(name, pin));
    expect(Date.parse(expiresAt)).toBe(time + SESSION.inactivityMs);
    time += SESSION.inactivityMs - 1;
    expect(kiosk.staffByToken(token)?.name).toBe(name);
    time += SESSION.inactivityMs - 1;
    expect(kiosk.staffByToken(token, false)?.name).toBe(name);
    time += 1;
    expect(kiosk.staffByToken(token)).toBeNull();
  });

  it('ends after a working day however busy it was, at sign-out, and when the clock is set back', async () => {
    const { name, pin } = account('clerk');
    const { token } = must(await signIn(name, pin));
    for (let passed = 0; passed < SESSION.absoluteMs - 10 * MINUTE; passed += 10 * MINUTE) {
      time += 10 * MINUTE;
      expect(kiosk.staffByToken(token)).not.toBeNull();
    }
    time += 10 * MINUTE;
    expect(kiosk.staffByToken(token)).toBeNull();

    const left = must(await signIn(name, pin));
    kiosk.signOut(left.token, null);
    expect(kiosk.staffByToken(left.token)).toBeNull();
    kiosk.signOut(left.token, null);

    const early = must(await signIn(name, pin));
    time -= SESSION.clockSlackMs + 1;
    expect(kiosk.staffByToken(early.token)).toBeNull();
    time += SESSION.clockSlackMs + 1;
  });

  it('outlives a restart of the kiosk, with its lockouts', async () => {
    const clerk = account('clerk');
    const manager = account('manager');
    const { token } = must(await signIn(clerk.name, clerk.pin));
    for (let attempt = 0; attempt < LOCKOUT.attempts; attempt += 1) await signIn(manager.name, '000000');
    await kiosk.close();
    kiosk = await openKioskRuntime(kioskConfig(folder.dataDir), { clock, pads: NO_PADS });
    expect(kiosk.staffByToken(token)?.name).toBe(clerk.name);
    expect(await signIn(manager.name, manager.pin)).toMatchObject({ ok: false, error: { code: 'locked' } });
    time += LOCKOUT.longestLockMs;
  });
});

describe("the customer's screen", () => {
  const actor = async (): Promise<Actor> => {
    const { name, pin } = account('clerk');
    return { staff: must(await signIn(name, pin)).staff, ip: null };
  };

  it('proves itself by a token of its own, which is nobody on the staff', async () => {
    const { token } = kiosk.newDisplay(await actor());
    expect([kiosk.isDisplay(token), kiosk.staffByToken(token)]).toEqual([true, null]);
    expect(kiosk.isDisplay('')).toBe(false);
  });

  it('is paired by a code of six digits, once, within five minutes', async () => {
    const clerk = await actor();
    const guessed = kiosk.newDisplayCode(clerk).code;
    const wrong = String((Number(guessed) + 1) % 1_000_000).padStart(6, '0');
    expect(kiosk.redeemDisplayCode(wrong)).toMatchObject({ ok: false, error: { code: 'invalid' } });
    // One wrong guess makes the code void: six digits are few for a machine.
    expect(kiosk.redeemDisplayCode(guessed)).toMatchObject({ ok: false, error: { code: 'invalid' } });

    const { code, expiresAt } = kiosk.newDisplayCode(clerk);
    expect(code).toMatch(/^\d{6}$/);
    expect(Date.parse(expiresAt)).toBe(time + DISPLAY_CODE.lifeMs);
    const { token } = must(kiosk.redeemDisplayCode(` ${code.slice(0, 3)} ${code.slice(3)}`));
    expect(kiosk.isDisplay(token)).toBe(true);
    expect(kiosk.redeemDisplayCode(code)).toMatchObject({ ok: false, error: { code: 'invalid' } });
    const late = kiosk.newDisplayCode(clerk);
    time += DISPLAY_CODE.lifeMs;
    expect(kiosk.redeemDisplayCode(late.code)).toMatchObject({ ok: false, error: { code: 'invalid' } });
  });
});
