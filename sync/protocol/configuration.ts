/** What the cloud tells one kiosk about how to work, signed; and how it is asked for. */
import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { err, ok, type Result } from '../../signing/result.ts';

/**
 * `GET`, with `if-none-match` for what the kiosk has: 200 with the JWS, 304 (204 where nothing was ever published) when
 * nothing newer came within some 25 seconds.
 */
export const CONFIGURATION_PATH = '/api/cloud/v1/configuration';
export const CONFIGURATION_MEDIA_TYPE = 'application/jose';
/** `typ` header of the JWS: no other statement of the cloud's can pass for a configuration. */
export const CONFIGURATION_TYPE = 'countersign-configuration+jwt';
/** So long a kiosk works on without having heard from its cloud. */
export const CONFIGURATION_LIFE_DAYS = 30;
export const MAX_CONFIGURATION_BYTES = 1024 * 1024;

const phrases = z.array(z.string().trim().min(2).max(100)).min(1).max(50);
export const documentTypeSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/),
  name: z.strictObject({ sl: z.string().min(1).max(80), en: z.string().min(1).max(80) }),
  /** Phrases of which one is in the file's name, or in an entry of the document's information. Absent: a clerk chooses it. */
  match: z
    .strictObject({
      fileName: phrases.exactOptional(),
      title: phrases.exactOptional(),
      subject: phrases.exactOptional(),
      keywords: phrases.exactOptional(),
    })
    .exactOptional(),
  devices: z.strictObject({
    pressure: z.enum(['required', 'any']),
    /** The customer's own screen. */
    screen: z.enum(['allowed', 'refused']),
    finger: z.enum(['allowed', 'refused']),
  }),
  /** Whether the first signature certifies the document: from then on it is only filled in and signed. Absent: no. */
  certify: z.boolean().exactOptional(),
});

const staff = z
  .array(
    z.strictObject({
      id: z.string().min(1).max(200),
      name: z.string().trim().min(1).max(200),
      role: z.enum(['clerk', 'manager']),
      /** PHC string. */
      verifier: z.string().startsWith('$argon2id$').max(500),
      /** A closed account signs in no more. */
      closed: z.boolean(),
    }),
  )
  .max(500)
  .refine((list) => isUnique(list.map(({ id }) => id)), 'an id occurs twice')
  .refine((list) => isUnique(list.map(({ name }) => name.normalize('NFKC').toLowerCase())), 'a name occurs twice')
  .refine((list) => list.some(({ role, closed }) => role === 'manager' && !closed), 'no manager could sign in');

const documentTypes = z
  .strictObject({
    /** Rules are tried in this order. */
    types: z.array(documentTypeSchema).max(100),
    /** The type of a document that no rule fits; null asks nothing of it. */
    fallback: z.string().nullable(),
  })
  .refine(({ types }) => isUnique(types.map(({ id }) => id)), 'an id occurs twice')
  .refine(
    ({ types, fallback }) => fallback === null || types.some(({ id }) => id === fallback),
    'no document type has the id of the fallback',
  );

const branch = z.strictObject({
  name: z.string().trim().min(1).max(200),
  /** The escrow holder as customers read it. */
  keyHolder: z.string().trim().min(1).max(200),
  /** IANA name: dates on documents are the branch's. */
  timeZone: z.string().max(100).refine(isTimeZone, 'not the name of a time zone'),
});

/** DER in base64. */
const certificate = z.base64().max(16_384).refine(isCertificate, 'not a certificate');
const certificates = z.strictObject({
  /** Escrow holder first, then its backup; several pairs while one is being replaced. */
  escrow: z.array(certificate).min(2).max(10),
  /** The tenant's, to which identity and ceremony records are enveloped. */
  record: z.array(certificate).min(1).max(10),
});

/** The parts, each whole: what is absent stays as the kiosk was enrolled. */
export const configurationParts = { staff, branch, documentTypes, certificates };
export type ConfigurationPart = keyof typeof configurationParts;

const content = z.object({
  staff: staff.exactOptional(),
  branch: branch.exactOptional(),
  documentTypes: documentTypes.exactOptional(),
  certificates: certificates.exactOptional(),
});
export type ConfigurationContent = z.infer<typeof content>;

const claims = z.object({
  type: z.literal('countersign.configuration'),
  version: z.literal(1),
  tenant: z.string().min(1).max(200),
  branch: z.string().min(1).max(200),
  kiosk: z.string().min(1).max(200),
  /** Rises by one with each change of the content, per kiosk. */
  number: z.int().positive(),
  /** RFC 3339 UTC. From then on a kiosk begins no ceremony with it; the same number comes with a later one every day. */
  notAfter: z.iso.datetime({ precision: 3 }),
  content,
});
export type ConfigurationClaims = z.infer<typeof claims>;

/** Claims as they stand in a payload; parts of a later version are left out. */
export function parseConfigurationClaims(value: unknown): Result<ConfigurationClaims, string> {
  const parsed = claims.safeParse(value);
  return parsed.success ? ok(parsed.data) : err(z.prettifyError(parsed.error));
}

/** A part as somebody wants it; the error names what is wrong and where. */
export function parseConfigurationPart(part: ConfigurationPart, value: unknown): Result<object, string> {
  const parsed = configurationParts[part].safeParse(value);
  return parsed.success ? ok(parsed.data) : err(z.prettifyError(parsed.error));
}

function isUnique(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function isCertificate(base64: string): boolean {
  try {
    return new X509Certificate(Buffer.from(base64, 'base64')).raw.length > 0;
  } catch {
    return false;
  }
}
