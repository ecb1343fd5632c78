import fc from 'fast-check';
import { expect, it } from 'vitest';
import { uploadedFiles } from '../../../app/_server/uploaded.ts';
import { answer, BOUNDARY, encoded, END, FILE, posted, RULES } from '../../support/upload.ts';

it('a form cut anywhere is the same form', async () => {
  const content = `\r\n--${BOUNDARY.slice(1)}\r\n--\r\n-`;
  const whole = Buffer.from(
    `${FILE}${content}\r\n--${BOUNDARY}\r\nContent-Disposition: form-data; name="language"\r\n\r\nsl${END}`,
  );
  const form = {
    files: [['čšž.pdf', content]],
    fields: [['language', 'sl']],
  };
  for (let at = 0; at <= whole.length; at += 1) {
    expect(await answer([whole.subarray(0, at), whole.subarray(at)]), `cut at ${at}`).toEqual(form);
  }
  expect(await answer([...whole].map((byte) => Uint8Array.of(byte)))).toEqual(form);
  expect(await answer([whole.subarray(0, -2)]), 'no line end behind the last delimiter').toEqual(form);
  expect(await answer([whole, 'an epilogue is no part of it'])).toEqual(form);
});

it('a form that ends before its last delimiter is refused, wherever it ends', async () => {
  const whole = Buffer.from(`${FILE}%PDF-1.7${END}`);
  for (let at = 0; at < whole.length - 2; at += 1) {
    expect(await answer([whole.subarray(0, at)]), `ends at ${at}`).toBe('400 invalid');
  }
});

it('reads what Node writes and Node reads, in pieces of any size', async () => {
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).map((text) => text.toWellFormed());
  const content = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(Buffer.from('\r\n--\r\n----\r\n')));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ name, content }), { minLength: 1, maxLength: 2 }),
      fc.string({ maxLength: 20 }),
      fc.integer({ min: 1, max: 200 }),
      async (files, text, size) => {
        const form = new FormData();
        form.append('text', text);
        for (const file of files) form.append('file', new Blob([new Uint8Array(file.content)]), file.name);
        const { bytes, type } = await encoded(form);
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.subarray(i * size, (i + 1) * size),
        );
        const theirs = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
        expect(await answer(pieces, { 'content-type': type })).toEqual({
          files: theirs
            .getAll('file')
            .map((part, i) => [(part as File).name, Buffer.from(files[i]?.content ?? []).toString('latin1')]),
          fields: [['text', theirs.get('text')]],
        });
      },
    ),
    { seed: 4, numRuns: 150 },
  );
});

it.each(['Pogodba o najemu: č š ž.pdf', 'a "b" \\ c.pdf', '..\\..\\x/y.pdf'])(
  'a file keeps its name: %s',
  async (name) => {
    const form = new FormData();
    form.append('file', new Blob(['x']), name);
    const { bytes, type } = await encoded(form);
    expect(await answer([bytes], { 'content-type': type })).toEqual({ files: [[name, 'x']], fields: [] });
  },
);

it('each file is alone in its buffer, whether it is the last or not', async () => {
  const sizes = [20_000, 30_000, 0];
  const form = new FormData();
  for (const size of sizes) form.append('file', new Blob([new Uint8Array(size).fill(7)]), 'a.pdf');
  const { bytes, type } = await encoded(form);
  const read = await uploadedFiles(posted([bytes], bytes.length, { 'content-type': type }), { ...RULES, maxFiles: 3 });
  if (read instanceof Response) throw new Error('refused');
  expect(read.files.map(({ bytes: file }) => file.length)).toEqual(sizes);
  for (const { bytes: file } of read.files) {
    expect([file.byteOffset, file.buffer.byteLength]).toEqual([0, file.length]);
    expect(file.every((byte) => byte === 7)).toBe(true);
  }
});

it('of too many files the first that is too many is handed on, and no more', async () => {
  const form = new FormData();
  for (const name of ['1', '2', '3', '4', '5']) form.append('file', new Blob([name]), name);
  form.append('format', 'json');
  const { bytes, type } = await encoded(form);
  expect(await answer([bytes], { 'content-type': type })).toEqual({
    files: [
      ['1', '1'],
      ['2', '2'],
      ['3', '3'],
    ],
    fields: [['format', 'json']],
  });
});

const part = (headers: string): string => `--${BOUNDARY}\r\n${headers}\r\n\r\nx${END}`;
it.each([
  ['nothing', ''],
  ['no part', `--${BOUNDARY}--\r\n`],
  ['no file', part('Content-Disposition: form-data; name="file"')],
  ['a file of another name', part('Content-Disposition: form-data; name="other"; filename="a.pdf"')],
  ['something before the first delimiter', `x\r\n${part('Content-Disposition: form-data; name="file"; filename="a"')}`],
  [
    'another boundary',
    part('Content-Disposition: form-data; name="file"; filename="a"').replaceAll(BOUNDARY, 'y'.repeat(27)),
  ],
  [
    'something behind a delimiter',
    part('Content-Disposition: form-data; name="file"; filename="a"').replace('x\r\n', 'xy\r\n'),
  ],
  ['no header', `--${BOUNDARY}\r\n\r\nx${END}`],
  ['no disposition', part('Content-Type: application/pdf')],
  ['another disposition', part('Content-Disposition: attachment; name="file"; filename="a"')],
  ['no name', part('Content-Disposition: form-data; filename="a"')],
  ['a name that does not end', part('Content-Disposition: form-data; name="file"; filename="a')],
  ['something behind the name', part('Content-Disposition: form-data; name="file"; filename="a"; <')],
  ['two dispositions', part(`${'Content-Disposition: form-data; name="file"; filename="a"\r\n'.repeat(2)}X: y`)],
  ['a header without a name', part('Content-Disposition: form-data; name="file"; filename="a"\r\n: x')],
  ['a bare line feed', part('Content-Disposition: form-data; name="file"; filename="a"\nX: y')],
  ['a folded header', part('Content-Disposition: form-data;\r\n name="file"; filename="a"')],
  [
    'an encoded part',
    part('Content-Disposition: form-data; name="file"; filename="a"\r\nContent-Transfer-Encoding: base64'),
  ],
  [
    'headers without end',
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\nX: ${'y'.repeat(9_000)}`,
  ],
  [
    'a header that is a bomb',
    part(`Content-Disposition: form-data; name="file"; filename="a"\r\n${'X: y\r\n'.repeat(2_000)}Z: z`),
  ],
  ['a file name that is a bomb', part(`Content-Disposition: form-data; name="file"; filename="${'a'.repeat(9_000)}"`)],
  [
    'a text that is a bomb',
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="t"\r\n\r\n${'y'.repeat(9_000)}\r\n${part('Content-Disposition: form-data; name="file"; filename="a"')}`,
  ],
])('refuses %s', async (_what, body) => {
  expect(await answer([body])).toBe('400 invalid');
});

it('refuses more fields than any form of ours has, and more parts', async () => {
  const text = (name: string): string => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n\r\n`;
  const fields = (count: number): string => Array.from({ length: count }, (_, i) => text(`f${i}`)).join('');
  expect(await answer([fields(16), FILE, END])).toMatchObject({ files: [['čšž.pdf', '']] });
  expect(await answer([fields(17), FILE, END])).toBe('400 invalid');
  const parts = (count: number): Promise<unknown> => {
    const body = Buffer.from(`${FILE}\r\n${text('f').repeat(count - 1)}--${BOUNDARY}--`);
    return uploadedFiles(posted([body], body.length), { ...RULES, maxBytes: body.length });
  };
  expect(await parts(10_000)).not.toBeInstanceOf(Response);
  expect(await parts(10_001)).toMatchObject({ status: 400 });
});
