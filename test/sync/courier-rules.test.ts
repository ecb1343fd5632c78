import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { CompactSign } from 'jose';
import { describe, expect, it } from 'vitest';
import { canonicalBytes } from '../../signing/canonical-json.ts';
import { utf8 } from '../../signing/bytes.ts';
import { sha256 } from '../../signing/digest.ts';
import { createReceiptSigner } from '../../sync/cloud/receipts.ts';
import { refusalOf } from '../../sync/cloud/package-verdict.ts';
import { backoff } from '../../sync/kiosk/backoff.ts';
import { nextToDeliver, STARVED_MS } from '../../sync/kiosk/delivery-order.ts';
import type { OutboxEntry } from '../../sync/kiosk/outbox-store.ts';
import { createReceiptVerifier } from '../../sync/kiosk/receipt-verifier.ts';
import { parseReceiptClaims, RECEIPT_TYPE, REFUSAL_REASONS, type ReceiptClaims } from '../../sync/protocol/receipt.ts';
import { parsePackageAnswer, parseRequestRefusal } from '../../sync/protocol/wire.ts';
import { reportWith } from './support/packages.ts';

describe('pauses between tries', () => {
  it('double up to the longest, and at least half of each is kept', () => {
    const limits = { first: 1000, longest: 15_000 };
    const ceilings = [1, 2, 3, 4, 5, 99].map((failures) => backoff(failures, limits, () => 1));
    expect(ceilings).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const pause = backoff(failures, limits, () => random);
        expect(pause).toBeGreaterThanOrEqual(500);
        expect(pause).toBeLessThanOrEqual(15_000);
      }),
      { seed: 5 },
    );
  });
});

describe('the order of delivery', () => {
  const now = Date.parse('2026-11-23T08:00:00.000Z');
  const entry = (name: string, size: number, ageMs: number): OutboxEntry => ({
    digest: sha256(utf8(name)),
    size,
    transaction: name,
    auditHead: sha256(),
    queuedAt: new Date(now - ageMs).toISOString(),
    attempts: 0,
    uploadUrl: null,
    refusedBefore: false,
    trace: '1'.repeat(32),
  });

  it('takes the smallest first, and of equals the oldest', () => {
    const due = [entry('large', 900, 5000), entry('young', 10, 1000), entry('old', 10, 2000)];
    expect(nextToDeliver(due, now)?.transaction).toBe('old');
    expect(nextToDeliver([], now)).toBe(null);
  });

  it('lets nobody starve: who waited long goes before the small ones', () => {
    const due = [entry('small', 1, 1000), entry('large', 9e7, STARVED_MS), entry('larger', 9e7, STARVED_MS + 1)];
    expect(nextToDeliver(due, now)?.transaction).toBe('larger');
  });
});

describe('receipts', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const claims: ReceiptClaims = {
    type: 'countersign.receipt',
    version: 1,
    package: { algorithm: 'sha-256', digest: sha256(utf8('package')), size: 7 },
    tenant: 'tenant',
    kiosk: 'kiosk',
    transaction: 'transaction',
    arrivedAt: '2026-11-23T08:00:00.000Z',
    auditHead: sha256(utf8('head')),
    sequence: 3,
  };
  const expected = {
    digest: claims.package.digest,
    size: 7,
    transaction: 'transaction',
    auditHead: claims.auditHead,
  };
  const verifier = async () =>
    createReceiptVerifier([(await createReceiptSigner(privateKey)).publicKey], { tenant: 'tenant', kiosk: 'kiosk' });

  it('verify against what the kiosk itself holds', async () => {
    const receipt = await (await createReceiptSigner(privateKey)).sign(claims);
    expect(await (await verifier()).verify(receipt, expected)).toEqual({ ok: true, value: claims });
  });

  it.each([
    ['digest', { package: { ...claims.package, digest: sha256(utf8('other')) } }],
    ['size', { package: { ...claims.package, size: 8 } }],
    ['transaction', { transaction: 'other' }],
    ['auditHead', { auditHead: sha256(utf8('other')) }],
    ['tenant', { tenant: 'other' }],
    ['kiosk', { kiosk: 'other' }],
  ])('of another %s are for another package', async (member, change) => {
    const receipt = await (await createReceiptSigner(privateKey)).sign({ ...claims, ...change });
    expect(await (await verifier()).verify(receipt, expected)).toMatchObject({
      ok: false,
      error: { code: 'other-package', members: [member] },
    });
  });

  it('are not taken from any other statement of the same key', async () => {
    const kid = String((await createReceiptSigner(privateKey)).publicKey.kid);
    const make = (typ: string, body: Uint8Array) =>
      new CompactSign(body).setProtectedHeader({ alg: 'ES256', typ, kid }).sign(privateKey);
    for (const forged of [
      await make('JWT', canonicalBytes(claims)),
      await make(RECEIPT_TYPE, utf8('{"type":"countersign.receipt"}')),
      await make(RECEIPT_TYPE, utf8('no json')),
      'not.a.jws',
      '',
    ]) {
      expect(await (await verifier()).verify(forged, expected)).toMatchObject({
        ok: false,
        error: { code: 'untrusted' },
      });
    }
  });

  it('verify under an old and a new key while the cloud changes over', async () => {
    const next = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const signers = [await createReceiptSigner(privateKey), await createReceiptSigner(next)];
    const both = createReceiptVerifier(
      signers.map(({ publicKey }) => publicKey),
      { tenant: 'tenant', kiosk: 'kiosk' },
    );
    for (const signer of signers) {
      expect(await both.verify(await signer.sign(claims), expected)).toMatchObject({ ok: true });
    }
    expect(() => createReceiptVerifier([], { tenant: 'tenant', kiosk: 'kiosk' })).toThrow(TypeError);
  });

  it('say by name what is wrong in their shape', () => {
    expect(parseReceiptClaims({ ...claims, sequence: 0 })).toMatchObject({ ok: false });
    expect(parseReceiptClaims({ ...claims, arrivedAt: '2026-11-23' })).toMatchObject({ ok: false });
    expect(parseReceiptClaims(claims)).toEqual({ ok: true, value: claims });
  });
});

describe('answers on the wire', () => {
  it('are understood whole or not at all', () => {
    expect(parsePackageAnswer({ state: 'stored', receipt: 'x' })).toEqual({ state: 'stored', receipt: 'x' });
    expect(parsePackageAnswer({ state: 'stored' })).toBe(null);
    expect(parsePackageAnswer({ state: 'refused', reason: 'mood', detail: '' })).toBe(null);
    // An address elsewhere would send the package, and the token, to somebody else.
    expect(parsePackageAnswer({ state: 'receiving', upload: 'https://elsewhere.test/api/cloud/v1/uploads/1' })).toBe(
      null,
    );
    expect(parseRequestRefusal({ reason: 'too-large', detail: 'x' })).toEqual({ reason: 'too-large', detail: 'x' });
    expect(parseRequestRefusal(null)).toBe(null);
  });

  it('has each reason of refusal once', () => {
    expect(new Set(REFUSAL_REASONS).size).toBe(REFUSAL_REASONS.length);
  });
});

describe('the refusal a report calls for', () => {
  it('is none only when everything passed', () => {
    const good = reportWith('passed');
    expect(refusalOf(good)).toBe(null);
    expect(refusalOf({ ...good, documents: [] })).toMatchObject({ reason: 'seal-invalid' });
    expect(refusalOf({ ...good, verdict: 'indeterminate' })).toMatchObject({ reason: 'container-invalid' });
    expect(refusalOf({ ...good, audit: { outcome: 'absent', code: 'x', detail: '' } })).toMatchObject({
      reason: 'audit-invalid',
    });
    const unsure = { outcome: 'indeterminate', code: 'chain-unknown', detail: '' } as const;
    expect(refusalOf({ ...good, container: [unsure] })).toMatchObject({ reason: 'package-signature-invalid' });
  });
});
