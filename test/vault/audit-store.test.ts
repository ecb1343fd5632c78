import { describe, expect, it } from 'vitest';
import { CHAIN_START } from '../../signing/audit/audit-entry.ts';
import { auditDigest } from '../../signing/audit/chain.ts';
import { makeExcerpt, parseExcerpt, verifyExcerpt } from '../../signing/audit/excerpt.ts';
import type { Vault } from '../../vault/vault.ts';
import { makeVault, T0, tamper } from './vault-fixtures.ts';

function fill(vault: Vault): void {
  vault.write(() => {
    vault.audit.append({ eventType: 'kiosk.started' });
    vault.audit.append({ eventType: 'transaction.opened', transactionId: 't-2' });
    vault.audit.append({ eventType: 'transaction.opened', transactionId: 't-1', extra: { documents: 1 } });
    vault.audit.append({ eventType: 'review.presented', transactionId: 't-2' });
    vault.audit.append({ eventType: 'signature.sealed', transactionId: 't-1' });
    vault.audit.append({ eventType: 'staff.signed-in', userName: 'Ana' });
  });
}

describe('audit store', () => {
  it('numbers, dates and chains what is appended', () => {
    const { vault, clock } = makeVault();
    expect(vault.audit.head()).toEqual({ sequence: 0, digest: CHAIN_START });
    const first = vault.write(() => vault.audit.append({ eventType: 'kiosk.started' }));
    clock.advance(1500);
    const second = vault.write(() => vault.audit.append({ eventType: 'staff.signed-in', ipAddress: '127.0.0.1' }));
    expect(first).toMatchObject({ sequence: 1, previous: CHAIN_START, time: new Date(T0).toISOString() });
    expect(second).toMatchObject({ sequence: 2, previous: auditDigest(first), eventId: 'id-2' });
    expect(vault.audit.head()).toEqual({ sequence: 2, digest: auditDigest(second) });
    expect(vault.audit.range(1, 2)).toEqual([first, second]);
    expect(vault.audit.verify()).toEqual({ ok: true, value: { head: vault.audit.head() } });
    expect(vault.audit.verify({ sequence: 1, digest: auditDigest(first) }).ok).toBe(true);
  });

  it('takes back an entry with the step it tells of', () => {
    const { vault } = makeVault();
    expect(() =>
      vault.write(() => {
        vault.audit.append({ eventType: 'kiosk.started' });
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(vault.audit.head().sequence).toBe(0);
  });

  it('gives one transaction as a list and as a verifiable excerpt', () => {
    const { vault } = makeVault();
    fill(vault);
    expect(vault.audit.ofTransaction('t-1').map(({ sequence }) => sequence)).toEqual([3, 5]);
    const excerpt = vault.audit.excerpt('t-1');
    expect(excerpt).toEqual(makeExcerpt(vault.audit.range(1, 6), 't-1'));
    const parsed = parseExcerpt(JSON.parse(JSON.stringify(excerpt)));
    expect(parsed.ok && verifyExcerpt(parsed.value)).toMatchObject({ ok: true, value: { head: vault.audit.head() } });
    expect(() => vault.audit.excerpt('t-9')).toThrow(RangeError);
  });

  it('begins the excerpt where the cloud last saw the chain, if that is earlier', () => {
    const { vault } = makeVault();
    fill(vault);
    const [first] = vault.audit.range(1, 1);
    const from1 = vault.audit.excerpt('t-1', 1);
    expect(from1.after).toEqual({ sequence: 1, digest: auditDigest(first!) });
    expect(from1.items.map((item) => 'entry' in item)).toEqual([false, true, false, true, false]);
    expect(verifyExcerpt(from1).ok).toBe(true);
    expect(vault.audit.excerpt('t-1', 0).after).toEqual({ sequence: 0, digest: CHAIN_START });
    expect(verifyExcerpt(vault.audit.excerpt('t-1', 0)).ok).toBe(true);
    expect(vault.audit.excerpt('t-1', 5)).toEqual(vault.audit.excerpt('t-1'));
  });

  it('cannot be changed or shortened through the database, even by one who tries', () => {
    const { vault, path } = makeVault();
    fill(vault);
    expect(() => tamper(path, "UPDATE audit SET entry = '{}' WHERE sequence = 2")).toThrow(/never change/);
    expect(() => tamper(path, 'DELETE FROM audit WHERE sequence = 6')).toThrow(/never deleted/);
    expect(() => tamper(path, "INSERT INTO audit (sequence, digest, body, entry) VALUES (9, 'x', 'y', '{}')")).toThrow(
      /no gap/,
    );
  });

  it('shows where it was rewritten by one who took the triggers away first', () => {
    const { vault, path } = makeVault();
    fill(vault);
    tamper(path, 'DROP TRIGGER audit_never_changes');
    tamper(path, `UPDATE audit SET entry = json_set(entry, '$.userName', 'Nobody') WHERE sequence = 6`);
    expect(vault.audit.verify()).toEqual({ ok: false, error: { code: 'digest-mismatch', sequence: 6 } });
    tamper(path, `UPDATE audit SET entry = json_set(entry, '$.success', json('false')) WHERE sequence = 3`);
    expect(vault.audit.verify()).toMatchObject({ ok: false, error: { sequence: 3 } });
    // t-1 began with entry 3: looked at from there on, it is found; of what came before nothing is read.
    expect(vault.audit.before('t-1')).toEqual({ sequence: 2, digest: auditDigest(vault.audit.range(2, 2)[0]!) });
    expect(vault.audit.verify(vault.audit.before('t-1'))).toMatchObject({ ok: false, error: { sequence: 3 } });
    tamper(path, 'DROP TRIGGER audit_never_shrinks', 'DELETE FROM audit WHERE sequence = 2');
    expect(vault.audit.verify()).toMatchObject({ ok: false, error: { code: 'sequence-gap', sequence: 2 } });
  });
});
