import { describe, expect, it } from 'vitest';
import { placeDictionary, readSignedRanges } from '../../../signing/verification/byte-range.ts';

/** An object with a signature dictionary whose ranges fit, unless `range` says other things. */
function file(contents: string, range?: (b: number, c: number, d: number) => string, extra = ''): Uint8Array {
  const head = `%PDF-1.7\n5 0 obj\n<< /Type /Sig${extra} /ByteRange `;
  const room = 60;
  const before = head.length + room + ' /Contents '.length;
  const after = before + contents.length;
  const tail = ' >>\nendobj\n';
  const ranges = (range ?? ((b, c, d) => `[0 ${b} ${c} ${d}]`))(before, after, tail.length);
  return Buffer.from(`${head}${ranges.padEnd(room)} /Contents ${contents}${tail}`, 'latin1');
}
function read(bytes: Uint8Array): ReturnType<typeof readSignedRanges> {
  return readSignedRanges(bytes, placeDictionary(bytes, 9));
}
function codeOf(bytes: Uint8Array): string {
  try {
    read(bytes);
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('the two signed ranges', () => {
  it('are everything but the hex string of this very dictionary', () => {
    const bytes = file('<30030201050000>');
    const { parts, end, cms } = read(bytes);
    expect(end).toBe(bytes.length);
    expect(Buffer.from(cms).toString('hex')).toBe('3003020105');
    expect(parts[0].length + parts[1].length).toBe(bytes.length - '<30030201050000>'.length);
  });

  it.each<[string, string, (b: number, c: number, d: number) => string]>([
    ['three numbers', 'byte-range', (b, c) => `[0 ${b} ${c}]`],
    ['six numbers', 'byte-range', (b, c, d) => `[0 ${b} ${c} ${d} ${c + d} 0]`],
    ['a negative number', 'byte-range', (b, c, d) => `[-0 ${b} ${c} ${d}]`],
    ['a fraction', 'byte-range', (b, c, d) => `[0 ${b}.0 ${c} ${d}]`],
    ['a start that is not 0', 'byte-range', (b, c, d) => `[1 ${b} ${c} ${d}]`],
    ['ranges in the wrong order', 'byte-range', (b, c, d) => `[0 ${c} ${b} ${d}]`],
    ['a range past the end', 'byte-range', (b, c, d) => `[0 ${b} ${c} ${d + 1}]`],
    ['a range that stops inside the dictionary', 'byte-range', (b, c) => `[0 ${b} ${c} 3]`],
    ['a gap one byte wider', 'byte-range-gap', (b, c, d) => `[0 ${b - 1} ${c} ${d}]`],
    ['a gap one byte narrower', 'byte-range-gap', (b, c, d) => `[0 ${b + 1} ${c} ${d}]`],
    ['a gap that ends later', 'byte-range-gap', (b, c, d) => `[0 ${b} ${c + 1} ${d - 1}]`],
    ['references in place of numbers', 'byte-range', () => '[0 7 0 R 8 0 R 9 0 R]'],
    ['no array', 'byte-range', () => 'null'],
  ])('are refused for %s', (_, code, range) => {
    expect(codeOf(file('<3003020105>', range))).toBe(code);
  });

  it.each([
    ['blanks between the digits', '<30 03020105>', 'contents-not-hex'],
    ['two letter cases', '<30030201aA>', 'contents-not-hex'],
    ['an odd digit', '<300302010>', 'contents-not-hex'],
    ['nothing', '<>', 'contents-not-hex'],
    ['a literal string', '(30030201)', 'contents-not-hex'],
    ['padding that is not zero', '<300302010500000100>', 'contents-padding'],
    ['a length that is not minimal', '<308103020105>', 'length-not-minimal'],
    ['an indefinite length', '<30800201050000>', 'indefinite-length'],
    ['a structure that is cut off', '<3030020105>', 'truncated'],
  ])('are refused for a /Contents of %s', (_, contents, code) => {
    expect(codeOf(file(contents))).toBe(code);
  });

  it('are refused for a key that is there twice', () => {
    expect(codeOf(file('<3003020105>', undefined, ' /ByteRange [0 1 2 3]'))).toBe('object-damaged');
  });

  // What is quadratic in it runs into the test's own limit.
  it('are read however long the padding is', () => {
    expect(codeOf(file(`<3003020105${'00'.repeat(4_000_000)}>`))).toBe('ok');
  });
});
