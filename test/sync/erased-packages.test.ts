import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { certificatePem } from '../../signing/cms/pem.ts';
import { systemClock } from '../../signing/clock.ts';
import { readZip } from '../../signing/container/zip.ts';
import { writeZip } from '../../signing/container/zip-writer.ts';
import { sha256, type Sha256 } from '../../signing/digest.ts';
import type { ErasureInput } from '../../signing/sealing/erase-captures.ts';
import { verifyPackage } from '../../signing/verification/verify-package.ts';
import type { Database } from '../../sync/cloud/database.ts';
import { openEmbeddedDatabase } from '../../sync/cloud/embedded-database.ts';
import { enrol, findKiosk, type EnrolledKiosk } from '../../sync/cloud/enrolment.ts';
import { ingest, type IngestPorts } from '../../sync/cloud/ingest.ts';
import { inspectWith } from '../../sync/cloud/inspect-package.ts';
import { openFolderStore } from '../../sync/cloud/object-store.ts';
import { findPackage, listPackages } from '../../sync/cloud/package-list.ts';
import { liftHold, placeHold } from '../../sync/cloud/retention/legal-holds.ts';
import { createReceiptSigner, publicReceiptKey } from '../../sync/cloud/receipts.ts';
import { destroySuperseded } from '../../sync/cloud/succession.ts';
import { createReceiptVerifier } from '../../sync/kiosk/receipt-verifier.ts';
import { makePki, type TestPki } from '../support/seal-fixtures.ts';
import { erase as eraseBy } from '../signing/verification/package-tamper/package-tampering.ts';
import { packaged, packageInput, sealed, type SealedSample } from '../signing/verification/samples.ts';

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const pki: TestPki = makePki('p256');
let sample: SealedSample;
let names: { readonly tenant: string; readonly kiosk: string; readonly transaction: string };
let whole: Uint8Array;
let captures: readonly Sha256[];
let erased: Uint8Array;
let database: Database;
let kiosk: EnrolledKiosk;
let folder: string;
let ports: IngestPorts;
const tenantOf = (tenant: string, id: string) => ({
  ...{ id: tenant, name: tenant, roots: certificatePem(pki.root.certificate) },
  kiosks: [
    {
      ...{ id, branch: 'Bled', deviceCertificate: certificatePem(pki.device.certificate) },
      sealCertificate: certificatePem(pki.device.certificate),
    },
  ],
});

beforeAll(async () => {
  sample = await sealed(pki);
  names = packageInput(pki, sample);
  whole = (await packaged(pki, sample)).bytes;
  captures = sample.seals.map(({ sealedCaptureDigest }) => sealedCaptureDigest!);
  erased = await erase(whole);
  database = await openEmbeddedDatabase(null);
  await enrol(database, { version: 1, tenants: [tenantOf(names.tenant, names.kiosk)] });
  kiosk = (await findKiosk(database, names.kiosk))!;
});
afterAll(() => database.close());
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'countersign-erased-'));
  for (const table of ['long_term', 'packages', 'refusals']) await database.query(`delete from ${table}`);
  await database.query('update tenants set last_sequence = 0');
  ports = {
    database,
    objects: await openFolderStore(folder),
    receipts: await createReceiptSigner(key),
    verifyPackage: inspectWith((bytes, { roots }) => verifyPackage(bytes, { name: 'package', roots })),
    clock: systemClock,
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

const erase = (bytes: Uint8Array, changes?: Partial<ErasureInput>) => eraseBy(bytes, pki, changes);
const arrive = (bytes: Uint8Array, changes: Partial<IngestPorts> = {}) =>
  ingest(
    { ...ports, ...changes },
    { kiosk, digest: sha256(bytes), size: bytes.length, transaction: names.transaction, bytes },
  );
async function stored(bytes: Uint8Array, changes: Partial<IngestPorts> = {}): Promise<string> {
  const result = await arrive(bytes, changes);
  if (!result.ok) throw new Error(`${result.error.reason}: ${result.error.detail}`);
  return result.value;
}
function objects(): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .toSorted();
}
const shown = async () => (await listPackages(database)).map(({ digest, state, reason }) => [digest, state, reason]);
const refusedAs = (reason: string, detail: RegExp = /./) => ({
  ok: false,
  error: { reason, detail: expect.stringMatching(detail) as string },
});

describe('an erased package that arrives after the whole one', () => {
  it('does not destroy the whole one while a legal hold covers it', async () => {
    const desk = { database, clock: systemClock, newId: () => 'hold-1' };
    const { tenant, transaction } = names;
    await placeHold(desk, { tenant, scope: { transaction }, reason: 'P 12/2026', by: 'ana', endsAt: null });
    await stored(whole);
    await stored(erased);
    await stored(whole);
    await destroySuperseded(ports);
    expect(objects()).toEqual([sha256(whole), sha256(erased)].toSorted());
    await liftHold(desk, { tenant, id: 'hold-1', by: 'ana', reason: 'judgment is final' });
    await destroySuperseded(ports);
    expect(objects()).toEqual([sha256(erased)]);
  });

  it('takes its place: one package, its captures gone, both receipts good', async () => {
    const first = await stored(whole);
    expect(objects()).toEqual([sha256(whole)]);
    const second = await stored(erased);
    expect(objects()).toEqual([sha256(erased)]);
    expect(await shown()).toEqual([[sha256(erased), 'stored', null]]);
    expect(await findPackage(database, sha256(whole))).toBeNull();
    const found = await findPackage(database, sha256(erased));
    expect(found?.report?.verdict).toBe('passed');
    expect(found?.summary).toMatchObject({
      alarms: [],
      sequence: 2,
      erasures: [
        {
          request: { by: 'signatory', reference: 'VOP-2026-17' },
          legalBasis: 'GDPR Art. 17(1)(b)',
          carriedOutBy: 'Mojca',
          erasedAt: '2027-01-10T10:00:00.000Z',
          captures: captures.map((sealedCapture) => ({ sealedCapture })),
        },
      ],
    });
    const receipts = createReceiptVerifier([await publicReceiptKey(key)], names);
    for (const [bytes, receipt] of [
      [whole, first],
      [erased, second],
    ] as const) {
      const auditHead = packageInput(pki, sample).audit.head.digest;
      const expected = { digest: sha256(bytes), size: bytes.length, transaction: names.transaction, auditHead };
      expect((await receipts.verify(receipt, expected)).ok).toBe(true);
    }
  });

  it('keeps what was found out about the documents, which are the same', async () => {
    await stored(whole);
    await database.query(
      `insert into long_term (package, document, level, attempts, tried_at) values ($1, 'documents/001.pdf', 'B-LTA', 0, now())`,
      [sha256(whole)],
    );
    await stored(erased);
    expect((await listPackages(database))[0]?.longTerm).toMatchObject([{ level: 'B-LTA' }]);
  });

  it('is answered with the same receipts when either is delivered again, and no capture comes back', async () => {
    const [first, second] = [await stored(whole), await stored(erased)];
    expect([await stored(whole), await stored(erased), await stored(whole)]).toEqual([first, second, first]);
    expect(objects()).toEqual([sha256(erased)]);
    expect(await shown()).toHaveLength(1);
  });

  it('goes on person by person', async () => {
    const one = await erase(whole, { captures: [captures[0]!] });
    const both = await erase(one, { at: new Date('2027-02-01T00:00:00Z') });
    await stored(whole);
    await stored(one);
    expect(objects()).toEqual([sha256(one)]);
    await stored(both);
    expect(objects()).toEqual([sha256(both)]);
    expect((await listPackages(database)).map(({ erasures }) => erasures.length)).toEqual([2]);
    expect(await arrive(one)).toMatchObject({ ok: true });
    expect(objects()).toEqual([sha256(both)]);
  });

  it('takes the place of the whole one also when the erasure between them was never delivered', async () => {
    const one = await erase(whole, { captures: [captures[0]!] });
    const both = await erase(one, { at: new Date('2027-02-01T00:00:00Z') });
    await stored(whole);
    await stored(both);
    expect(objects()).toEqual([sha256(both)]);
    expect(await arrive(one)).toEqual(refusedAs('captures-erased'));
    expect(objects()).toEqual([sha256(both)]);
  });
});

describe('the whole package that arrives after the erased one', () => {
  it('is refused, and its bytes are not kept', async () => {
    await stored(erased);
    expect(await arrive(whole)).toEqual(refusedAs('captures-erased'));
    expect(objects()).toEqual([sha256(erased)]);
    expect((await shown()).toSorted()).toEqual(
      [
        [sha256(erased), 'stored', null],
        [sha256(whole), 'refused', 'captures-erased'],
      ].toSorted(),
    );
  });

  it('is refused in other bytes as well: by what was erased, not by its name', async () => {
    await stored(erased);
    const again = (await packaged(pki, sample)).bytes;
    expect(sha256(again)).not.toBe(sha256(whole));
    expect(await arrive(again)).toEqual(refusedAs('captures-erased'));
    const other = await erase(again, { captures: [captures[0]!] });
    expect(await arrive(other)).toEqual(refusedAs('captures-erased'));
    expect(objects()).toEqual([sha256(erased)]);
  });

  it('leaves no bytes when it was being checked while the erased one came', async () => {
    await stored(whole);
    // A second delivery that looked before the first was stored: its bytes are written in the last moment.
    const late: IngestPorts['objects'] = {
      ...ports.objects,
      put: async (digest, bytes) => {
        await stored(erased);
        return ports.objects.put(digest, bytes);
      },
    };
    const blind: Database = {
      ...database,
      query: (text, given) => (text.startsWith('select receipt') ? Promise.resolve([]) : database.query(text, given)),
    };
    expect((await arrive(whole, { objects: late, database: blind })).ok).toBe(true);
    expect(objects()).toEqual([sha256(erased)]);
  });

  it('leaves no bytes either when it was never stored before', async () => {
    const late: IngestPorts['objects'] = {
      ...ports.objects,
      put: async (digest, bytes) => {
        await stored(erased);
        return ports.objects.put(digest, bytes);
      },
    };
    expect(await arrive(whole, { objects: late })).toEqual(refusedAs('captures-erased'));
    expect(objects()).toEqual([sha256(erased)]);
  });
});

describe('what is no erased form of the stored package', () => {
  it('is refused, and the stored one stays', async () => {
    await stored(whole);
    const another = (await packaged(pki, sample)).bytes;
    const record = await erase(another);
    // The record of the stored package, in another package of the same transaction.
    const entries = (bytes: Uint8Array) => {
      const read = readZip(bytes);
      if (!read.ok) throw new Error(read.error.code);
      return read.value.entries;
    };
    const own = new Map(entries(erased).map((entry) => [entry.name, entry]));
    const mixed = writeZip(
      entries(record).map((entry) => (/003|erasures/.test(entry.name) ? (own.get(entry.name) ?? entry) : entry)),
    );
    expect(await arrive(mixed)).toEqual(refusedAs('container-invalid', /not the stored package without captures/));
    expect(objects()).toEqual([sha256(whole)]);
    expect(await stored(erased)).toMatch(/\./);
  });

  it('is refused when somebody else of the tenant signed the record', async () => {
    await stored(whole);
    const other = await erase(whole, { signer: pki.signer });
    expect(await arrive(other)).toEqual(refusedAs('package-signature-invalid', /not signed by this kiosk/));
    expect(objects()).toEqual([sha256(whole)]);
  });

  it('is refused when the record names a package of another transaction or kiosk', async () => {
    await stored(whole);
    await database.query('update packages set transaction_id = $1', ['another']);
    expect(await arrive(erased)).toEqual(refusedAs('container-invalid', /another transaction/));
    expect(objects()).toEqual([sha256(whole)]);
  });
});

describe('a crash between the steps', () => {
  it('before the swap leaves the whole one, after it the erased one: removed by the next start', async () => {
    await stored(whole);
    const dying = (text: string): Error => new Error(text);
    const noCommit: Database = { ...database, transaction: () => Promise.reject(dying('before commit')) };
    await expect(arrive(erased, { database: noCommit })).rejects.toThrow('before commit');
    expect(await shown()).toEqual([[sha256(whole), 'stored', null]]);
    expect(objects()).toContain(sha256(whole));

    const noRemoval = { ...ports.objects, remove: () => Promise.reject(dying('before removal')) };
    await expect(arrive(erased, { objects: noRemoval })).rejects.toThrow('before removal');
    expect(await shown()).toEqual([[sha256(erased), 'stored', null]]);
    expect(objects()).toEqual([sha256(erased), sha256(whole)].toSorted());

    await destroySuperseded(ports);
    expect(objects()).toEqual([sha256(erased)]);
    const [row] = await database.query('select destroyed_at from packages where digest = $1', [sha256(whole)]);
    expect(row?.['destroyed_at']).toBeInstanceOf(Date);
  });
});
