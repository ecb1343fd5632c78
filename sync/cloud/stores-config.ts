import { z } from 'zod';
import { err, ok, type Result } from '../../signing/result.ts';
import type { PostgresOptions } from './postgres-database.ts';
import type { S3Options } from './s3-bucket.ts';

/** What of a cloud lives outside its folder; null: inside it. */
export interface StoresConfig {
  readonly database: PostgresOptions | null;
  readonly objects: S3Options | null;
}

const text = z.string().min(1).max(500);
/** A bucket, as a file names it. */
export const s3Schema = z.strictObject({
  endpoint: z
    .url({ protocol: /^https?$/ })
    .refine((url) => new URL(url).username === '', 'holds a name or password')
    .refine((url) => url.startsWith('https:') || isHere(new URL(url).hostname), 'has to be https'),
  bucket: text,
  region: text,
  accessKeyId: text,
  secretAccessKey: text,
  lockDays: z.int().min(1).max(3650).nullable().default(null),
});
const schema = z
  .strictObject({
    version: z.literal(1),
    database: z
      .strictObject({
        host: text,
        port: z.int().min(1).max(65_535).default(5432),
        database: text,
        user: text,
        password: text,
        /** PEM; null only for a server on this machine. */
        tlsRoots: z.string().includes('-----BEGIN CERTIFICATE-----').nullable().default(null),
        connections: z.int().min(2).max(200).default(10),
      })
      .refine(({ host, tlsRoots }) => tlsRoots !== null || isHere(host), {
        path: ['tlsRoots'],
        error: 'is needed for a server on another machine',
      })
      .nullable()
      .default(null),
    objects: s3Schema.nullable().default(null),
  })
  .refine(({ database, objects }) => database !== null || objects !== null, 'names neither database nor objects');

/** `<dataDir>/cloud/keys/stores.json`. Problems name entries, never what stands in them. */
export function parseStoresConfig(value: unknown): Result<StoresConfig, string> {
  const parsed = schema.safeParse(value);
  return parsed.success ? ok(parsed.data) : err(z.prettifyError(parsed.error));
}

/** Whether what is sent there stays on this machine. */
export function isHere(host: string): boolean {
  return ['127.0.0.1', '::1', '[::1]', 'localhost'].includes(host);
}
