import { isoTime, type Clock } from '../../../signing/clock.ts';
import { sha256Apart } from '../../../signing/digest.ts';
import { err, ok } from '../../../signing/result.ts';
import { openS3Bucket, type S3Options } from '../s3-bucket.ts';
import { StoreFault } from '../store-fault.ts';
import type { Archive } from './archive.ts';

const DAY_MS = 86_400_000;

/** Objects `<tenant>/<name>` in a bucket, locked for `lockDays` where it has object lock. The receipt is what is read back. */
export function s3Archive(options: S3Options, clock: Clock): Archive {
  let opened: ReturnType<typeof openS3Bucket> | null = null;
  return {
    kind: 's3',
    deposit: async ({ tenant, name, bytes, digest }) => {
      const archiveId = `${encodeURIComponent(tenant)}/${name}`;
      try {
        opened ??= openS3Bucket(options);
        const bucket = await opened;
        const retainUntil = bucket.lockDays === null ? null : new Date(clock.now() + bucket.lockDays * DAY_MS);
        // Looked at first: where there is object lock, some stores make a second version of what is put again.
        let kept = await bucket.get(archiveId);
        if (kept === null) {
          await bucket.put(archiveId, bytes, { ifAbsent: true, retainUntil });
          kept = await bucket.get(archiveId);
        }
        if (kept === null || (await sha256Apart(kept)) !== digest) {
          return err({
            code: 'archive-lied',
            detail: 'The store of the archive gives other bytes than were put there.',
          });
        }
        return ok({ archiveId, digest, receivedAt: isoTime(clock.now()) });
      } catch (error) {
        opened = null;
        if (!(error instanceof StoreFault)) throw error;
        return err({
          code: 'archive-unreachable',
          detail: `The store of the archive did not take it (${error.reason}).`,
        });
      }
    },
  };
}
