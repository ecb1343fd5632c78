import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor } from '../../../kiosk-shell/kiosk-api/staff.ts';
import type { AuditEntry } from '../../../signing/audit/audit-entry.ts';
import { shortCode, verifyChain } from '../../../signing/audit/chain.ts';
import { systemClock } from '../../../signing/clock.ts';
import { randomId } from '../../../signing/ids.ts';
import { openVault } from '../../../vault/vault.ts';
import { demoFolder, kioskConfig, must, signedIn, until, walkToEnd, type DemoFolder } from '../../support/kiosk-rig.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let folder: DemoFolder;
let kiosk: KioskApi;
let clerk: Actor;
let manager: Actor;
let id: string;

beforeAll(async () => {
  folder = await demoFolder();
  kiosk = await openKioskRuntime(kioskConfig(folder.dataDir));
  clerk = await signedIn(kiosk, folder.demo, 'clerk');
  manager = await signedIn(kiosk, folder.demo, 'manager');
  await kiosk.signIn(clerk.staff.name, 'wrong', '127.0.0.1');
  await kiosk.intake([{ name: 'not.pdf', bytes: Buffer.from('no') }], clerk);
  id = kiosk.transactions()[0]?.id ?? '';
  await walkToEnd(kiosk, id, clerk);
  await until(kiosk, id, ({ packageDigest }) => packageDigest !== null);
  const document = kiosk.transaction(id)?.documentList[0]?.id ?? '';
  const view = kiosk.display();
  await kiosk.copy(view.kind === 'done' ? view.ceremony : '', document);
  must(await kiosk.verify(id, manager));
  must(kiosk.approve(id, manager));
  must(kiosk.exportAudit(id, manager));
  await kiosk.close();
  kiosk = await openKioskRuntime(kioskConfig(folder.dataDir));
});
afterAll(async () => {
  await kiosk.close();
  folder.remove();
});

function wholeChain(): readonly AuditEntry[] {
  const vault = openVault(join(folder.dataDir, 'kiosk', 'vault.sqlite'), { clock: systemClock, newId: randomId });
  try {
    expect(vault.audit.verify().ok).toBe(true);
    return vault.audit.range(1, vault.audit.head().sequence);
  } finally {
    vault.close();
  }
}
/** Who, what, and in which state: as somebody would read the list aloud. */
const read = ({ userName, eventType, processState, success }: AuditEntry): string =>
  `${userName ?? '-'}: ${eventType} (${processState})${success ? '' : ' FAILED'}`;

describe('the trail', () => {
  it('tells a whole transaction of two signatories in order', () => {
    expect(kiosk.auditOf(id).map(read)).toEqual([
      '-: document.received (loading)',
      '-: document.prepared (prepared)',
      '-: transaction.opened (prepared)',
      'Ana: ceremony.started (prepared)',
      'Ana: identity.attested (prepared)',
      'Ana: review.presented (prepared)',
      'Ana: review.finished (prepared)',
      'Ana: consent.given (prepared)',
      'Ana: capture.started (signing)',
      'Ana: signature.sealed (signed)',
      'Ana: ceremony.completed (signed)',
      'Ana: ceremony.started (prepared)',
      'Ana: identity.attested (prepared)',
      'Ana: review.presented (prepared)',
      'Ana: review.finished (prepared)',
      'Ana: consent.given (prepared)',
      'Ana: capture.started (signing)',
      'Ana: signature.sealed (signed)',
      'Ana: ceremony.completed (signed)',
      'Ana: transaction.completed (completed)',
      '-: package.built (completed)',
      '-: copy.released (signed)',
      'Maja: document.read-by-staff (completed)',
      'Maja: transaction.approved (completed)',
      'Maja: transaction.exported (completed)',
    ]);
  });

  it('tells what belongs to no transaction beside it, and is one chain over a restart', () => {
    const entries = wholeChain();
    expect(verifyChain(entries).ok).toBe(true);
    expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, i) => i + 1));
    expect(entries.filter(({ transactionId }) => transactionId !== id).map(read)).toEqual([
      '-: kiosk.started (none)',
      'Ana: staff.signed-in (none)',
      'Maja: staff.signed-in (none)',
      'Ana: staff.sign-in-refused (none) FAILED',
      'Ana: document.refused (loading) FAILED',
      '-: kiosk.started (none)',
    ]);
  });

  it('breaks when any entry is changed, left out or put elsewhere', () => {
    const entries = wholeChain();
    for (let at = 0; at < entries.length - 1; at += 1) {
      const changed = entries.map((entry, i) => (i === at ? { ...entry, userName: 'Eva' } : entry));
      expect(verifyChain(changed).ok, `changed ${at}`).toBe(false);
      expect(verifyChain(entries.filter((_, i) => i !== at)).ok, `without ${at}`).toBe(false);
    }
  });

  it('gives each signatory a short code that its entry of completion has', () => {
    const entries = wholeChain();
    const codes = entries
      .filter(({ eventType }) => eventType === 'ceremony.completed')
      .map(({ sequence }) => entries[sequence]?.previous)
      .map((digest) => (digest === undefined ? '' : shortCode(digest)));
    expect(kiosk.transaction(id)?.signatoryList.map((signatory) => signatory.shortCode)).toEqual(codes);
  });
});
