import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { StoreFault } from './store-fault.ts';

export interface S3Options {
  /** `https://host[:port]`; buckets are named in the path. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Days for which the store itself keeps a package from being deleted; null: none, and no legal hold by the store. */
  readonly lockDays: number | null;
  /** How long one operation may take with all its attempts, in milliseconds; 60,000 when absent. */
  readonly patienceMs?: number;
}

export interface S3Entry {
  readonly key: string;
  readonly size: number;
  readonly modifiedAt: Date;
}

/** What the cloud does with one bucket. Every method throws StoreFault when the store does not do it. */
export interface S3Bucket {
  readonly lockDays: number | null;
  /** Durable when it resolves. @param retainUntil nobody deletes it sooner, but by `remove` @returns false when it was there already, if `ifAbsent` */
  put(
    key: string,
    bytes: Uint8Array,
    options?: { readonly ifAbsent?: boolean; readonly retainUntil?: Date | null },
  ): Promise<boolean>;
  get(key: string): Promise<Uint8Array | null>;
  /** At most 1000 entries whose keys begin with `prefix` and come after `after`, in the order of keys. */
  list(prefix: string, after: string | null): Promise<readonly S3Entry[]>;
  /** With every version there is of it: nothing stays that could be read again. */
  remove(key: string): Promise<void>;
  /** Legal hold on every version there is. */
  hold(key: string, on: boolean): Promise<void>;
}

const PATIENCE_MS = 60_000;
const CONNECT_MS = 5_000;
const SILENCE_MS = 20_000;
const ATTEMPTS = 3;

/** @throws StoreFault when the bucket is not there, not for these keys, or has no object lock although `lockDays` wants it. */
export async function openS3Bucket(options: S3Options): Promise<S3Bucket> {
  const { bucket: Bucket, lockDays } = options;
  const client = new S3Client({
    endpoint: options.endpoint,
    region: options.region,
    credentials: { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey },
    forcePathStyle: true,
    maxAttempts: ATTEMPTS,
    // Gateways older than 2025 refuse the checksums that the client adds by itself: Content-MD5 is understood by all.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
  });
  const deadline = (): { abortSignal: AbortSignal } => ({
    abortSignal: AbortSignal.timeout(options.patienceMs ?? PATIENCE_MS),
  });

  async function asked<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw faultOf(what, error);
    }
  }

  /** Versions and the marks that deleting leaves; in a bucket without versions the one there is, called "null". */
  async function versionsOf(key: string): Promise<readonly { readonly id: string; readonly isMark: boolean }[]> {
    const found: { id: string; isMark: boolean }[] = [];
    let from: { KeyMarker?: string; VersionIdMarker?: string } = {};
    for (;;) {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: key, ...from }), deadline());
      for (const [entries, isMark] of [
        [page.Versions, false],
        [page.DeleteMarkers, true],
      ] as const) {
        for (const { Key, VersionId } of entries ?? []) {
          if (Key === key) found.push({ id: VersionId ?? 'null', isMark });
        }
      }
      if (page.IsTruncated !== true || page.NextKeyMarker === undefined) return found;
      from = {
        KeyMarker: page.NextKeyMarker,
        ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
      };
    }
  }

  await asked('open', async () => {
    await client.send(new HeadBucketCommand({ Bucket }), deadline());
    if (lockDays !== null) await client.send(new GetObjectLockConfigurationCommand({ Bucket }), deadline());
  });

  return {
    lockDays,
    put: (Key, bytes, { ifAbsent = false, retainUntil = null } = {}) =>
      asked('put', async () => {
        const command = new PutObjectCommand({
          Bucket,
          Key,
          Body: bytes,
          // The store compares: bytes that were changed on the way are not taken.
          ContentMD5: createHash('md5').update(bytes).digest('base64'),
          ...(ifAbsent ? { IfNoneMatch: '*' } : {}),
          ...(retainUntil === null ? {} : { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: retainUntil }),
        });
        try {
          await client.send(command, deadline());
          return true;
        } catch (error) {
          if (ifAbsent && statusOf(error) === 412) return false;
          throw error;
        }
      }),
    get: (Key) =>
      asked('get', async () => {
        try {
          const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }), deadline());
          return Body === undefined ? null : await Body.transformToByteArray();
        } catch (error) {
          // A bucket that is gone is no answer about an object.
          if (error instanceof S3ServiceException && error.name === 'NoSuchKey') return null;
          throw error;
        }
      }),
    list: (Prefix, after) =>
      asked('list', async () => {
        const from = after === null ? {} : { StartAfter: after };
        const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix, ...from }), deadline());
        return (page.Contents ?? []).flatMap(({ Key, Size, LastModified }) =>
          Key === undefined || Size === undefined || LastModified === undefined
            ? []
            : [{ key: Key, size: Size, modifiedAt: LastModified }],
        );
      }),
    remove: (Key) =>
      asked('remove', async () => {
        const past = lockDays === null ? {} : { BypassGovernanceRetention: true };
        for (const { id } of await versionsOf(Key)) {
          await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId: id, ...past }), deadline());
        }
      }),
    hold: (Key, on) =>
      asked('hold', async () => {
        const versions = (await versionsOf(Key)).filter(({ isMark }) => !isMark);
        for (const { id } of versions) {
          const LegalHold = { Status: on ? ('ON' as const) : ('OFF' as const) };
          await client.send(new PutObjectLegalHoldCommand({ Bucket, Key, VersionId: id, LegalHold }), deadline());
        }
      }),
  };
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

/** Names the operation and the store's own code: neither keys nor contents. */
function faultOf(what: string, error: unknown): StoreFault {
  const status = statusOf(error);
  const name = error instanceof Error ? error.name : 'unknown';
  if (status === undefined || status >= 500) return new StoreFault('unreachable', what, name);
  const isLocked = error instanceof Error && /object lock/i.test(error.message) && status === 403;
  return new StoreFault(isLocked ? 'held' : 'refused', what, name);
}
