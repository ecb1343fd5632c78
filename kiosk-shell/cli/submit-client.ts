import { z } from 'zod';
import { err, ok, type Result } from '../../signing/result.ts';
import type { IntakeFile } from '../kiosk/intake-readiness.ts';

export interface SubmitPorts {
  readonly fetch: typeof fetch;
  readonly cloudUrl: string;
  readonly apiKey: string;
  readonly branch: string;
}
/** What the cloud did not take; `code` is that of the document where it is about one. */
export interface SubmitRefusal {
  readonly code: string;
  /** From 1; null when it is about none. */
  readonly document: number | null;
  readonly words: string;
}

/** All documents of a transaction at 64 kbit/s would take hours; a line that stands still is over sooner. */
const PATIENCE_MS = 15 * 60_000;
const created = z.object({ id: z.string().min(1).max(100) });
const problem = z.object({
  title: z.string().max(500),
  code: z.string().max(100),
  reason: z.string().max(100).exactOptional(),
  document: z.int().exactOptional(),
});

/**
 * Hands one transaction in. Sent again under the same `once` it is the same transaction. Gives its id.
 * @throws Error when the cloud cannot be reached or has no time: to be sent again.
 */
export async function submitTransaction(
  { fetch: ask, cloudUrl, apiKey, branch }: SubmitPorts,
  files: readonly IntakeFile[],
  once: string,
): Promise<Result<string, SubmitRefusal>> {
  const form = new FormData();
  form.set('branch', branch);
  form.set('name', nameOf(files));
  for (const { name, bytes } of files) {
    form.append('file', new File([Uint8Array.from(bytes)], name, { type: 'application/pdf' }));
  }
  const answer = await ask(`${cloudUrl}/api/v1/transactions`, {
    method: 'POST',
    redirect: 'error',
    headers: { authorization: `Bearer ${apiKey}`, 'idempotency-key': once },
    body: form,
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const body: unknown = await answer.json();
  if (answer.status === 201) return ok(created.parse(body).id);
  if (answer.status === 429 || answer.status >= 500) throw new Error(`the cloud answered ${answer.status}`);
  const { code, reason, document, title } = problem.parse(body);
  return err({ code: reason ?? code, document: document ?? null, words: title });
}

function nameOf(files: readonly IntakeFile[]): string {
  const first = (files[0]?.name ?? '').replace(/\.pdf$/i, '').slice(0, 180) || 'Document';
  return files.length > 1 ? `${first} (+${files.length - 1})` : first;
}
