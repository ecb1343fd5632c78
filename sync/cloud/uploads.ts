import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { FileStore } from '@tus/file-store';
import { Metadata, Server } from '@tus/server';
import type { Clock } from '../../signing/clock.ts';
import { isSha256, type Sha256 } from '../../signing/digest.ts';
import type { NewId } from '../../signing/ids.ts';
import type { Result } from '../../signing/result.ts';
import { UPLOADS_PATH } from '../protocol/wire.ts';
import { json, notFound } from './answers.ts';
import type { Database } from './database.ts';
import { findKiosk, type EnrolledKiosk } from './enrolment.ts';
import { createGate } from './gate.ts';
import type { Delivery } from './ingest.ts';
import type { Refusal } from './package-verdict.ts';
import { allUploads, deleteUpload, findUpload, insertUpload, uploadsOf, type UploadRow } from './upload-rows.ts';

export interface UploadsOptions {
  readonly folder: string;
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

export async function openUploads(options: UploadsOptions): Promise<Uploads> {
  const { database } = options;
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  const store = new FileStore({ directory: options.folder });
  const gate = createGate(INGESTS_AT_ONCE);
  const settling = new Map<string, Promise<Result<string, Refusal> | null>>();
  const announced = new WeakMap<object, Pick<UploadRow, 'kiosk' | 'digest' | 'transaction'>>();

  const server = new Server({
    path: UPLOADS_PATH,
    datastore: store,
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
  });

  /** One settling per upload in this process; several processes meet in the database's unique digest. */
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
    const bytes = new Uint8Array(await readFile(path.join(options.folder, id)));
    const outcome = await options.ingest({
      kiosk,
      digest: row.digest,
      size: row.size,
      transaction: row.transaction,
      bytes,
    });
    await discard(id);
    return outcome;
  }

  async function discard(id: string): Promise<void> {
    await deleteUpload(database, id);
    await rm(path.join(options.folder, id), { force: true });
    await rm(path.join(options.folder, `${id}.json`), { force: true });
  }

  /** Null when its files are gone or were never whole: the kiosk begins anew. */
  async function offsetOf(row: UploadRow): Promise<number | null> {
    try {
      return (await store.getUpload(row.id)).offset;
    } catch {
      return null;
    }
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
        const offset = await offsetOf(row);
        if (offset === null) await discard(row.id);
        else if (offset < row.size) return { state: 'receiving', upload: `${UPLOADS_PATH}/${row.id}` };
        else settled = (await settle(row.id)) !== null || settled;
      }
      return settled ? 'settled' : null;
    },

    async discardUnfinished(digests, kiosk) {
      for (const digest of digests) {
        for (const row of await uploadsOf(database, digest, kiosk)) {
          const offset = await offsetOf(row);
          if (!settling.has(row.id) && (offset === null || offset < row.size)) await discard(row.id);
        }
      }
    },

    async sweep() {
      // Files before rows: a row is written before its file, so a file without a row is nobody's.
      const files = await readdir(options.folder);
      const rows = await allUploads(database);
      for (const row of rows) {
        const offset = await offsetOf(row);
        const age = options.clock.now() - row.createdAt.getTime();
        if (offset !== null && offset >= row.size) await settle(row.id).catch(options.onFault);
        else if (age > (offset === null ? UNBORN_MS : ABANDONED_MS)) await discard(row.id);
      }
      const known = new Set(rows.flatMap((row) => [row.id, `${row.id}.json`]));
      for (const file of files) {
        if (!known.has(file)) await rm(path.join(options.folder, file), { force: true });
      }
    },
  };
}

/** What a creation request says it will send, or what is wrong with it. */
function announcement(
  request: Request,
  kiosk: EnrolledKiosk,
): Pick<UploadRow, 'kiosk' | 'digest' | 'transaction'> | string {
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
  return { kiosk: kiosk.id, digest, transaction };
}
