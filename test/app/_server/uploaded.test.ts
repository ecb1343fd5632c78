import { expect, it } from 'vitest';
import { uploadedFiles } from '../../../app/_server/uploaded.ts';
import { answer, BOUNDARY, END, FILE, posted, RULES } from '../../support/upload.ts';

it.each([
  ['multipart/form-data'],
  ['multipart/form-data; boundary='],
  [`multipart/form-data; boundary=${'x'.repeat(71)}`],
  [`multipart/mixed; boundary=${BOUNDARY}`],
  ['application/json'],
  ['?'],
  [null],
])('refuses what is announced as %s', async (type) => {
  expect(await answer([FILE, 'x', END], { 'content-type': type })).toBe('400 invalid');
});

it.each([
  [`multipart/form-data; boundary="${BOUNDARY}"`],
  [`Multipart/Form-Data; charset=utf-8; Boundary=${BOUNDARY}`],
])('takes what is announced as %s', async (type) => {
  expect(await answer([FILE, 'x', END], { 'content-type': type })).toMatchObject({ files: [['čšž.pdf', 'x']] });
});

it('asks for the length, and reads nothing of what is too long', async () => {
  let read = false;
  const body = new ReadableStream<Uint8Array>({ pull: () => void (read = true) }, { highWaterMark: 0 });
  for (const length of [null, 'many', '-1', '1.5']) {
    expect(await uploadedFiles(posted(body, 0, { 'content-length': length }), RULES)).toMatchObject({ status: 411 });
  }
  expect(await uploadedFiles(posted(body, RULES.maxBytes + 1), RULES)).toMatchObject({ status: 413 });
  expect(read).toBe(false);
  expect(await answer([FILE, new Uint8Array(RULES.maxBytes), END])).toBe('413 too-large');
});

it('cuts off a body that is longer than it says', async () => {
  let pulled = 0;
  let ended = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += 1;
      controller.enqueue(pulled === 1 ? Buffer.from(FILE) : new Uint8Array(1000));
    },
    cancel: () => void (ended = true),
  });
  expect(await uploadedFiles(posted(body, 5000), RULES)).toMatchObject({ status: 413 });
  expect(ended).toBe(true);
  expect(pulled).toBeLessThan(10);
});

it('reads on to the end of a form it refuses, so that its sender hears the answer', async () => {
  let ended = false;
  const pieces = function* (): Generator<Uint8Array> {
    for (let i = 0; i < 10; i += 1) yield Buffer.from('whatever');
    ended = true;
  };
  expect(await uploadedFiles(posted(pieces(), 80), RULES)).toMatchObject({ status: 400 });
  expect(ended).toBe(true);
});

it('refuses an upload that is broken off', async () => {
  const pieces = function* (): Generator<Uint8Array> {
    yield Buffer.from(FILE);
    throw new Error('aborted');
  };
  expect(await uploadedFiles(posted(pieces(), 5000), RULES)).toMatchObject({ status: 400 });
});

it('51 MB come whole, alone in their buffer', async () => {
  const size = 51 * 1024 * 1024;
  const piece = 64 * 1024;
  const pieces = function* (): Generator<Uint8Array> {
    yield Buffer.from(FILE);
    for (let at = 0; at < size; at += piece) yield new Uint8Array(piece).fill((at / piece) % 251);
    yield Buffer.from(END);
  };
  const request = posted(pieces(), Buffer.byteLength(FILE) + size + END.length);
  const read = await uploadedFiles(request, { ...RULES, maxBytes: 52 * 1024 * 1024 });
  if (read instanceof Response) throw new Error('refused');
  const bytes = read.files[0]?.bytes ?? new Uint8Array();
  expect([bytes.length, bytes.buffer.byteLength]).toEqual([size, size]);
  expect(bytes.every((byte, at) => byte === Math.floor(at / piece) % 251)).toBe(true);
});
