import { describe, expect, it } from 'vitest';
import { NO_FAILURES } from '../../signing/access/lockout.ts';
import { DISPLAY_CODE, SESSION } from '../../signing/access/session.ts';
import type { StaffId } from '../../signing/ids.ts';
import { openDatabase } from '../../vault/database.ts';
import type { Vault } from '../../vault/vault.ts';
import { CLERK, makeVault, T0 } from './vault-fixtures.ts';

const code = (value: string): unknown => expect.objectContaining({ name: 'VaultError', code: value });

function addClerk(vault: Vault): void {
  vault.write(() => vault.staff.insert({ id: CLERK, name: 'Ana Žnidaršič', role: 'clerk', verifier: '$argon2id$x' }));
}

describe('staff', () => {
  it('are found by name however it is typed', () => {
    const { vault } = makeVault();
    addClerk(vault);
    for (const name of ['Ana Žnidaršič', ' ana  žnidaršič ', 'ANA ŽNIDARŠIČ', 'Ana Žnidaršič'.normalize('NFD')]) {
      expect(vault.staff.byName(name)).toEqual({
        id: CLERK,
        name: 'Ana Žnidaršič',
        role: 'clerk',
        createdAt: T0,
        closedAt: null,
      });
    }
    expect(vault.staff.byName('Ana')).toBeNull();
    expect(vault.staff.get(CLERK)).toEqual(vault.staff.byName('Ana Žnidaršič'));
    expect(vault.staff.list()).toHaveLength(1);
  });

  it('have names that are taken once', () => {
    const { vault } = makeVault();
    addClerk(vault);
    expect(() =>
      vault.write(() =>
        vault.staff.insert({ id: 'k-2' as StaffId, name: 'ana žnidaršič', role: 'manager', verifier: 'x' }),
      ),
    ).toThrow(code('constraint'));
  });

  it('keep verifier and lockout, and show neither in a list', () => {
    const { vault } = makeVault();
    addClerk(vault);
    expect(vault.staff.verifier(CLERK)).toBe('$argon2id$x');
    expect(vault.staff.lockout(CLERK)).toEqual(NO_FAILURES);
    const state = { failures: [T0], lockedUntil: null, locks: 1 };
    vault.write(() => {
      vault.staff.setVerifier(CLERK, '$argon2id$y');
      vault.staff.setLockout(CLERK, state);
    });
    expect(vault.staff.verifier(CLERK)).toBe('$argon2id$y');
    expect(vault.staff.lockout(CLERK)).toEqual(state);
    expect(JSON.stringify(vault.staff.list())).not.toContain('argon2id');
    expect(() => vault.staff.verifier('k-9' as StaffId)).toThrow(code('no-such-row'));
  });

  it('lose their sessions when the account is closed', () => {
    const { vault } = makeVault();
    addClerk(vault);
    vault.write(() => vault.sessions.insert('token', CLERK));
    vault.write(() => vault.staff.close(CLERK));
    expect(vault.sessions.byToken('token')).toBeNull();
    expect(vault.staff.get(CLERK)?.closedAt).toBe(T0);
  });
});

describe('sessions', () => {
  it('are found by token, touched, and removed', () => {
    const { vault, clock } = makeVault();
    addClerk(vault);
    vault.write(() => vault.sessions.insert('token-1', CLERK));
    clock.advance(5000);
    vault.write(() => vault.sessions.touch('token-1'));
    expect(vault.sessions.byToken('token-1')).toEqual({
      staff: { id: CLERK, name: 'Ana Žnidaršič', role: 'clerk' },
      createdAt: T0,
      lastSeenAt: T0 + 5000,
    });
    expect(vault.sessions.byToken('token-2')).toBeNull();
    vault.write(() => vault.sessions.remove('token-1'));
    expect(vault.sessions.byToken('token-1')).toBeNull();
  });

  it('leave no token in the file, only its digest', () => {
    const { vault, path } = makeVault();
    addClerk(vault);
    vault.write(() => {
      vault.sessions.insert('very-secret-session-token', CLERK);
      vault.displays.insert('very-secret-display-token', null);
      vault.displays.insertCode('123456', null);
    });
    const handle = openDatabase(path);
    const rows = ['sessions', 'displays', 'display_codes'].map((table) =>
      handle.query(`SELECT * FROM ${table}`).all({}),
    );
    handle.close();
    expect(rows.map((found) => found.length)).toEqual([1, 1, 1]);
    expect(JSON.stringify(rows)).not.toMatch(/very-secret|123456/);
  });

  it('are swept when inactive or over', () => {
    const { vault, clock } = makeVault();
    addClerk(vault);
    vault.write(() => vault.sessions.insert('old', CLERK));
    clock.advance(SESSION.inactivityMs - 1);
    vault.write(() => vault.sessions.insert('new', CLERK));
    clock.advance(1);
    expect(vault.write(() => vault.sessions.sweep())).toBe(1);
    expect(vault.sessions.byToken('old')).toBeNull();
    expect(vault.sessions.byToken('new')).not.toBeNull();
  });
});

describe('customer screens', () => {
  it('are known by their token until all are removed', () => {
    const { vault } = makeVault();
    vault.write(() => vault.displays.insert('display-1', 'Ana'));
    expect(vault.displays.has('display-1')).toBe(true);
    expect(vault.displays.has('display-2')).toBe(false);
    expect(vault.write(() => vault.displays.removeAll())).toBe(1);
    expect(vault.displays.has('display-1')).toBe(false);
  });

  const redeem = (vault: Vault, text: string): boolean => vault.write(() => vault.displays.redeemCode(text));

  it('are paired by a code that works once', () => {
    const { vault } = makeVault();
    expect(vault.write(() => vault.displays.insertCode('123456', 'Ana'))).toBe(T0 + DISPLAY_CODE.lifeMs);
    expect(redeem(vault, '123456')).toBe(true);
    expect(redeem(vault, '123456')).toBe(false);
  });

  it('are not paired by a code that is old, replaced, or guessed after a wrong one', () => {
    const { vault, clock } = makeVault();
    const issue = (text: string): void => void vault.write(() => vault.displays.insertCode(text, 'Ana'));
    issue('111111');
    clock.advance(DISPLAY_CODE.lifeMs);
    expect(redeem(vault, '111111')).toBe(false);
    issue('222222');
    issue('333333');
    expect(redeem(vault, '222222')).toBe(false);
    expect(redeem(vault, '333333')).toBe(false);
    issue('444444');
    clock.advance(-2 * DISPLAY_CODE.lifeMs);
    expect(redeem(vault, '444444')).toBe(false);
  });
});
