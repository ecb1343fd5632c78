import { isAbsolute } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../../signing/clock.ts';
import { err, ok, type Result } from '../../../signing/result.ts';
import { serviceHttp, type ServiceHttp } from '../../evidence/service-http.ts';
import { isHere, s3Schema } from '../stores-config.ts';
import type { Archive } from './archive.ts';
import { folderArchive } from './folder-archive.ts';
import { httpArchive } from './http-archive.ts';
import { s3Archive } from './s3-archive.ts';

/** A deposit may be hundreds of megabytes on a thin line. */
const DEADLINE_MS = 10 * 60_000;
/** Of one tenant; absent: of all that have none of their own. */
const tenant = z.string().min(1).exactOptional();
const target = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('folder'),
    tenant,
    path: z.string().refine((text) => isAbsolute(text), 'has to be absolute'),
  }),
  s3Schema.extend({ kind: z.literal('s3'), tenant }),
  z.strictObject({
    ...{ kind: z.literal('http'), tenant, token: z.string().min(1).max(4000).nullable().default(null) },
    url: z
      .url({ protocol: /^https?$/ })
      .refine((url) => url.startsWith('https:') || isHere(new URL(url).hostname), 'has to be https'),
  }),
]);
const schema = z
  .strictObject({
    version: z.literal(1),
    /** The level that every document of a package has to have reached. */
    level: z.enum(['B-T', 'B-LT', 'B-LTA']).default('B-LTA'),
    /** Days from receipt after which it is handed over as it is. */
    afterDays: z.int().min(1).max(3650).default(30),
    archives: z.array(target).min(1),
  })
  .refine(({ archives }) => new Set(archives.map((one) => one.tenant ?? '')).size === archives.length, {
    path: ['archives'],
    error: 'has two for one tenant',
  });
export type ArchiveConfig = z.infer<typeof schema>;

/** `<dataDir>/cloud/keys/archive.json`. Problems name entries, never what stands in them. */
export function parseArchiveConfig(value: unknown): Result<ArchiveConfig, string> {
  const parsed = schema.safeParse(value);
  return parsed.success ? ok(parsed.data) : err(z.prettifyError(parsed.error));
}

/** The archive of each tenant; null for one that has none. */
export function archivesOf(
  { archives }: ArchiveConfig,
  clock: Clock,
  http: ServiceHttp = { ...serviceHttp, deadline: () => AbortSignal.timeout(DEADLINE_MS) },
): (tenant: string) => Archive | null {
  const opened = new Map(
    archives.map(({ tenant: of, ...one }) => {
      if (one.kind === 'folder') return [of, folderArchive(one.path, clock)] as const;
      return [of, one.kind === 's3' ? s3Archive(one, clock) : httpArchive(one, http)] as const;
    }),
  );
  return (of) => opened.get(of) ?? opened.get(undefined) ?? null;
}
