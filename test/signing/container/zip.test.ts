import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { isCanonicalZip, readZip, type ZipLimits, type ZipProblemCode } from '../../../signing/container/zip.ts';
import { DOCUMENT_LIMITS } from '../../../signing/documents/document.ts';
import { writeZip, type ZipEntry } from '../../../signing/container/zip-writer.ts';
import { rawZip } from '../../support/raw-zip.ts';
import { scratch } from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';

const work = scratch();
afterAll(() => work.end());
const fixtures = path.resolve(import.meta.dirname, '../../fixtures/lgpl/asic');
const fixture = (name: string): Uint8Array => readFileSync(path.join(fixtures, name));
const entry = (name: string, text: string): ZipEntry => ({ name, bytes: Buffer.from(text) });
const SAMPLE = [entry('mimetype', 'application/vnd.etsi.asic-e+zip'), entry('a/č š ž.txt', 'abc'), entry('empty', '')];

function codeOf(bytes: Uint8Array, limits?: ZipLimits): ZipProblemCode | 'read' {
  const read = readZip(bytes, limits);
  return read.ok ? 'read' : read.error.code;
}

/** A container with one change in the local and one in the central header of the entry. */
function patched(
  entries: readonly ZipEntry[],
  patch: (bytes: Buffer, local: number, central: number) => unknown,
): Buffer {
  const bytes = Buffer.from(writeZip(entries));
  patch(bytes, bytes.indexOf('PK\x03\x04'), bytes.indexOf('PK\x01\x02'));
  return bytes;
}

describe('the canonical container', () => {
  it('reads back what was written, in order', () => {
    const read = readZip(writeZip(SAMPLE));
    if (!read.ok) throw new Error(read.error.code);
    expect(read.value.canonical).toBe(true);
    expect(read.value.entries.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()])).toEqual(
      SAMPLE.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]),
    );
  });

  it('has the magic of ASiC at offsets 0, 30 and 38', () => {
    const bytes = Buffer.from(writeZip(SAMPLE));
    expect(bytes.subarray(0, 4).toString('hex')).toBe('504b0304');
    expect(bytes.subarray(30, 69).toString()).toBe('mimetypeapplication/vnd.etsi.asic-e+zip');
  });

  it('is a good archive to unzip', (ctx) => {
    requireTool(ctx, 'unzip');
    const out = execFileSync('unzip', ['-t', work.file('canonical.zip', writeZip(SAMPLE))]).toString();
    expect(out).toContain('No errors detected');
  });

  it('shows every flipped bit, wherever it is', () => {
    const bytes = writeZip(SAMPLE);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = new Uint8Array(bytes);
      changed[bit >> 3] = changed[bit >> 3]! ^ (1 << (bit & 7));
      const read = readZip(changed);
      const same =
        read.ok &&
        read.value.canonical &&
        read.value.entries.every(({ name, bytes: own }, i) => {
          return name === SAMPLE[i]!.name && Buffer.compare(own, SAMPLE[i]!.bytes) === 0;
        });
      expect(same, `bit ${String(bit)}`).toBe(false);
    }
  });

  it('reads any entries back (property)', () => {
    const name = fc.stringMatching(/^[a-z0-9]{1,8}(\/[a-z0-9č]{1,8}){0,2}$/);
    const entries = fc.uniqueArray(fc.record({ name, bytes: fc.uint8Array({ maxLength: 200 }) }), {
      selector: ({ name: own }) => own,
      maxLength: 8,
    });
    fc.assert(
      fc.property(entries, (list) => {
        const read = readZip(writeZip(list));
        expect(read.ok && read.value.canonical).toBe(true);
        expect(read.ok && read.value.entries.map(({ name: own, bytes }) => [own, [...bytes]])).toEqual(
          list.map(({ name: own, bytes }) => [own, [...bytes]]),
        );
      }),
      { seed: 20261123, numRuns: 100 },
    );
  });

  it('is not written with a name twice or an unsafe name', () => {
    expect(() => writeZip([entry('a', ''), entry('A', '')])).toThrow(RangeError);
    for (const name of ['', '/a', '../a', 'a/../b', 'a//b', 'a\\b', 'C:a', 'a/', './a', 'a\0b']) {
      expect(() => writeZip([entry(name, '')]), JSON.stringify(name)).toThrow(RangeError);
    }
  });
});

describe('hostile containers', () => {
  const one = [entry('aaaaaa', 'content')];

  it('are refused for unsafe names in both headers', () => {
    for (const name of ['../../', '/aaaaa', 'a\\aaaa', 'C:aaaa', 'aa//aa', 'aa/../', 'aaa\0aa', './aaaa']) {
      const bytes = patched(one, (zip, local, central) => {
        zip.write(name, local + 30, 'latin1');
        zip.write(name, central + 46, 'latin1');
      });
      expect(codeOf(bytes), JSON.stringify(name)).toBe('name-unsafe');
    }
  });

  it.each<[string, ZipProblemCode, (zip: Buffer, local: number, central: number) => unknown]>([
    ['names that differ', 'headers-disagree', (zip, local) => zip.write('bbbbbb', local + 30)],
    ['methods that differ', 'headers-disagree', (zip, local) => zip.writeUInt16LE(8, local + 8)],
    ['sizes that differ', 'headers-disagree', (zip, local) => zip.writeUInt32LE(6, local + 22)],
    ['a wrong checksum', 'content-damaged', (zip, local) => zip.writeUInt8(0x41, local + 36)],
    [
      'encryption',
      'feature-unsupported',
      (zip, local, central) => (zip.writeUInt16LE(1, local + 6), zip.writeUInt16LE(1, central + 8)),
    ],
    [
      'an unknown method',
      'feature-unsupported',
      (zip, local, central) => (zip.writeUInt16LE(14, local + 8), zip.writeUInt16LE(14, central + 10)),
    ],
    [
      'a symbolic link',
      'link',
      (zip, _, central) => (zip.writeUInt8(3, central + 5), zip.writeUInt32LE(0xa1ff0000, central + 38)),
    ],
    ['ZIP64 sizes', 'feature-unsupported', (zip, _, central) => zip.writeUInt32LE(0xffffffff, central + 20)],
    ['another disk', 'feature-unsupported', (zip, _, central) => zip.writeUInt16LE(1, central + 34)],
    ['an offset into another entry', 'data-around', (zip, _, central) => zip.writeUInt32LE(3, central + 42)],
    ['a damaged central header', 'header-damaged', (zip, _, central) => zip.writeUInt8(0, central)],
    ['a damaged local header', 'header-damaged', (zip, local) => zip.writeUInt8(0, local)],
    [
      'non-ASCII names without the UTF-8 bit',
      'name-unsafe',
      (zip, local, central) => (zip.write('č', local + 30), zip.write('č', central + 46)),
    ],
  ])('are refused for %s', (_, code, patch) => {
    expect(codeOf(patched(one, patch))).toBe(code);
  });

  it('are refused for data before, between and after', () => {
    const zip = Buffer.from(writeZip(one));
    expect(codeOf(Buffer.concat([Buffer.from('MZ'), zip]))).toBe('data-around');
    expect(codeOf(Buffer.concat([zip, Buffer.from('x')]))).toBe('data-around');
    const central = zip.indexOf('PK\x01\x02');
    const between = Buffer.concat([zip.subarray(0, central), Buffer.from('xx'), zip.subarray(central)]);
    between.writeUInt32LE(central + 2, between.length - 6);
    expect(codeOf(between)).toBe('data-around');
    expect(codeOf(Buffer.from('not a zip at all, only text'))).toBe('not-a-zip');
    expect(codeOf(new Uint8Array())).toBe('not-a-zip');
  });

  it('are refused for names that some reader would take for one', () => {
    const bytes = Buffer.from('x');
    for (const name of ['DOC/a.pdf', 'doc/a.pdf.', 'doc/a.pdf ', 'doc./a.pdf', 'doc/a\u200b.pdf']) {
      const zip = rawZip([
        { name: 'doc/a.pdf', bytes },
        { name, bytes },
      ]);
      expect(codeOf(zip), JSON.stringify(name)).toBe('name-twice');
    }
    expect(
      codeOf(
        rawZip([
          { name: 'doc/a.pdf', bytes },
          { name: 'doc/a', bytes },
        ]),
      ),
    ).toBe('read');
  });

  it('are refused for another name in an extra field, and read when it is the same name', () => {
    const extra = (shown: string): Buffer => {
      const field = Buffer.alloc(9);
      field.writeUInt16LE(0x7075, 0);
      field.writeUInt16LE(5 + shown.length, 2);
      return Buffer.concat([Buffer.from('\x55\x54\x01\x00\x01', 'latin1'), field, Buffer.from(shown)]);
    };
    const said = (shown: string): Uint8Array =>
      rawZip([{ name: 'a.pdf', bytes: Buffer.from('x'), extra: extra(shown) }]);
    expect(codeOf(said('b.pdf'))).toBe('headers-disagree');
    expect(codeOf(said('a.pdf'))).toBe('read');
  });

  it('are refused over the limits of entries and bytes', () => {
    expect(codeOf(writeZip(SAMPLE), { entries: 2, totalBytes: 1e6, inflatedBytes: 0 })).toBe('too-many-entries');
    expect(codeOf(writeZip(SAMPLE), { entries: 3, totalBytes: 33, inflatedBytes: 0 })).toBe('too-large');
  });

  it('are refused when little is packed for much, however much may be stored', () => {
    const packed = deflateRawSync(Buffer.alloc(5_000_000));
    const bomb = patched([{ name: 'bomb', bytes: packed }], (zip, local, central) => {
      for (const at of [local, central + 2]) {
        zip.writeUInt16LE(8, at + 8);
        zip.writeUInt32LE(5_000_000, at + 22);
      }
    });
    expect(codeOf(bomb, { entries: 3, totalBytes: 2 ** 31, inflatedBytes: 4_999_999 })).toBe('too-large');
    expect(codeOf(bomb, { entries: 3, totalBytes: 2 ** 31, inflatedBytes: 5_000_000 })).toBe('content-damaged');
  });

  it('are large enough for what intake lets people sign', () => {
    const { signaturesPerTransaction, documentsPerTransaction } = DOCUMENT_LIMITS;
    const count = 2 * signaturesPerTransaction + documentsPerTransaction + 10;
    const entries = Array.from({ length: count }, (_, i) => ({ name: `entry/${i}`, bytes: Uint8Array.of(i % 256) }));
    expect(readZip(writeZip(entries)).ok).toBe(true);
  });

  it('are refused when they expand past what their headers admit to', () => {
    const packed = deflateRawSync(Buffer.alloc(5_000_000));
    const bomb = patched([{ name: 'bomb', bytes: packed }], (zip, local, central) => {
      for (const [at, sizes] of [
        [local + 8, local + 22],
        [central + 10, central + 24],
      ] as const) {
        zip.writeUInt16LE(8, at);
        zip.writeUInt32LE(1000, sizes);
      }
    });
    expect(codeOf(bomb)).toBe('content-damaged');
  });

  it('never crash the reader, whatever byte is changed (property)', () => {
    const zip = fixture('ok-two-files.asice');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(zip.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const changed = new Uint8Array(zip);
          for (const [at, value] of changes) changed[at] = value;
          expect(['boolean']).toContain(typeof readZip(changed).ok);
        },
      ),
      { seed: 20261123, numRuns: 2000 },
    );
  });
});

describe('containers of other products', () => {
  it.each([
    ['ok-asic-s.asics', 3],
    ['ok-lta-archive-manifest.sce', 6],
    ['ok-mimetype-newline.asice', 6],
    ['ok-two-files-mimetype-first.asice', 5],
    ['ok-two-files.asice', 5],
    ['bad-altered-file.asice', 5],
    ['bad-extra-file.asice', 6],
    ['bad-missing-file.asice', 4],
  ])('%s is read, deflated and with data descriptors, as not canonical', (name, count) => {
    const read = readZip(fixture(name));
    if (!read.ok) throw new Error(`${read.error.code} in entry ${String(read.error.entry)}`);
    expect(read.value.canonical).toBe(false);
    expect(isCanonicalZip(fixture(name))).toBe(false);
    expect(read.value.entries).toHaveLength(count);
  });

  it.each<[string, ZipProblemCode]>([
    ['bad-duplicate-name.asice', 'name-twice'],
    ['bad-path-traversal.asice', 'name-unsafe'],
  ])('%s is refused as %s', (name, code) => {
    expect(codeOf(fixture(name))).toBe(code);
  });
});
