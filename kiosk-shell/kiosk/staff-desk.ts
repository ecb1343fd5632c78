import { afterFailure, lockedUntil, NO_FAILURES } from '../../signing/access/lockout.ts';
import { hashSecret, needsNewHash, spendCheck, verifySecret } from '../../signing/access/password.ts';
import { newDisplayCode, newToken, sessionEnds, sessionState, worthTouching } from '../../signing/access/session.ts';
import { isoTime } from '../../signing/clock.ts';
import type { StaffId } from '../../signing/ids.ts';
import { err, ok, type Result } from '../../signing/result.ts';
import type { Act } from '../kiosk-api/acts.ts';
import type { Actor, SignInRefusal, Staff } from '../kiosk-api/staff.ts';
import { refuse, type KioskContext } from './context.ts';

/** Who is who at this counter: staff accounts, sessions, and the customer's screens. */
export class StaffDesk {
  readonly #context: KioskContext;

  constructor(context: KioskContext) {
    this.#context = context;
  }

  async signIn(
    name: string,
    secret: string,
    ip: string | null,
  ): Promise<Result<{ token: string; staff: Staff; expiresAt: string }, SignInRefusal>> {
    const { vault, clock } = this.#context;
    const account = vault.staff.byName(name);
    if (account === null || account.closedAt !== null) {
      // The same time is spent for a name that does not exist, so that the answer does not tell which ones do.
      await spendCheck(secret);
      this.#audit('staff.sign-in-refused', false, null, ip);
      return err({ code: 'wrong-credentials' });
    }
    const locked = lockedUntil(vault.staff.lockout(account.id), clock.now());
    if (locked !== null) {
      this.#audit('staff.sign-in-refused', false, account.name, ip);
      return err({ code: 'locked', until: isoTime(locked) });
    }
    const verifier = vault.staff.verifier(account.id);
    const right = await verifySecret(secret, verifier);
    // Guesses made side by side: those still being checked when the account was locked count for nothing.
    const lockedMeanwhile = lockedUntil(vault.staff.lockout(account.id), clock.now());
    if (lockedMeanwhile !== null) {
      this.#audit('staff.sign-in-refused', false, account.name, ip);
      return err({ code: 'locked', until: isoTime(lockedMeanwhile) });
    }
    // Closed while the secret was being checked.
    if (!right || vault.staff.get(account.id)?.closedAt !== null)
      return this.#wrongSecret(account.id, account.name, ip);
    const renewed = needsNewHash(verifier) ? await hashSecret(secret) : null;
    const token = newToken();
    vault.write(() => {
      if (renewed !== null) vault.staff.setVerifier(account.id, renewed);
      vault.staff.setLockout(account.id, NO_FAILURES);
      vault.sessions.sweep();
      vault.sessions.insert(token, account.id);
      vault.audit.append({ eventType: 'staff.signed-in', userName: account.name, ipAddress: ip });
    });
    const session = vault.sessions.byToken(token);
    if (session === null) throw new Error('a session that was just written is not there');
    return ok({ token, staff: session.staff, expiresAt: isoTime(sessionEnds(session)) });
  }

  /** `touch` only for what a person did: a screen that refreshes by itself must not keep a session alive. */
  byToken(token: string, touch: boolean): Staff | null {
    const { vault, clock } = this.#context;
    const session = vault.sessions.byToken(token);
    if (session === null || sessionState(session, clock.now()) !== 'live') return null;
    if (touch && worthTouching(session, clock.now())) vault.write(() => vault.sessions.touch(token));
    return session.staff;
  }

  signOut(token: string, ip: string | null): void {
    const { vault } = this.#context;
    const session = vault.sessions.byToken(token);
    if (session === null) return;
    vault.write(() => {
      vault.sessions.remove(token);
      vault.audit.append({ eventType: 'staff.signed-out', userName: session.staff.name, ipAddress: ip });
    });
  }

  newDisplay(actor: Actor): { token: string } {
    return { token: this.#insertDisplay(actor.staff.name) };
  }

  newDisplayCode(actor: Actor): { code: string; expiresAt: string } {
    const { vault } = this.#context;
    const code = newDisplayCode();
    const ends = vault.write<number>(() => vault.displays.insertCode(code, actor.staff.name));
    return { code, expiresAt: isoTime(ends) };
  }

  redeemDisplayCode(code: string): Act<{ token: string }> {
    const { vault } = this.#context;
    const live = vault.write<boolean>(() => vault.displays.redeemCode(code.replace(/\s+/g, '')));
    return live ? ok({ token: this.#insertDisplay(null) }) : refuse('invalid', 'no such live code');
  }

  isDisplay(token: string): boolean {
    return this.#context.vault.displays.has(token);
  }

  #insertDisplay(createdBy: string | null): string {
    const { vault } = this.#context;
    const token = newToken();
    vault.write(() => vault.displays.insert(token, createdBy));
    return token;
  }

  #wrongSecret(id: StaffId, name: string, ip: string | null): Result<never, SignInRefusal> {
    const { vault, clock } = this.#context;
    const until = vault.write<number | null>(() => {
      const state = afterFailure(vault.staff.lockout(id), clock.now());
      vault.staff.setLockout(id, state);
      const ends = lockedUntil(state, clock.now());
      const eventType = ends === null ? 'staff.sign-in-refused' : 'staff.locked-out';
      vault.audit.append({ eventType, success: false, userName: name, ipAddress: ip });
      return ends;
    });
    return err(until === null ? { code: 'wrong-credentials' } : { code: 'locked', until: isoTime(until) });
  }

  #audit(
    eventType: 'staff.sign-in-refused',
    success: boolean,
    userName: string | null,
    ipAddress: string | null,
  ): void {
    const { vault } = this.#context;
    vault.write(() => void vault.audit.append({ eventType, success, userName, ipAddress }));
  }
}
