import { Metadata, Server } from '@tus/server';
import type { Clock } from '../../signing/clock.ts';
import { isSha256, type Sha256 } from '../../signing/digest.ts';
import type { NewId } from '../../signing/ids.ts';
import type { Result } from '../../signing/result.ts';
import { traceOf } from '../protocol/trace.ts';
import { UPLOADS_PATH } from '../protocol/wire.ts';
import { json, notFound } from './answers.ts';
import type { Database } from './database.ts';
import { findKiosk, type EnrolledKiosk } from './enrolment.ts';
import { createGate } from './gate.ts';
import { storedReceipt, type Delivery } from './ingest.ts';
import type { Refusal } from './package-verdict.ts';
import { clearDeadLocks, databaseLocker } from './upload-lock.ts';
import { allUploads, deleteUpload, findUpload, insertUpload, uploadsOf, type UploadRow } from './upload-rows.ts';
import type { UploadStore } from './upload-store.ts';

export interface UploadsOptions {
  readonly store: UploadStore;
  readonly database: Database;
  readonly ingest: (delivery: Delivery) => Promise<Result<string, Refusal>>;
  readonly maxBytes: number;
  readonly clock: Clock;
  readonly newId: NewId;
  /** A fault that left an upload complete but unsettled; it is tried again when asked for. */
  readonly onFault: (error: unknown) => void;
}

export interface Uploads {
  /** tus 1.0.0 (core and creation) for a kiosk that has been authenticated. */
  handle(request: Request, kiosk: EnrolledKiosk): Promise<Response>;
  /** Where the bytes of this package stand. 'settled': some were complete, and have been ingested just now. */
  progress(
    digest: Sha256,
    kiosk: EnrolledKiosk,
  ): Promise<{ state: 'receiving'; upload: string } | 'checking' | 'settled' | null>;
  /** Clears what has come of packages that others have taken the place of: nobody will send the rest. */
  discardUnfinished(digests: readonly Sha256[], kiosk: string): Promise<void>;
  /** Settles what was complete when the process died; clears what was given up. */
  sweep(): Promise<void>;
}

/** An upload nobody went on with for this long is cleared: the kiosk still has the package. */
const ABANDONED_MS = 14 * 24 * 3600 * 1000;
/** A row whose file is not there after so long will never have one. */
const UNBORN_MS = 10 * 60 * 1000;
const INGESTS_AT_ONCE = 2;
/** The bytes were not what was announced: says nothing about the package of that name. */
export const TRANSPORT_REASONS: ReadonlySet<string> = new Set(['digest-mismatch', 'size-mismatch']);

export function createUploads(options: UploadsOptions): Uploads {
  const { database, store } = options;
  const gate = createGate(INGESTS_AT_ONCE);
  const settling = new Map<string, Promise<Result<string, Refusal> | null>>();
  const announced = new WeakMap<object, Pick<UploadRow, 'kiosk' | 'digest' | 'transaction' | 'trace'>>();

  const server = new Server({
    path: UPLOADS_PATH,
    datastore: store.tus,
    locker: databaseLocker(database, options.newId),
    relativeLocation: true,
    maxSize: options.maxBytes,
    namingFunction: () => options.newId(),
    onUploadCreate: async (request, upload) => {
      const facts = announced.get(request);
      if (facts === undefined) throw new Error('an upload was created past the checks');
      const createdAt = new Date(options.clock.now());
      await insertUpload(database, { id: upload.id, ...facts, size: upload.size ?? 0, createdAt });
      return {};
    },
    onUploadFinish: async (_request, upload) => {
      const settled = await settle(upload.id).catch((error: unknown) => {
        options.onFault(error);
        return null;
      });
      if (settled?.ok !== false || !TRANSPORT_REASONS.has(settled.error.reason)) return {};
      return { status_code: 422, body: JSON.stringify(settled.error) };
    },
    onResponseError: (_request, error) => {
      // What the protocol has an answer to says so; the rest is a store or a database that does not do its part now.
      if ('status_code' in error) return undefined;
      options.onFault(error);
      return { status_code: 503, body: 'the cloud could not do this now\n' };
    },
  });

  /** One settling per upload in this process, which only saves work: several processes meet in the database's unique digest. */
  function settle(id: string): Promise<Result<string, Refusal> | null> {
    const running = settling.get(id);
    if (running !== undefined) return running;
    const started = gate(() => settleNow(id)).finally(() => settling.delete(id));
    settling.set(id, started);
    return started;
  }

  async function settleNow(id: string): Promise<Result<string, Refusal> | null> {
    const row = await findUpload(database, id);
    const kiosk = row === null ? null : await findKiosk(database, row.kiosk);
    if (row === null || kiosk === null) return null;
    const bytes = await store.bytes(id, row.size);
    // Another process has settled it meanwhile, and cleared it.
    if (bytes === null) return null;
    const outcome = await options.ingest({
      kiosk,
      digest: row.digest,
      size: row.size,
      transaction: row.transaction,
      trace: row.trace,
      bytes,
    });
    await discard(id);
    return outcome;
  }

  async function discard(id: string): Promise<void> {
    await deleteUpload(database, id);
    await store.remove(id);
  }

  return {
    async handle(request, kiosk) {
      const id = new URL(request.url).pathname.slice(UPLOADS_PATH.length + 1);
      if (request.method === 'POST' && id === '') {
        const facts = announcement(request, kiosk);
        if (typeof facts === 'string') return json(400, { reason: 'container-invalid', detail: facts });
        const size = Number(request.headers.get('upload-length'));
        if (size > options.maxBytes) {
          return json(413, { reason: 'too-large', detail: `more than ${options.maxBytes} bytes` });
        }
        announced.set(request, facts);
        return server.handleWeb(request);
      }
      if (request.method !== 'HEAD' && request.method !== 'PATCH') return notFound();
      const row = await findUpload(database, id);
      if (row?.kiosk !== kiosk.id) return notFound();
      return server.handleWeb(request);
    },

    async progress(digest, kiosk) {
      let settled = false;
      for (const row of await uploadsOf(database, digest, kiosk.id)) {
        if (settling.has(row.id)) return 'checking';
        const offset = await store.offset(row.id);
        if (offset === null) await discard(row.id);
        else if (offset < row.size) return { state: 'receiving', upload: `${UPLOADS_PATH}/${row.id}` };
        else {
          // By this process or by another one: what came of it is in the rows.
          await settle(row.id);
          settled = true;
        }
      }
      return settled ? 'settled' : null;
    },

    async discardUnfinished(digests, kiosk) {
      for (const digest of digests) {
        for (const row of await uploadsOf(database, digest, kiosk)) {
          const offset = await store.offset(row.id);
          if (!settling.has(row.id) && (offset === null || offset < row.size)) await discard(row.id);
        }
      }
    },

    async sweep() {
      // Names before rows: a row is written before its first byte, so a name without a row is nobody's.
      const names: string[] = [];
      for (;;) {
        const page = await store.list(names.at(-1) ?? null);
        if (page.length === 0) break;
        names.push(...page);
      }
      const rows = await allUploads(database);
      for (const row of rows) {
        const offset = await store.offset(row.id);
        const age = options.clock.now() - row.createdAt.getTime();
        if (offset !== null && offset >= row.size) await settle(row.id).catch(options.onFault);
        else if ((await storedReceipt(database, row.digest, row.kiosk)) !== null) await discard(row.id);
        else if (age > (offset === null ? UNBORN_MS : ABANDONED_MS)) await discard(row.id);
      }
      const known = new Set(rows.map((row) => row.id));
      for (const name of names) if (!known.has(name)) await store.remove(name);
      await clearDeadLocks(database);
    },
  };
}

/** What a creation request says it will send, or what is wrong with it. */
function announcement(
  request: Request,
  kiosk: EnrolledKiosk,
): Pick<UploadRow, 'kiosk' | 'digest' | 'transaction' | 'trace'> | string {
  if (!/^[1-9]\d{0,14}$/.test(request.headers.get('upload-length') ?? '')) return 'Upload-Length is required';
  let metadata: Readonly<Record<string, string | null>>;
  try {
    metadata = Metadata.parse(request.headers.get('upload-metadata') ?? undefined);
  } catch {
    return 'Upload-Metadata cannot be read';
  }
  const { digest, transaction } = metadata;
  if (!isSha256(digest)) return 'Upload-Metadata needs digest, SHA-256 in hex';
  if (typeof transaction !== 'string' || !/^[\w.:-]{1,200}$/.test(transaction))
    return 'Upload-Metadata needs transaction';
  return { kiosk: kiosk.id, digest, transaction, trace: traceOf(request.headers) };
}
