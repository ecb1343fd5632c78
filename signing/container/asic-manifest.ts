import { SaxesParser, type SaxesTagNS } from 'saxes';
import { fromUtf8, utf8 } from '../bytes.ts';
import type { Sha256 } from '../digest.ts';
import { err, ok, type Result } from '../result.ts';
import { isSafeEntryName } from './zip-names.ts';

/** ASiCManifest (ETSI EN 319 162-1 A.4; formats 4.3). Written with SHA-256 only, and only SHA-256 is accepted. */
export interface AsicManifest {
  /** Entry name of the signature or the time-stamp over this manifest. */
  readonly signature: string;
  /** Media type of that; null where none is stated. */
  readonly signatureType: string | null;
  readonly references: readonly ManifestReference[];
}
export interface ManifestReference {
  /** Entry name, decoded. */
  readonly name: string;
  readonly mimeType: string | null;
  readonly digest: Sha256;
}

export type ManifestProblem =
  | 'not-xml'
  | 'doctype-refused'
  | 'unexpected-element'
  | 'signature-reference-missing'
  | 'no-data-reference'
  | 'reference-twice'
  | 'uri-invalid'
  | 'digest-unsupported'
  | 'digest-invalid'
  | 'critical-extension'
  | 'too-large';

export const ASIC_NAMESPACE = 'http://uri.etsi.org/02918/v1.2.1#';
export const DSIG_NAMESPACE = 'http://www.w3.org/2000/09/xmldsig#';
const SHA256_URI = 'http://www.w3.org/2001/04/xmlenc#sha256';
export const SIGNATURE_MIME_TYPE = 'application/pkcs7-signature';
export const TIMESTAMP_MIME_TYPE = 'application/vnd.etsi.timestamp-token';
const MAX_BYTES = 4 * 1024 * 1024;

/** The manifest's exact bytes: what its signature is over. */
export function writeAsicManifest(manifest: AsicManifest): Uint8Array {
  const references = manifest.references.map(
    ({ name, mimeType, digest }) =>
      `  <asic:DataObjectReference URI="${encodeUri(name)}"${mimeAttribute(mimeType)}>\n` +
      `    <ds:DigestMethod Algorithm="${SHA256_URI}"/>\n` +
      `    <ds:DigestValue>${Buffer.from(digest, 'hex').toString('base64')}</ds:DigestValue>\n` +
      `  </asic:DataObjectReference>\n`,
  );
  return utf8(
    `<?xml version="1.0" encoding="UTF-8"?>\n` +
      `<asic:ASiCManifest xmlns:asic="${ASIC_NAMESPACE}" xmlns:ds="${DSIG_NAMESPACE}">\n` +
      `  <asic:SigReference URI="${encodeUri(manifest.signature)}"${mimeAttribute(manifest.signatureType)}/>\n` +
      `${references.join('')}</asic:ASiCManifest>\n`,
  );
}

function mimeAttribute(type: string | null): string {
  return type === null ? '' : ` MimeType="${escapeXml(type)}"`;
}

/** Relative URI of an entry: each segment percent-encoded. */
export function encodeUri(name: string): string {
  if (!isSafeEntryName(name)) throw new RangeError('entry name not allowed');
  return name
    .split('/')
    .map((segment) =>
      encodeURIComponent(segment).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join('/');
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

class Refused extends Error {
  readonly problem: ManifestProblem;
  constructor(problem: ManifestProblem) {
    super(problem);
    this.problem = problem;
  }
}

function refuse(problem: ManifestProblem): never {
  throw new Refused(problem);
}

/** Strict: a DTD, an unknown element or a nested reference is refused, never skipped. */
export function parseAsicManifest(bytes: Uint8Array): Result<AsicManifest, ManifestProblem> {
  if (bytes.length > MAX_BYTES) return err('too-large');
  try {
    return ok(collect(parseTree(bytes)));
  } catch (error) {
    return err(error instanceof Refused ? error.problem : 'not-xml');
  }
}

interface Element {
  readonly namespace: string;
  readonly local: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
  text: string;
}

function parseTree(bytes: Uint8Array): Element {
  const parser = new SaxesParser({ xmlns: true });
  const stack: Element[] = [];
  const roots: Element[] = [];
  // saxes goes on after an error unless it is thrown: the first one ends the reading.
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => refuse('doctype-refused'));
  parser.on('opentag', (tag) => {
    const element = toElement(tag);
    const parent = stack.at(-1);
    (parent?.children ?? roots).push(element);
    stack.push(element);
    if (stack.length > 16) refuse('unexpected-element');
  });
  parser.on('text', (text) => {
    const open = stack.at(-1);
    if (open !== undefined) open.text += text;
  });
  parser.on('cdata', () => refuse('unexpected-element'));
  parser.on('closetag', () => stack.pop());
  // EN 319 162-1 manifests are UTF-8; a byte order mark is tolerated as XML does.
  parser.write(fromUtf8(bytes).replace(/^\ufeff/, '')).close();
  return roots[0] ?? refuse('not-xml');
}

function toElement(tag: SaxesTagNS): Element {
  const attributes = Object.values(tag.attributes)
    .filter(({ uri }) => uri === '')
    .map(({ local, value }) => [local, value] as const);
  return { namespace: tag.uri, local: tag.local, attributes: new Map(attributes), children: [], text: '' };
}

function is(element: Element, local: string, namespace = ASIC_NAMESPACE): boolean {
  return element.namespace === namespace && element.local === local;
}

function collect(root: Element): AsicManifest {
  if (!is(root, 'ASiCManifest')) refuse('unexpected-element');
  const [first, ...rest] = root.children;
  if (first === undefined || !is(first, 'SigReference')) return refuse('signature-reference-missing');
  if (first.children.length > 0) refuse('unexpected-element');
  const references = rest.filter((element) => !isExtensions(element)).map(reference);
  if (references.length === 0) refuse('no-data-reference');
  if (new Set(references.map(({ name }) => name)).size !== references.length) refuse('reference-twice');
  const signatureType = first.attributes.get('MimeType') ?? null;
  return { signature: decodeUri(first.attributes.get('URI')), signatureType, references };
}

/** Extensions may be passed over, unless one of them says that it may not. */
function isExtensions(element: Element): boolean {
  if (!is(element, 'ASiCManifestExtensions') && !is(element, 'DataObjectReferenceExtensions')) return false;
  for (const extension of element.children) {
    if (extension.attributes.get('Critical') !== 'false') refuse('critical-extension');
  }
  return true;
}

function reference(element: Element): ManifestReference {
  if (!is(element, 'DataObjectReference')) refuse('unexpected-element');
  const [method, value, ...rest] = element.children;
  if (method === undefined || !is(method, 'DigestMethod', DSIG_NAMESPACE)) return refuse('digest-invalid');
  if (value === undefined || !is(value, 'DigestValue', DSIG_NAMESPACE)) return refuse('digest-invalid');
  if (!rest.every(isExtensions)) refuse('unexpected-element');
  if (method.attributes.get('Algorithm') !== SHA256_URI) refuse('digest-unsupported');
  const text = value.text.replace(/\s+/g, '');
  const digest = Buffer.from(text, 'base64');
  if (digest.length !== 32 || digest.toString('base64') !== text) refuse('digest-invalid');
  return {
    name: decodeUri(element.attributes.get('URI')),
    mimeType: element.attributes.get('MimeType') ?? null,
    digest: digest.toString('hex') as Sha256,
  };
}

/** Relative to the container's root, percent-decoded (formats 4.3). */
function decodeUri(uri: string | undefined): string {
  if (uri === undefined || /[?#]/.test(uri)) return refuse('uri-invalid');
  let name: string;
  try {
    name = decodeURIComponent(uri);
  } catch {
    return refuse('uri-invalid');
  }
  return isSafeEntryName(name) ? name : refuse('uri-invalid');
}
