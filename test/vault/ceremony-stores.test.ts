import { describe, expect, it } from 'vitest';
import type { Ceremony, CeremonyState } from '../../signing/ceremony/ceremony.ts';
import { identityDigest, parseIdentity } from '../../signing/ceremony/identity.ts';
import { sha256 } from '../../signing/digest.ts';
import type { CeremonyId } from '../../signing/ids.ts';
import type { Vault } from '../../vault/vault.ts';
import {
  addSignable,
  bytesOf,
  CEREMONY,
  CLERK,
  digestOf,
  DOCUMENT,
  makeVault,
  ORIGINAL,
  PLACEMENT,
  placementOf,
  SIGNATORY,
  T0,
  tamper,
  TRANSACTION,
} from './vault-fixtures.ts';

const code = (value: string): unknown => expect.objectContaining({ name: 'VaultError', code: value });

function ceremonyOf(id: CeremonyId = CEREMONY, state: CeremonyState = { kind: 'identity' }): Ceremony {
  return {
    id,
    transaction: TRANSACTION,
    signatory: SIGNATORY,
    clerk: CLERK,
    startedAt: T0,
    turns: [{ document: DOCUMENT, placement: PLACEMENT }],
    state,
  };
}
/** Begins as CMS AuthEnvelopedData does; the rest is nobody's business here. */
const sealedCapture = Buffer.from('3082012c060b2a864886f70d0109100117a082011b', 'hex');
const completeness = {
  word: 'complete',
  samples: 10,
  strokes: 1,
  durationMs: 50,
  rate: 200,
  longestGapMs: 5,
  lostReports: 0,
  pressureMin: 1,
  pressureMax: 900,
  saturatedShare: 0,
} as const;

/** A whole seal as the runtime makes it: revision, seal, placement and audit entry in one step. */
function seal(vault: Vault, capture: Uint8Array | null = sealedCapture): void {
  const increment = bytesOf(' signed');
  vault.write(() => {
    vault.ceremonies.save(ceremonyOf());
    const added = vault.documents.appendRevision(
      DOCUMENT,
      increment,
      { digest: sha256(ORIGINAL, increment), length: ORIGINAL.length + increment.length, kind: 'sealed' },
      sha256(ORIGINAL),
    );
    if (!added.ok) throw new Error(added.error.code);
    vault.seals.insert({
      document: DOCUMENT,
      placement: PLACEMENT,
      ceremony: CEREMONY,
      revision: added.value.number,
      binding: bytesOf('{"type":"countersign.binding"}'),
      sealedCapture: capture,
      completeness: capture === null ? null : completeness,
      sealedAt: T0,
    });
    vault.placements.setSealed(DOCUMENT, PLACEMENT, T0);
    vault.audit.append({ eventType: 'signature.sealed', transactionId: TRANSACTION });
  });
}

describe('placements', () => {
  it('carry signatory, value and when they were sealed', () => {
    const { vault } = makeVault();
    addSignable(vault);
    vault.write(() => vault.placements.setValue(DOCUMENT, PLACEMENT, '23. 11. 2026'));
    const record = {
      document: DOCUMENT,
      placement: placementOf(PLACEMENT),
      signatory: SIGNATORY,
      value: '23. 11. 2026',
      sealedAt: null,
    };
    expect(vault.placements.get(DOCUMENT, PLACEMENT)).toEqual(record);
    expect(vault.placements.ofDocument(DOCUMENT)).toEqual([record]);
    expect(vault.placements.ofTransaction(TRANSACTION)).toEqual([record]);
    expect(vault.placements.get(DOCUMENT, 'p-9')).toBeNull();
  });

  it('keep their order when they are placed anew', () => {
    const { vault } = makeVault();
    addSignable(vault);
    vault.write(() =>
      vault.placements.replace(
        DOCUMENT,
        ['z', 'a', 'm'].map((id) => placementOf(id)),
      ),
    );
    expect(vault.placements.ofDocument(DOCUMENT).map(({ placement }) => placement.id)).toEqual(['z', 'a', 'm']);
  });

  it('stay as they are once one is sealed, and are sealed once', () => {
    const { vault } = makeVault();
    addSignable(vault);
    vault.write(() => vault.placements.setSealed(DOCUMENT, PLACEMENT, T0));
    expect(() => vault.write(() => vault.placements.setSealed(DOCUMENT, PLACEMENT, T0))).toThrow(code('constraint'));
    expect(() => vault.write(() => vault.placements.replace(DOCUMENT, []))).toThrow(code('constraint'));
    expect(vault.placements.ofDocument(DOCUMENT)).toHaveLength(1);
    const nowhere = placementOf('p-9').id;
    expect(() => vault.write(() => vault.placements.setSealed(DOCUMENT, nowhere, T0))).toThrow(code('no-such-row'));
    expect(() => vault.write(() => vault.placements.setValue(DOCUMENT, nowhere, 'x'))).toThrow(code('no-such-row'));
  });
});

describe('signatories', () => {
  it('are one a role, listed by turn', () => {
    const { vault } = makeVault();
    addSignable(vault);
    const add = (id: string, role: string, order: number): void =>
      vault.write(() =>
        vault.signatories.insert({ id: id as typeof SIGNATORY, transaction: TRANSACTION, role, order }),
      );
    add('s-3', 'clerk', 3);
    add('s-2', 'guardian', 1);
    expect(vault.signatories.ofTransaction(TRANSACTION).map(({ role, order, state }) => [role, order, state])).toEqual([
      ['customer', 1, 'waiting'],
      ['guardian', 1, 'waiting'],
      ['clerk', 3, 'waiting'],
    ]);
    expect(() => add('s-4', 'clerk', 1)).toThrow(code('constraint'));
  });

  it('may be made anew until a ceremony has begun', () => {
    const { vault } = makeVault();
    addSignable(vault);
    vault.write(() => vault.signatories.removeAll(TRANSACTION));
    expect(vault.signatories.get(SIGNATORY)).toBeNull();
    expect(vault.placements.get(DOCUMENT, PLACEMENT)?.signatory).toBeNull();
    vault.write(() => {
      vault.signatories.insert({ id: SIGNATORY, transaction: TRANSACTION, role: 'customer', order: 1 });
      vault.ceremonies.save(ceremonyOf());
    });
    expect(() => vault.write(() => vault.signatories.removeAll(TRANSACTION))).toThrow(code('constraint'));
  });

  it('keep the short code they were given', () => {
    const { vault } = makeVault();
    addSignable(vault);
    vault.write(() => vault.signatories.setState(SIGNATORY, 'active'));
    expect(vault.signatories.get(SIGNATORY)).toMatchObject({ state: 'active', shortCode: null });
    vault.write(() => vault.signatories.setState(SIGNATORY, 'signed', 'ACDE-3467'));
    expect(vault.signatories.get(SIGNATORY)).toMatchObject({ state: 'signed', shortCode: 'ACDE-3467' });
  });
});

describe('ceremonies', () => {
  it('are saved whole and found while under way', () => {
    const { vault, again } = makeVault();
    addSignable(vault);
    vault.write(() => vault.ceremonies.save(ceremonyOf()));
    expect(again().ceremonies.get(CEREMONY)).toEqual(ceremonyOf());
    expect(vault.ceremonies.activeOf(TRANSACTION)).toEqual(ceremonyOf());
    expect(vault.ceremonies.allActive()).toHaveLength(1);
    const over = ceremonyOf(CEREMONY, { kind: 'cancelled', at: T0, reason: 'r' });
    vault.write(() => vault.ceremonies.save(over));
    expect(vault.ceremonies.activeOf(TRANSACTION)).toBeNull();
    expect(vault.ceremonies.allActive()).toEqual([]);
    expect(vault.ceremonies.ofTransaction(TRANSACTION)).toEqual([over]);
  });

  it('are one at a time in a transaction', () => {
    const { vault } = makeVault();
    addSignable(vault);
    vault.write(() => vault.ceremonies.save(ceremonyOf()));
    const second = ceremonyOf('c-2' as CeremonyId);
    expect(() => vault.write(() => vault.ceremonies.save(second))).toThrow(code('constraint'));
    vault.write(() => {
      vault.ceremonies.save(ceremonyOf(CEREMONY, { kind: 'cancelled', at: T0, reason: 'r' }));
      vault.ceremonies.save(second);
    });
    expect(vault.ceremonies.activeOf(TRANSACTION)?.id).toBe('c-2');
  });
});

describe('identity checks', () => {
  it('are one a ceremony, found by the digest the binding names', () => {
    const { vault } = makeVault();
    addSignable(vault);
    const parsed = parseIdentity(
      { documentKind: 'passport', numberEnding: '123', expiry: '2030-01-01', name: 'Ž. Č.', picturesCompared: true },
      { id: CLERK, name: 'Ana' },
      T0,
    );
    if (!parsed.ok) throw new Error('refused');
    const insert = () => vault.write(() => vault.identities.insert(TRANSACTION, CEREMONY, parsed.value));
    const digest = insert();
    expect(digest).toBe(identityDigest(parsed.value));
    expect(vault.identities.byDigest(digest)).toEqual(parsed.value);
    expect(vault.identities.ofCeremony(CEREMONY)).toEqual(parsed.value);
    expect(vault.identities.ofCeremony('c-9')).toBeNull();
    expect(insert).toThrow(code('constraint'));
  });
});

describe('seals', () => {
  it('keep binding, sealed capture and completeness with their digests', () => {
    const { vault } = makeVault();
    addSignable(vault);
    seal(vault);
    const [record] = vault.seals.ofTransaction(TRANSACTION);
    expect(record).toEqual({
      document: DOCUMENT,
      placement: PLACEMENT,
      ceremony: CEREMONY,
      revision: 1,
      binding: bytesOf('{"type":"countersign.binding"}'),
      bindingDigest: digestOf('{"type":"countersign.binding"}'),
      sealedCapture: Uint8Array.from(sealedCapture),
      captureDigest: sha256(sealedCapture),
      completeness,
      sealedAt: T0,
    });
    const mark = { document: DOCUMENT, placement: PLACEMENT, completeness, sealedAt: T0 };
    expect(vault.seals.marksOfTransaction(TRANSACTION)).toEqual([mark]);
    expect(vault.seals.marksOfCeremony(CEREMONY)).toEqual([mark]);
    expect(vault.seals.marksOfCeremony('c-9')).toEqual([]);
  });

  it('exist once, however often they are tried: the second try changes nothing at all', () => {
    const { vault } = makeVault();
    addSignable(vault);
    seal(vault);
    const head = vault.audit.head();
    expect(() => seal(vault)).toThrow();
    expect(vault.audit.head()).toEqual(head);
    expect(vault.documents.revisions(DOCUMENT)).toHaveLength(2);
    const record = vault.seals.ofTransaction(TRANSACTION)[0]!;
    expect(() => vault.write(() => vault.seals.insert(record))).toThrow(code('constraint'));
  });

  it('have no capture on the picture-only path', () => {
    const { vault } = makeVault();
    addSignable(vault);
    seal(vault, null);
    expect(vault.seals.ofTransaction(TRANSACTION)[0]).toMatchObject({
      sealedCapture: null,
      captureDigest: null,
      completeness: null,
    });
  });

  it('take no open capture, in whatever clothes', () => {
    const open = bytesOf('{"type":"countersign.capture","version":1,"columns":{"x":[1,2]}}');
    for (const bytes of [
      open,
      Buffer.concat([Buffer.of(0x30, 0x82, 1, 0), open]),
      // CMS, but SignedData: not encrypted.
      Buffer.from('3082012c06092a864886f70d010702a082011b', 'hex'),
      new Uint8Array(0),
      Uint8Array.of(0x30),
      sealedCapture.subarray(0, 10),
    ]) {
      const { vault } = makeVault();
      addSignable(vault);
      expect(() => seal(vault, bytes)).toThrow(code('capture-not-sealed'));
      expect(vault.documents.revisions(DOCUMENT)).toHaveLength(1);
      expect(vault.audit.head().sequence).toBe(0);
    }
  });

  it('refer to what exists', () => {
    const { vault, path } = makeVault();
    addSignable(vault);
    seal(vault);
    expect(() => tamper(path, "DELETE FROM placements WHERE id = 'p-1'")).toThrow(code('constraint'));
    expect(vault.check()).toBe('ok');
  });
});
