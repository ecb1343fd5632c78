import type { Clock } from '../../signing/clock.ts';
import { isSha256 } from '../../signing/digest.ts';
import { intact, type ObjectStore } from './object-store.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { StoreFault } from './store-fault.ts';

const PREFIX = 'objects/';
const DAY_MS = 24 * 3600_000;

/**
 * Packages in a bucket, as `objects/<digest>`. With `lockDays` the bucket has versions, and there not every store heeds
 * `If-None-Match` (Ceph 16 does not): two writers at one moment may leave two versions of the same bytes under one
 * name. They are read as one and removed together.
 */
export function s3ObjectStore(bucket: S3Bucket, clock: Clock, judge = intact): ObjectStore {
  const get: ObjectStore['get'] = async (digest) => {
    const bytes = await bucket.get(PREFIX + digest);
    return bytes === null ? null : judge(digest, bytes);
  };
  return {
    get,
    async put(digest, bytes) {
      const { lockDays } = bucket;
      if (lockDays !== null && (await get(digest)) !== null) return 'present';
      const retainUntil = lockDays === null ? null : new Date(clock.now() + lockDays * DAY_MS);
      if (await bucket.put(PREFIX + digest, bytes, { ifAbsent: true, retainUntil })) return 'written';
      // Its word is not enough: a receipt will say that these bytes are kept.
      if ((await get(digest)) === null) throw new StoreFault('damaged', 'put', 'there, and not there');
      return 'present';
    },
    remove: (digest) => bucket.remove(PREFIX + digest),
    async list(after) {
      const page = await bucket.list(PREFIX, after === null ? null : PREFIX + after);
      return page.flatMap(({ key, modifiedAt }) => {
        const digest = key.slice(PREFIX.length);
        return isSha256(digest) ? [{ digest, modifiedAt }] : [];
      });
    },
    async hold(digest, on) {
      if (bucket.lockDays === null) return 'by-rows-alone';
      await bucket.hold(PREFIX + digest, on);
      return 'by-store';
    },
  };
}
