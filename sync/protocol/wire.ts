/** Paths, headers and answers of the device protocol, as both sides see them. */
import { z } from 'zod';
import type { Sha256 } from '../../signing/digest.ts';
import { isRefusalReason, type RefusalReason } from './receipt.ts';

export const UPLOADS_PATH = '/api/cloud/v1/uploads';
export const PACKAGES_PATH = '/api/cloud/v1/packages';
export const HELLO_PATH = '/api/cloud/v1/hello';

export function packagePath(digest: Sha256): string {
  return `${PACKAGES_PATH}/${digest}`;
}

/** Every device request carries the protocol version; the cloud answers 426 below its oldest. */
export const PROTOCOL_HEADER = 'countersign-protocol';
/** The cloud's clock when it answered, RFC 3339 UTC with milliseconds: on every answer of the device protocol. */
export const TIME_HEADER = 'countersign-time';
export const TUS_VERSION = '1.0.0';

/** What the cloud knows of a package when asked by its digest (404: nothing). */
export type PackageAnswer =
  | { readonly state: 'stored'; readonly receipt: string }
  /** `upload` is the path where the bytes are expected to go on, for a kiosk that lost it. */
  | { readonly state: 'receiving'; readonly upload: string }
  | { readonly state: 'checking' }
  | { readonly state: 'refused'; readonly reason: RefusalReason; readonly detail: string };

const answer = z.discriminatedUnion('state', [
  z.object({ state: z.literal('stored'), receipt: z.string().max(8192) }),
  z.object({ state: z.literal('receiving'), upload: z.string().max(500).startsWith(`${UPLOADS_PATH}/`) }),
  z.object({ state: z.literal('checking') }),
  z.object({
    state: z.literal('refused'),
    reason: z.custom<RefusalReason>(isRefusalReason),
    detail: z.string().max(2000),
  }),
]);

export function parsePackageAnswer(value: unknown): PackageAnswer | null {
  const parsed = answer.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** Body of any refusal of a request itself (401, 403, 413, 426). */
export interface RequestRefusal {
  readonly reason: RefusalReason;
  readonly detail: string;
}

const refusal = z.object({ reason: z.custom<RefusalReason>(isRefusalReason), detail: z.string().max(2000) });

export function parseRequestRefusal(value: unknown): RequestRefusal | null {
  const parsed = refusal.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** Answer of `hello`: shows that the line, the token and the protocol hold, and what time the cloud has. */
export interface Hello {
  readonly time: string;
  readonly protocol: number;
}

const hello = z.object({ time: z.iso.datetime({ precision: 3 }), protocol: z.int().positive() });

export function parseHello(value: unknown): Hello | null {
  const parsed = hello.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** tus `Upload-Metadata` of a package (tus 1.0.0, Creation: key and base64 value, comma separated). */
export function encodeUploadMetadata(metadata: Readonly<Record<string, string>>): string {
  return Object.entries(metadata)
    .map(([key, value]) => `${key} ${Buffer.from(value, 'utf8').toString('base64')}`)
    .join(',');
}
