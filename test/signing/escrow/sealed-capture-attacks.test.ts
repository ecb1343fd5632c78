import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import type forge from 'node-forge';
import { describe, expect, it } from 'vitest';
import { canonicalBytes } from '../../../signing/canonical-json.ts';
import {
  encodeDer,
  fromEncoded,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  tagged,
  type Der,
} from '../../../signing/cms/der.ts';
import { encryptFor } from '../../../signing/cms/enveloped-data.ts';
import { EnvelopeError, openEnveloped } from '../../../signing/cms/open-enveloped.ts';
import { openCaptures, type OpenWith } from '../../../signing/escrow/open-captures.ts';
import { makePki } from '../../support/seal-fixtures.ts';
import { FIRST, sealed } from '../verification/samples.ts';

const pki = makePki('p256');
const { escrow, backup } = pki;
const CONTENT = Buffer.from('pen data that nobody may see a part of');
const SEALED = encryptFor(CONTENT, [escrow.certificate, backup.certificate]);
const OTHER = encryptFor(Buffer.from('pen data of somebody else, as long as it'), [
  escrow.certificate,
  backup.certificate,
]);

/** AuthEnvelopedData: version, recipients, content, tag; each recipient: version, name, algorithm, key. */
type Part = readonly number[];
const BODY: Part = [1, 0];
const RECIPIENTS: Part = [...BODY, 1];
const CONTENT_INFO: Part = [...BODY, 2];
const GCM: Part = [...CONTENT_INFO, 1];
const TAG: Part = [...BODY, 3];

function partOf(tree: Der, path: Part): forge.asn1.Asn1 {
  return path.reduce<forge.asn1.Asn1>((node, index) => membersOf(node)[index]!, tree);
}
function membersOf({ value }: forge.asn1.Asn1): forge.asn1.Asn1[] {
  if (!Array.isArray(value)) throw new Error('no members');
  return value;
}
/** The message with one part put in the place of another. @throws Error when nothing changed */
function altered(path: Part, change: (old: Der) => Der | readonly Der[], message = SEALED): Uint8Array {
  const tree = fromEncoded(message);
  const parent = membersOf(partOf(tree, path.slice(0, -1)));
  const made = change(parent[path.at(-1)!]!);
  parent.splice(path.at(-1)!, 1, ...('value' in made ? [made] : made));
  const bytes = encodeDer(tree);
  if (Buffer.compare(bytes, message) === 0) throw new Error('nothing was altered');
  return bytes;
}
const octets = ({ value }: Der): Buffer => Buffer.from(value as string, 'latin1');
/** Every recipient's encrypted key replaced: the order in the SET does not matter then. */
const keys = (key: (old: Buffer) => Uint8Array): Uint8Array =>
  [0, 1].reduce<Uint8Array>(
    (message, i) => altered([...RECIPIENTS, i, 3], (old) => octetString(key(octets(old))), message),
    SEALED,
  );
const wrapped = (key: Uint8Array): Uint8Array => {
  const to = createPublicKey(escrow.privateKey);
  return publicEncrypt({ key: to, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, key);
};
const primitive = (path: Part, bytes: (old: Buffer) => Uint8Array): Uint8Array =>
  altered(path, (old) => ({ ...old, value: Buffer.from(bytes(octets(old))).toString('latin1') }));
const flipped = (old: Buffer): Buffer => Buffer.from(old.map((octet, i) => (i === 0 ? octet ^ 1 : octet)));
const attribute = sequence(objectIdentifier('1.2.3.4'), setOf(integer(1)));
const mine = (message: Uint8Array): Uint8Array =>
  altered(RECIPIENTS, (old) => setOf(...membersOf(old).filter((one) => isOf(one, backup.certificate))), message);
function isOf(recipient: Der, certificate: Uint8Array): boolean {
  return Buffer.from(certificate).includes(Buffer.from(encodeDer(membersOf(membersOf(recipient)[1]!)[1]!)));
}

function codeOf(message: Uint8Array, certificate?: Uint8Array): string {
  try {
    return `opened: ${String(openEnveloped(message, escrow.privateKey, certificate).length)}`;
  } catch (error) {
    if (error instanceof EnvelopeError) return error.code;
    throw error;
  }
}

const FAILED = 'authentication-failed';
/** The same for whoever has the certificate and for whoever tries every recipient, unless two are given. */
const ATTACKS: readonly (readonly [string, string | readonly [named: string, tried: string], () => Uint8Array])[] = [
  ['its recipient removed', 'no-recipient-for-key', () => mine(SEALED)],
  ['no recipients at all', 'no-recipient-for-key', () => altered(RECIPIENTS, () => setOf())],
  ['a bit of the encrypted keys', [FAILED, 'no-recipient-for-key'], () => keys(flipped)],
  ['encrypted keys cut off', [FAILED, 'no-recipient-for-key'], () => keys((old) => old.subarray(1))],
  ['encrypted keys of nothing', [FAILED, 'no-recipient-for-key'], () => keys(() => new Uint8Array())],
  ['a key of sixteen bytes', [FAILED, 'no-recipient-for-key'], () => keys(() => wrapped(Buffer.alloc(16)))],
  ['another key, well encrypted', FAILED, () => keys(() => wrapped(Buffer.alloc(32, 7)))],
  ['the key of all zeros, well encrypted', FAILED, () => keys(() => wrapped(Buffer.alloc(32)))],
  [
    'the recipients of another capture',
    FAILED,
    () => altered(RECIPIENTS, () => partOf(fromEncoded(OTHER), RECIPIENTS)),
  ],
  [
    'the content of another capture',
    FAILED,
    () => altered(CONTENT_INFO, () => partOf(fromEncoded(OTHER), CONTENT_INFO)),
  ],
  ['the tag of another capture', FAILED, () => altered(TAG, () => partOf(fromEncoded(OTHER), TAG))],
  ['a bit of the content', FAILED, () => primitive([...CONTENT_INFO, 2], flipped)],
  ['content cut off', FAILED, () => primitive([...CONTENT_INFO, 2], (old) => old.subarray(0, -1))],
  ['no content', FAILED, () => primitive([...CONTENT_INFO, 2], () => new Uint8Array())],
  ['a bit of the tag', FAILED, () => primitive(TAG, flipped)],
  ['a tag of zeros', FAILED, () => primitive(TAG, () => Buffer.alloc(16))],
  ['a tag of twelve bytes', 'algorithm-unsupported', () => primitive(TAG, (old) => old.subarray(0, 12))],
  ['a tag of four bytes', 'algorithm-unsupported', () => primitive(TAG, (old) => old.subarray(0, 4))],
  ['no tag', 'algorithm-unsupported', () => primitive(TAG, () => new Uint8Array())],
  ['a tag said to be shorter', 'algorithm-unsupported', () => altered([...GCM, 1, 1], () => integer(12))],
  ['a tag of unsaid length', 'algorithm-unsupported', () => altered([...GCM, 1, 1], () => [])],
  ['a bit of the nonce', FAILED, () => primitive([...GCM, 1, 0], flipped)],
  ['a longer nonce', 'algorithm-unsupported', () => primitive([...GCM, 1, 0], () => Buffer.alloc(16))],
  ...(
    [
      ['AES-128-GCM', '2.16.840.1.101.3.4.1.6'],
      ['AES-256-CCM', '2.16.840.1.101.3.4.1.47'],
      ['AES-256-CBC', '2.16.840.1.101.3.4.1.42'],
      ['triple DES', '1.2.840.113549.3.7'],
    ] as const
  ).map(
    ([name, id]) =>
      [
        `encryption said to be ${name}`,
        'algorithm-unsupported',
        () => altered([...GCM, 0], () => objectIdentifier(id)),
      ] as const,
  ),
  [
    'keys said to be encrypted by PKCS #1 v1.5',
    'algorithm-unsupported',
    () => altered([...RECIPIENTS, 0, 2], () => sequence(objectIdentifier('1.2.840.113549.1.1.1'))),
  ],
  [
    'OAEP of unsaid digest, which is SHA-1',
    'algorithm-unsupported',
    () => altered([...RECIPIENTS, 0, 2, 1], () => sequence()),
  ],
  ['authenticated attributes put in', FAILED, () => altered(TAG, (tag) => [tagged(1, attribute), tag])],
  ['attributes nobody authenticates', 'malformed', () => altered(TAG, (tag) => [tag, tagged(2, attribute)])],
  [
    'content of another type',
    'algorithm-unsupported',
    () => altered([...CONTENT_INFO, 0], () => objectIdentifier('1.2.840.113549.1.7.2')),
  ],
  [
    'plain EnvelopedData, which nothing authenticates',
    'not-auth-enveloped',
    () => altered([0], () => objectIdentifier('1.2.840.113549.1.7.3')),
  ],
  ['another version', 'malformed', () => altered([...BODY, 0], () => integer(1))],
  ['a recipient of another version', 'malformed', () => altered([...RECIPIENTS, 0, 0], () => integer(2))],
  ['bytes behind it', 'not-der', () => Buffer.concat([SEALED, Buffer.alloc(1)])],
  ['its end cut off', 'not-der', () => SEALED.subarray(0, -1)],
];

describe('a sealed capture with', () => {
  it.each(ATTACKS)('%s stays closed: %s', (_, codes, make) => {
    const [named, tried] = typeof codes === 'string' ? [codes, codes] : codes;
    const message = make();
    expect(codeOf(message, escrow.certificate)).toBe(named);
    expect(codeOf(message)).toBe(tried);
  });

  it('nothing altered opens', () => {
    expect([codeOf(SEALED, escrow.certificate), codeOf(SEALED)]).toEqual(Array(2).fill(`opened: ${CONTENT.length}`));
  });

  it('any failure to decrypt has one name for whoever opens it, and no plain text is in it', async () => {
    const use: OpenWith = { key: escrow.privateKey, roots: [] };
    const told = new Set<string>();
    for (const [, codes, make] of ATTACKS) {
      if (![codes].flat().some((code) => code === FAILED || code === 'no-recipient-for-key')) continue;
      for (const own of [use, { ...use, certificate: escrow.certificate }]) {
        told.add(JSON.stringify(await openCaptures(make(), own)));
      }
    }
    expect([...told]).toEqual([JSON.stringify({ ok: false, error: 'none-opened' })]);
  });
});

describe('what was sealed in a capture, well encrypted to the escrow holder, but', () => {
  const use: OpenWith = { key: escrow.privateKey, certificate: escrow.certificate, roots: [] };
  type Content = Record<string, Record<string, unknown>>;
  async function contents(): Promise<readonly [Content, Content]> {
    const one = await sealed(pki, [FIRST], { sample: { fields: [FIRST] } });
    const two = await sealed(pki, [FIRST], { sample: { fields: [FIRST], pages: 2 } });
    const open = ({ seals }: typeof one): Content =>
      JSON.parse(Buffer.from(openEnveloped(seals[0]!.sealedCapture!, escrow.privateKey)).toString()) as Content;
    return [open(one), open(two)];
  }
  const seal = (content: Uint8Array): Uint8Array => encryptFor(content, [escrow.certificate, backup.certificate]);
  const h2 = async (content: Content): Promise<string> => {
    const opened = await openCaptures(seal(canonicalBytes(content)), use);
    return opened.ok ? opened.value.captures[0]!.checks.h2.code : opened.error;
  };

  it('of another document, another salt or another record does not fit its commitment', async () => {
    const [one, two] = await contents();
    expect(await h2(one)).toBe('ok');
    for (const swap of ['binding', 'salt'] as const)
      expect(await h2({ ...one, [swap]: two[swap]! })).toBe('capture-digest');
    const record = { ...one['capture'], cleared: 1 };
    expect(await h2({ ...one, capture: record })).toBe('capture-digest');
  });

  it('in another form is not taken', async () => {
    const [one] = await contents();
    const text = Buffer.from(canonicalBytes(one as never)).toString();
    for (const other of [` ${text}`, text.replace('{', '{"extra":1,'), text.slice(0, -1), '', 'null']) {
      expect(await openCaptures(seal(Buffer.from(other)), use)).toEqual({ ok: false, error: 'none-opened' });
    }
  });
});
