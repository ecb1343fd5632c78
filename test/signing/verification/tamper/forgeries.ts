import { sign } from 'node:crypto';
import { concat, utf8 } from '../../../../signing/bytes.ts';
import {
  encodeDer,
  fromEncoded,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  tagged,
  taggedSetOf,
} from '../../../../signing/cms/der.ts';
import { expectSequence, readDer, type DerValue } from '../../../../signing/cms/der-reader.ts';
import { OID } from '../../../../signing/cms/oids.ts';
import { sha256 } from '../../../../signing/digest.ts';
import { buildSignedData } from '../../../../signing/sealing/signed-data.ts';
import { readPdf } from '../../../../signing/pdf/read-pdf.ts';
import { contents } from '../pdf-edits.ts';
import { FIRST, sealOne } from '../samples.ts';
import { lastSignature, rewritten, signedBytes, withCms, type Tampering, type TamperWorld } from './tampering.ts';

const RANGE = /\/ByteRange \[[^\]]*\] */;
const CONTENTS = /<[0-9a-f]{60000,}>/;
const CHANGED_CONTENT = (file: string): string => file.replace('/MediaBox', '/MediaBoy');

/** Universal signature forgery: content is changed, and the signature made unreadable in the hope of being passed over. */
function universal(name: string, alter: (text: string) => string): Tampering {
  const make = ({ once }: TamperWorld) => ({ bytes: rewritten(once, (file) => alter(CHANGED_CONTENT(file))) });
  return { class: 'USF', name, make };
}
const range = (value: string) => (file: string) =>
  file.replace(RANGE, (old) => `/ByteRange ${value}`.padEnd(old.length));
const signature = (value: string) => (file: string) => file.replace(CONTENTS, (old) => value.padEnd(old.length));

const UNIVERSAL: readonly Tampering[] = [
  universal('/Contents null', signature('null')),
  universal('/Contents empty', signature('<>')),
  universal('/Contents 00', signature('<00>')),
  universal('/ByteRange null', range('null')),
  universal('/ByteRange empty', range('[]')),
  universal('/ByteRange of negative numbers', range('[0 -1 -1 0]')),
  universal('/ByteRange of nothing', range('[0 0 0 0]')),
  universal('/SubFilter unknown', (file) => file.replace('/ETSI.CAdES.detached', '/ETSI.CAdES.detachee')),
];

/**
 * The second range is moved behind a hole. It still ends with the `startxref` that was signed, so what stands at that
 * offset now, in the hole, is the forger's cross-reference: it leads to the moved objects and to the forger's own.
 */
function wrapped(once: Uint8Array): Uint8Array {
  const { before, after, length } = lastSignature(once);
  const text = Buffer.from(once).toString('latin1');
  const xrefAt = text.lastIndexOf('xref\n', text.lastIndexOf('startxref') - 1);
  const trailer = text.slice(text.lastIndexOf('trailer'), text.lastIndexOf('startxref'));
  const forged = `${String(contents(readPdf(once)).number)} 0 obj\n<< /Length 18 >>\nstream\n0 0 500 500 re f   \nendstream\nendobj\n`;
  const rows = [...text.slice(xrefAt, text.lastIndexOf('trailer')).matchAll(/(\d+) (\d+)\n((?:\d{10} \d{5} n \n)+)/g)];
  const entries = rows.flatMap(([, start, , list]) =>
    list!.match(/\d{10}(?= )/g)!.map((offset, i) => [Number(start) + i, Number(offset)] as const),
  );
  const hole = (moved: number): string => {
    // Of two /ByteRange readers take the last, which nobody signed.
    const range = `/ByteRange [0 ${before} ${after + moved} ${length}]`.padEnd(60);
    const closing = `\n${range}\n/M (D:20261123080910Z)\n>>\nendobj\n`;
    const lines = entries.map(([number, offset]) => row(number, offset >= after ? offset + moved : offset));
    const own = row(contents(readPdf(once)).number, after + closing.length);
    return `${(closing + forged).padEnd(xrefAt - after)}xref\n${lines.join('')}${own}${trailer}`;
  };
  return concat(once.subarray(0, after), utf8(hole(hole(0).length)), once.subarray(after));
}
function row(number: number, offset: number): string {
  return `${String(number)} 1\n${String(offset).padStart(10, '0')} 00000 n \n`;
}

const WRAPPED: readonly Tampering[] = [
  {
    class: 'SWA',
    name: 'the second range moved, other objects and their cross-reference in the hole',
    make: ({ once }) => ({ bytes: wrapped(once) }),
  },
  {
    class: 'SWA',
    name: 'blanks in the hole of the /ByteRange',
    make: ({ once }) => {
      const { before, after, length } = lastSignature(once);
      const moved = concat(once.subarray(0, after), utf8(' '.repeat(64)), once.subarray(after));
      return {
        bytes: rewritten(moved, (file) =>
          file.replace(RANGE, (old) => `/ByteRange [0 ${before} ${after + 64} ${length}]`.padEnd(old.length)),
        ),
      };
    },
  },
];

/** The parts of a SignedData, to be put together in another way. */
function partsOf(cms: Uint8Array): { readonly signedData: readonly DerValue[]; readonly signer: DerValue } {
  const signedData = expectSequence(expectSequence(readDer(cms))[1]!.children[0]);
  return { signedData, signer: signedData[4]!.children[0]! };
}
const same = (value: DerValue | undefined) => fromEncoded(value!.encoded);

function rebuilt(
  cms: Uint8Array,
  changes: { readonly content?: Uint8Array; readonly signers?: readonly Uint8Array[] },
): Uint8Array {
  const { signedData, signer } = partsOf(cms);
  const [version, digests, , certificates] = signedData;
  const encapsulated = sequence(
    objectIdentifier(OID.data),
    ...(changes.content === undefined ? [] : [tagged(0, octetString(changes.content))]),
  );
  const signers = (changes.signers ?? [signer.encoded]).map(fromEncoded);
  const body = sequence(same(version), same(digests), encapsulated, same(certificates), setOf(...signers));
  return encodeDer(sequence(objectIdentifier(OID.signedData), tagged(0, body)));
}

function cmsForgery(name: string, make: (world: TamperWorld) => Promise<Uint8Array>): Tampering {
  return { class: 'CMS', name, make: async (world) => ({ bytes: await make(world) }) };
}

/**
 * A signature by our own key over other content, as a signer's second document gives a forger. It sorts behind `first` (a SET
 * OF has one order), so that who looks at the first signer only sees a good one.
 */
async function otherSigner({ pki }: TamperWorld, first: Uint8Array): Promise<Uint8Array> {
  for (let number = 0; ; number += 1) {
    const digest = Buffer.from(sha256(utf8(`another document ${String(number)}`)), 'hex');
    const other = partsOf(await buildSignedData({ profile: 'pades', digest, signer: pki.signer })).signer.encoded;
    if (Buffer.compare(other, first) > 0) return other;
  }
}

const CMS: readonly Tampering[] = [
  cmsForgery('two SignerInfos, one of another document', async (world) => {
    const { cms } = lastSignature(world.once);
    const first = partsOf(cms).signer.encoded;
    const signers = [first, await otherSigner(world, first)];
    return withCms(world.once, rebuilt(cms, { signers }));
  }),
  cmsForgery('content inside the CMS, the document another one', (world) => {
    const { cms } = lastSignature(world.once);
    const inside = withCms(world.once, rebuilt(cms, { content: signedBytes(world.once) }));
    return Promise.resolve(rewritten(inside, (file) => file.replace('[ 0 0 595', '[ 0 0 395')));
  }),
  cmsForgery('the CMS of another document of the same signer', async ({ once, pki, unsigned }) => {
    const other = await sealOne(pki, unsigned, FIRST, { signedAt: new Date('2026-11-20T08:00:00Z') });
    return withCms(once, lastSignature(other.bytes).cms);
  }),
  cmsForgery('signed again by a stranger under the certificate of the signer', async ({ once, pki, strangerKey }) => {
    const digest = Buffer.from(sha256(signedBytes(once)), 'hex');
    const signer = {
      ...pki.signer,
      sign: async (data: Uint8Array) => Promise.resolve(sign('sha256', data, strangerKey)),
    };
    return withCms(once, await buildSignedData({ profile: 'pades', digest, signer }));
  }),
];

const SIGNATURE_TIMESTAMP = '1.2.840.113549.1.9.16.2.14';

/** The CMS with a token as its unsigned attribute (RFC 3161, appendix A). */
export function withToken(cms: Uint8Array, token: Uint8Array): Uint8Array {
  const { signer } = partsOf(cms);
  const attribute = sequence(objectIdentifier(SIGNATURE_TIMESTAMP), setOf(fromEncoded(token)));
  const parts = signer.children.map((part) => fromEncoded(part.encoded));
  return rebuilt(cms, { signers: [encodeDer(sequence(...parts, taggedSetOf(1, attribute)))] });
}

/** What a signature time-stamp is made over. */
export function signatureValue(cms: Uint8Array): Uint8Array {
  return partsOf(cms).signer.children[5]!.content;
}

const STAMPS: readonly Tampering[] = [
  {
    class: 'time-stamp',
    name: 'the time-stamp of another signature',
    make: async ({ once, twice, stamp }) => {
      const token = await stamp(signatureValue(lastSignature(once).cms));
      return { bytes: withCms(twice, withToken(lastSignature(twice).cms, token)), signed: twice };
    },
  },
];

export const FORGERIES: readonly Tampering[] = [...UNIVERSAL, ...WRAPPED, ...CMS, ...STAMPS];
