import { describe, expect, it } from 'vitest';
import { parseCaptureContent, recomputeCommitment } from '../../../signing/capture/sealed-content.ts';
import { canonicalBytes } from '../../../signing/canonical-json.ts';
import { sha256, type Sha256 } from '../../../signing/digest.ts';
import { commitment, encodeCaptureContent } from '../../../signing/sealing/capture-content.ts';
import type { BindingStatement } from '../../../signing/sealing/binding-statement.ts';
import { makePki, sampleCapture, sealInput } from '../../support/seal-fixtures.ts';

const H1 = 'a'.repeat(64) as Sha256;
const SALT = Uint8Array.from({ length: 32 }, (_, i) => i);
const capture = sampleCapture(3);
const h2 = commitment(H1, SALT, capture);
const input = sealInput(makePki('p256'), Buffer.from('x'), { name: 'f', box: [0, 0, 0, 0] }, { capture });
const statement: BindingStatement = {
  ...input.binding,
  type: 'countersign.binding',
  version: 1,
  shown: { algorithm: 'sha-256', digest: H1, length: 100 },
  h2,
};
const content = encodeCaptureContent(statement, SALT, capture);

describe('the content of a sealed capture', () => {
  it('is frozen: these digests change only with the format', () => {
    expect(h2).toBe('6ebe66cb54a4a08fb662937fec8cdfa90ca00d604a7887dd0e912b41d8acefaa');
    expect(sha256(content)).toBe('7dc163e8c79b0c52521ac0bf379443534c4412379f99176746ea111ea07283ab');
  });

  it('reads back to the same parts, and H2 recomputes', () => {
    const parsed = parseCaptureContent(content);
    if (!parsed.ok) throw new Error(parsed.error);
    expect(parsed.value.capture).toEqual(capture);
    expect(Buffer.from(parsed.value.salt)).toEqual(Buffer.from(SALT));
    expect(sha256(parsed.value.statement)).toBe(sha256(canonicalBytes(statement)));
    expect(recomputeCommitment(H1, parsed.value)).toBe(h2);
  });

  it('is refused in any other form', () => {
    const value = JSON.parse(Buffer.from(content).toString()) as Record<string, unknown>;
    const problemOf = (bytes: Uint8Array): string => {
      const parsed = parseCaptureContent(bytes);
      return parsed.ok ? 'parsed' : parsed.error;
    };
    expect(problemOf(Buffer.from('nothing'))).toBe('not-json');
    expect(problemOf(Buffer.from(JSON.stringify(value, null, 1)))).toBe('not-canonical');
    const half = Buffer.from(content).toString().replace('"tenant":"', '"tenant":"\\ud800');
    expect(problemOf(Buffer.from(half))).toBe('not-canonical');
    expect(problemOf(canonicalBytes({ ...value, more: 1 }))).toBe('wrong-shape');
    expect(problemOf(canonicalBytes({ ...value, version: 2 }))).toBe('wrong-shape');
    expect(problemOf(canonicalBytes({ ...value, salt: 'AAAA' }))).toBe('wrong-shape');
    expect(problemOf(canonicalBytes({ ...value, capture: {} }))).toBe('capture-malformed');
  });

  it('takes a salt of 32 bytes only', () => {
    expect(() => commitment(H1, SALT.subarray(1), capture)).toThrow(RangeError);
  });
});
