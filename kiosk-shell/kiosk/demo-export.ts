import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ok } from '../../signing/result.ts';
import type { Act } from '../kiosk-api/acts.ts';
import { refuse, type KioskContext } from './context.ts';

export interface DemoResult {
  readonly signed: readonly Uint8Array[];
  readonly package: Uint8Array;
  readonly receipt: string;
  /** JWK set: what the kiosk pinned, so that anyone can verify the receipt. */
  readonly cloudKeys: string;
  readonly audit: string;
  readonly escrowKey: string;
  readonly escrowCert: string;
  readonly trust: string;
}

/** What the demo command writes. The escrow key is at hand in a demo only: it was made here and opens nothing else. */
export async function demoExport(context: KioskContext, transaction: string): Promise<Act<DemoResult>> {
  const { vault, config, keys } = context;
  if (!config.demo) return refuse('not-allowed', 'only a demo exports its escrow key');
  const queued = vault.outbox.ofTransaction(transaction);
  if (queued === null || queued.receipt === null) return refuse('wrong-state', 'there is no receipt yet');
  const container = await vault.outbox.read(queued.digest);
  if (container === null) return refuse('not-found', 'the package was released');
  const signed: Uint8Array[] = [];
  for (const { id } of vault.documents.ofTransaction(transaction)) {
    const bytes = await vault.documents.read(id);
    if (bytes === null) return refuse('not-found', 'the documents were released');
    signed.push(bytes);
  }
  const demoFile = (name: string): string => readFileSync(join(config.dataDir, 'demo', name), 'utf8');
  return ok({
    signed,
    package: container,
    receipt: queued.receipt,
    cloudKeys: JSON.stringify({ keys: keys.receiptKeys() }, null, 2),
    audit: JSON.stringify(vault.audit.excerpt(transaction), null, 2),
    escrowKey: demoFile('escrow.key.pem'),
    escrowCert: demoFile('escrow.cert.pem'),
    trust: demoFile('trust.pem'),
  });
}
