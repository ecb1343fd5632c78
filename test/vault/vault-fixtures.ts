import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../signing/clock.ts';
import { sha256, type Sha256 } from '../../signing/digest.ts';
import type { DocumentFacts } from '../../signing/documents/document.ts';
import type { Placement } from '../../signing/documents/placement.ts';
import type { CeremonyId, DocumentId, PlacementId, SignatoryId, StaffId, TransactionId } from '../../signing/ids.ts';
import { openDatabase } from '../../vault/database.ts';
import { openVault, type Vault } from '../../vault/vault.ts';

export const T0 = 1_795_000_000_000;
export const SEED = 20261123;

export interface TestClock extends Clock {
  advance(millis: number): void;
  set(millis: number): void;
}
export function testClock(): TestClock {
  let at = T0;
  return {
    now: () => at,
    monotonicMicros: () => (at - T0) * 1000,
    advance: (millis) => void (at += millis),
    set: (millis) => void (at = millis),
  };
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'countersign-vault-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface TestVault {
  readonly vault: Vault;
  readonly clock: TestClock;
  readonly path: string;
  /** Another opening of the same file. */
  readonly again: () => Vault;
}

export function makeVault(options: { readonly pieceBytes?: number } = {}): TestVault {
  const file = path.join(temporaryFolder(), 'kiosk', 'vault.sqlite');
  const clock = testClock();
  const opened: Vault[] = [];
  let ids = 0;
  const again = (): Vault => {
    const vault = openVault(file, { ...options, clock, newId: () => `id-${(ids += 1)}` });
    opened.push(vault);
    return vault;
  };
  onTestFinished(() => {
    for (const vault of opened) vault.close();
  });
  return { vault: again(), clock, path: file, again };
}

/** Does to the file what no store would: somebody with an SQLite shell. */
export function tamper(file: string, ...scripts: readonly string[]): void {
  const handle = openDatabase(file);
  try {
    for (const script of scripts) handle.write(() => handle.script(script));
  } finally {
    handle.close();
  }
}

export const TRANSACTION = 't-1' as TransactionId;
export const DOCUMENT = 'd-1' as DocumentId;
export const SIGNATORY = 's-1' as SignatoryId;
export const CEREMONY = 'c-1' as CeremonyId;
export const PLACEMENT = 'p-1' as PlacementId;
export const CLERK = 'k-1' as StaffId;

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const digestOf = (text: string): Sha256 => sha256(bytesOf(text));
export const ORIGINAL = bytesOf('%PDF-1.7 original');

export function factsOf(bytes: Uint8Array): DocumentFacts {
  return {
    digest: sha256(bytes),
    byteLength: bytes.length,
    pdfVersion: '1.7',
    pdfa: null,
    pages: [{ width: 595, height: 842, rotate: 0, cropBox: [0, 0, 595, 842], userUnit: 1 }],
    existingSignatures: 0,
    certified: null,
    placements: [],
    unassigned: [],
    warnings: [],
  };
}

export function placementOf(id: string, role = 'customer'): Placement {
  return {
    id: id as PlacementId,
    kind: 'signature',
    role,
    order: 1,
    label: 'Podpis stranke č š ž',
    required: true,
    page: 0,
    box: { x: 10, y: 20, width: 180, height: 60 },
    fieldName: `field-${id}`,
    source: 'tag',
  };
}

export function addTransaction(vault: Vault, id: TransactionId = TRANSACTION, name = 'Pogodba o računu'): void {
  vault.write(() => vault.transactions.insert({ id, name, state: 'open', createdBy: 'Ana' }));
}

/** A transaction with one document, one signatory and one placement of theirs. */
export function addSignable(vault: Vault): void {
  addTransaction(vault);
  vault.write(() => {
    vault.documents.insert({
      id: DOCUMENT,
      transaction: TRANSACTION,
      position: 0,
      name: 'pogodba.pdf',
      facts: factsOf(ORIGINAL),
      bytes: ORIGINAL,
    });
    vault.signatories.insert({ id: SIGNATORY, transaction: TRANSACTION, role: 'customer', order: 1 });
    vault.placements.replace(DOCUMENT, [placementOf(PLACEMENT)]);
    vault.placements.assign(DOCUMENT, PLACEMENT, SIGNATORY);
  });
}
