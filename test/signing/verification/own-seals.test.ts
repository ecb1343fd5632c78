import { sign, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { concat, utf8 } from '../../../signing/bytes.ts';
import { canonicalBytes } from '../../../signing/canonical-json.ts';
import { bitString, encodeDer, fromEncoded, sequence } from '../../../signing/cms/der.ts';
import { expectSequence, readDer } from '../../../signing/cms/der-reader.ts';
import { sha256, type Sha256 } from '../../../signing/digest.ts';
import { readPdf } from '../../../signing/pdf/read-pdf.ts';
import { PdfUpdate, flateStream } from '../../../signing/pdf/pdf-update.ts';
import { dict, isArray, isRef, name } from '../../../signing/pdf/objects.ts';
import { verifyPdf, type VerifyOptions } from '../../../signing/verification/verify-pdf.ts';
import type { DocumentReport } from '../../../signing/verification/verification-report.ts';
import { makePki, newKeys, type KeyKind, type TestPki } from '../../support/seal-fixtures.ts';
import { FIRST, sealed, sealOne, SECOND, type SealedSample } from './samples.ts';

const pkis: Readonly<Record<KeyKind, TestPki>> = { rsa: makePki('rsa'), p256: makePki('p256') };
const pki = pkis.p256;
let sample: SealedSample;
beforeAll(async () => {
  sample = await sealed(pki);
});

function all(changes: Partial<VerifyOptions> = {}): VerifyOptions {
  const { bindings, captures } = sample;
  return { name: 'x', roots: [pki.root.certificate], bindings, captures, escrowKey: pki.escrow.privateKey, ...changes };
}
/** A certificate by sha256WithRSAEncryption, issued once more with SHA-1. */
function certifiedAgain(certificate: Uint8Array, key: KeyObject): Uint8Array {
  const [tbs, algorithm] = expectSequence(readDer(certificate)).map(({ encoded }) =>
    Buffer.from(Buffer.from(encoded).toString('hex').replace('2a864886f70d01010b', '2a864886f70d010105'), 'hex'),
  );
  return encodeDer(sequence(fromEncoded(tbs!), fromEncoded(algorithm!), bitString(sign('sha1', tbs!, key))));
}

function codes(report: DocumentReport, check: 'integrity' | 'binding' | 'commitment' | 'opened' | 'chain'): string[] {
  return report.signatures.map((signature) => signature[check].code);
}
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

describe('documents that a kiosk sealed', () => {
  it.each<[KeyKind, boolean]>([
    ['rsa', false],
    ['rsa', true],
    ['p256', false],
    ['p256', true],
  ])('pass every check with a %s key, object streams %s', async (kind, objectStreams) => {
    const own = await sealed(pkis[kind], [FIRST, SECOND], { sample: { objectStreams } });
    const report = await verifyPdf(own.bytes, {
      ...{ name: 'x', roots: [pkis[kind].root.certificate], bindings: own.bindings, captures: own.captures },
      escrowKey: pkis[kind].backup.privateKey,
    });
    expect(report.verdict).toBe('passed');
    expect(report.signatures.map(({ level }) => level)).toEqual(['B-B', 'B-B']);
    expect(report.signatures.map(({ coverage }) => coverage.covers)).toEqual(['revision', 'whole-file']);
    for (const signature of report.signatures) {
      for (const check of [
        'integrity',
        'chain',
        'coverage',
        'laterChanges',
        'binding',
        'commitment',
        'opened',
      ] as const) {
        expect(signature[check].outcome).toBe('passed');
      }
      expect(signature.signerName).toBe('Žig poslovalnice Škofja Loka');
      expect(signature.claimedTime).toBe('2026-11-23T08:09:10.000Z');
    }
  });

  it('pass alone: the binding is recomputed, what is not there is absent', async () => {
    const report = await verifyPdf(sample.bytes, { name: 'x', roots: [pki.root.certificate] });
    expect(report.verdict).toBe('passed');
    expect(codes(report, 'binding')).toEqual(['ok', 'ok']);
    expect(codes(report, 'commitment')).toEqual(['capture-not-here', 'capture-not-here']);
    expect(codes(report, 'opened')).toEqual(['no-escrow-key', 'no-escrow-key']);
  });

  it('are indeterminate without a root and fail with a stranger’s', async () => {
    const none = await verifyPdf(sample.bytes, all({ roots: [] }));
    expect([none.verdict, ...codes(none, 'chain')]).toEqual(['indeterminate', 'no-trust-root', 'no-trust-root']);
    const other = await verifyPdf(sample.bytes, all({ roots: [pkis.rsa.root.certificate] }));
    expect([other.verdict, ...codes(other, 'chain')]).toEqual(['failed', 'chain-untrusted', 'chain-untrusted']);
  });

  it('say picture-only where no pen data was agreed to', async () => {
    const own = await sealed(pki, [FIRST], { changes: { capture: null } });
    const report = await verifyPdf(own.bytes, all({ bindings: own.bindings, captures: own.captures }));
    expect(report.verdict).toBe('passed');
    expect(codes(report, 'commitment')).toEqual(['picture-only']);
    expect(codes(report, 'opened')).toEqual(['picture-only']);
  });

  it('do not pass when an authority above them was certified with SHA-1', async () => {
    const { issuing, root, seal, signer } = pkis.rsa;
    const weak = certifiedAgain(issuing.certificate, root.privateKey);
    const own = await sealed({ ...pkis.rsa, signer: { ...signer, chain: [seal.certificate, weak] } }, [FIRST]);
    const report = await verifyPdf(own.bytes, { name: 'x', roots: [root.certificate] });
    expect([report.verdict, ...codes(report, 'chain')]).toEqual(['failed', 'signature-algorithm']);
  });

  it('do not pass when the key of the seal may not sign', async () => {
    const wrong = { ...pki, signer: { ...pki.signer, chain: [pki.issuing.certificate] } };
    const own = await sealed(wrong, [FIRST]);
    const report = await verifyPdf(own.bytes, { name: 'x', roots: [pki.root.certificate] });
    expect(report.signatures[0]!.integrity.code).toBe('signature-value');
    expect(report.verdict).toBe('failed');
  });
});

describe('swapped and forged evidence', () => {
  const restated = (bytes: Uint8Array, changes: object): Uint8Array =>
    canonicalBytes({ ...(JSON.parse(Buffer.from(bytes).toString()) as object), ...changes });

  it('finds a missing or altered binding statement', async () => {
    const [seal] = sample.seals;
    const altered = restated(seal!.statement, { ceremony: 'another' });
    const bindings = new Map([[seal!.bindingDigest, altered]]);
    expect(codes(await verifyPdf(sample.bytes, all({ bindings })), 'binding')).toEqual([
      'binding-statement-missing',
      'binding-statement-missing',
    ]);
  });

  it('finds captures that were swapped, altered or left out', async () => {
    const [one, two] = sample.seals;
    const swapped = new Map<Sha256, Uint8Array>([
      [one!.sealedCaptureDigest!, two!.sealedCapture!],
      [two!.sealedCaptureDigest!, one!.sealedCapture!],
    ]);
    for (const captures of [swapped, new Map<Sha256, Uint8Array>()]) {
      const report = await verifyPdf(sample.bytes, all({ captures }));
      expect(codes(report, 'commitment')).toEqual(['capture-mismatch', 'capture-mismatch']);
      expect(report.verdict).toBe('failed');
    }
  });

  it('cannot judge a capture with another escrow key, and says so', async () => {
    const report = await verifyPdf(sample.bytes, all({ escrowKey: newKeys('rsa').privateKey }));
    expect(codes(report, 'opened')).toEqual(['escrow-key', 'escrow-key']);
    expect(report.verdict).toBe('indeterminate');
  });

  it('finds a statement about another field, place, answer or length', async () => {
    const original = sample.revisions[0]!;
    const { seal, bytes } = await sealOne(pki, original, FIRST);
    const base = JSON.parse(Buffer.from(seal.statement).toString()) as Record<string, Record<string, unknown>>;
    const text = latin1(bytes);
    // The seal is made over whatever digest the statement has: forge one and sign again, as a faulty kiosk would.
    for (const changes of [
      { field: { ...base['field'], name: 'another' } },
      { field: { ...base['field'], page: 3 } },
      { field: { ...base['field'], box: { x: 0, y: 0, width: 10, height: 10 } } },
      { shown: { ...base['shown'], length: 10 } },
      { consent: { ...base['consent'], answer: 'picture-only' } },
      { h2: null },
    ]) {
      const statement = restated(seal.statement, changes);
      const forged = text.replace(new RegExp(seal.bindingDigest, 'gi'), sha256(statement));
      const report = await verifyPdf(
        Buffer.from(forged, 'latin1'),
        all({ bindings: new Map([[sha256(statement), statement]]) }),
      );
      expect(codes(report, 'binding')).toEqual(['binding-statement']);
      expect(codes(report, 'integrity')).toEqual(['digest-mismatch']);
    }
  });

  it('finds a shown revision that is not a prefix, or was changed before it was signed', async () => {
    const original = sample.revisions[0]!;
    const file = readPdf(original);
    const update = new PdfUpdate(file);
    const list = file.resolve(file.pages()[0]!.dict.entries.get('Contents'));
    const target = isArray(list) ? list.items[0] : file.pages()[0]!.dict.entries.get('Contents');
    if (!isRef(target)) throw new Error('no contents');
    update.set(target, flateStream({ Extra: dict({ A: name('B') }) }, utf8('0 0 9 9 re f')));
    const changed = concat(original, update.finish().increment);
    const shown = { digest: sha256(original), length: original.length };
    const signed = await sealOne(pki, changed, FIRST, { shown });
    const report = await verifyPdf(signed.bytes, { name: 'x', roots: [pki.root.certificate] });
    expect(codes(report, 'binding')).toEqual(['shown-then-changed']);
    expect(report.verdict).toBe('failed');
    const short = { digest: sha256(original.subarray(0, 500)), length: 500 };
    const cut = await sealOne(pki, original, FIRST, { shown: short });
    expect(codes(await verifyPdf(cut.bytes, { name: 'x', roots: [] }), 'binding')).toEqual(['shown-length']);
  });
});

describe('attacks on the signature itself', () => {
  const damaged = async (alter: (text: string) => string): Promise<DocumentReport> =>
    verifyPdf(Buffer.from(alter(latin1(sample.revisions[1]!)), 'latin1'), { name: 'x', roots: [pki.root.certificate] });

  const ATTACKS: readonly (readonly [string, string, (text: string) => string])[] = [
    ['padding that is not zero', 'contents-padding', (text) => text.replace(/00>/, '01>')],
    ['an odd number of hex digits', 'contents-not-hex', (text) => text.replace(/000>/, '00 >')],
    [
      'a digit of the other letter case',
      'contents-not-hex',
      (text) => text.replace(/(\/Contents <[^a]*)a/, (_, before: string) => `${before}A`),
    ],
    [
      'a signature that is empty',
      'der-not-strict',
      (text) => text.replace(/<[0-9a-f]{60000,}>/, (hex) => hex.replace(/[1-9a-f]/g, '0')),
    ],
    ['a missing /Contents', 'contents-missing', (text) => text.replace('/Contents <', '/Contentz <')],
    ['a missing /ByteRange', 'byte-range-missing', (text) => text.replace('/ByteRange', '/ByteRangf')],
    [
      'a /ByteRange that is null',
      'byte-range',
      (text) => text.replace(/\/ByteRange \[[^\]]*\]/, (range) => '/ByteRange null'.padEnd(range.length)),
    ],
    ['a /ByteRange that begins later', 'byte-range', (text) => text.replace('/ByteRange [0', '/ByteRange [1')],
    [
      'a hole wider than the signature',
      'byte-range-gap',
      (text) =>
        text.replace(/\[0 (\d+) (\d+) (\d+)\]/, (_, a, b, c) =>
          `[0 ${Number(a) - 9} ${String(b)} ${String(c)}]`.padEnd(`[0 ${String(a)} ${String(b)} ${String(c)}]`.length),
        ),
    ],
    ['another kind of signature', 'sub-filter', (text) => text.replace('/ETSI.CAdES.detached', '/ETSI.CAdES.detachee')],
    ['a changed claimed time', 'digest-mismatch', (text) => text.replace('D:20261123', 'D:20251123')],
    ['a changed digest of the capture', 'digest-mismatch', (text) => text.replace(/(SealedCapture <)../, '$100')],
    ['changed content before the signature', 'digest-mismatch', (text) => text.replace('/MediaBox', '/MediaBoy')],
  ];
  it.each(ATTACKS)('finds %s', async (_, code, alter) => {
    const report = await damaged(alter);
    expect(report.structure.outcome === 'passed' ? codes(report, 'integrity') : [report.structure.code]).toEqual([
      code,
    ]);
    expect(report.verdict).toBe('failed');
  });

  it('finds the signature of another revision in place of its own', async () => {
    const hex = (bytes: Uint8Array): readonly string[] => latin1(bytes).match(/<[0-9a-f]{60000,}>/g) ?? [];
    const [one, two] = hex(sample.bytes);
    const text = latin1(sample.bytes).replace(two!, one!);
    const report = await verifyPdf(Buffer.from(text, 'latin1'), { name: 'x', roots: [] });
    expect(codes(report, 'integrity')).toEqual(['ok', 'digest-mismatch']);
  });
});
