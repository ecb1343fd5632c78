import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runSubmit } from '../../kiosk-shell/cli/submit.ts';
import type { Inbox } from '../../kiosk-shell/kiosk/inbox.ts';

const KEY = `csk_${'k'.repeat(43)}`;
let folder: string;
/** What the cloud is asked, and what it answers next. */
let asked: { readonly once: string | null; readonly form: FormData }[];
let answers: (() => Response)[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-submit-'));
  writeFileSync(join(folder, 'key'), `${KEY}\n`, { mode: 0o600 });
  writeFileSync(join(folder, 'one.pdf'), '%PDF-1');
  writeFileSync(join(folder, 'two.pdf'), '%PDF-2');
  [asked, answers] = [[], []];
});
afterEach(() => rmSync(folder, { recursive: true }));

const took = () => Response.json({ id: 'tx-1' }, { status: 201 });
const refused = (over: object = {}) =>
  Response.json({ title: 'No.', code: 'document-refused', document: 1, reason: 'encrypted', ...over }, { status: 422 });
const cloud: typeof fetch = async (url, init) => {
  const request = new Request(url, init);
  if (request.headers.get('authorization') !== `Bearer ${KEY}`) throw new Error('no key');
  asked.push({ once: request.headers.get('idempotency-key'), form: await request.formData() });
  const answer = answers.shift();
  if (answer === undefined) throw new TypeError('no line');
  return answer();
};
async function run(...args: readonly string[]) {
  const [out, complaints] = [new PassThrough(), new PassThrough()];
  let inbox: Inbox | null = null;
  const target = ['--branch', 'Bled', '--cloud', 'https://cloud.example.test/', '--key-file', join(folder, 'key')];
  const code = await runSubmit(
    [...target, ...args],
    { fetch: cloud, watch: (made) => (inbox = made) },
    out,
    complaints,
  );
  const text = (stream: PassThrough) => String(stream.read() ?? '');
  return { code, out: text(out), complaints: text(complaints), inbox: inbox as Inbox | null };
}

describe('npm run submit', () => {
  it('makes one transaction of the files and says its id', async () => {
    answers = [took];
    expect(await run(join(folder, 'one.pdf'), join(folder, 'two.pdf'))).toMatchObject({ code: 0, out: 'tx-1\n' });
    const form = asked[0]?.form;
    expect([form?.get('branch'), form?.get('name')]).toEqual(['Bled', 'one (+1)']);
    const names = form?.getAll('file').map((file) => (file instanceof File ? file.name : null));
    expect(names).toEqual(['one.pdf', 'two.pdf']);
  });

  it('says in words why the cloud refused, or that it does not answer', async () => {
    answers = [refused];
    expect(await run(join(folder, 'one.pdf'))).toMatchObject({
      ...{ code: 1, complaints: expect.stringContaining('one.pdf is encrypted') as string },
    });
    expect(await run(join(folder, 'one.pdf'))).toMatchObject({
      ...{ code: 1, complaints: expect.stringContaining('does not answer') as string },
    });
  });

  it('is not called without files, with a key others can read, or over a line others can read', async () => {
    expect((await run()).code).toBe(64);
    expect((await run(join(folder, 'one.pdf'), '--cloud', 'http://cloud.example.test')).code).toBe(64);
    writeFileSync(join(folder, 'open'), KEY, { mode: 0o644 });
    expect((await run(join(folder, 'one.pdf'), '--key-file', join(folder, 'open'))).code).toBe(64);
    expect(asked).toEqual([]);
  });

  it('watches a folder: each file once under one key, through a line that breaks, and refused ones with the reason', async () => {
    const { inbox } = await run('--watch', folder);
    if (inbox === null) throw new Error('nothing is watched');
    await inbox.look();
    expect(asked).toEqual([]);
    // The line breaks for both; then the cloud takes one and refuses the other.
    await inbox.look();
    expect(asked).toHaveLength(2);
    answers = [took, refused];
    await inbox.look();
    expect(asked.slice(2).map(({ once }) => once)).toEqual(
      asked
        .slice(0, 2)
        .map(({ once }) => once)
        .toSorted(),
    );
    expect(readdirSync(join(folder, 'taking'))).toEqual([]);
    const [accepted, kept] = [readdirSync(join(folder, 'accepted')), readdirSync(join(folder, 'refused'))];
    expect([...accepted, ...kept.filter((name) => name.endsWith('.pdf'))].toSorted()).toEqual(['one.pdf', 'two.pdf']);
    const why = kept.find((name) => name.endsWith('.txt')) ?? '';
    expect(readFileSync(join(folder, 'refused', why), 'utf8')).toContain('is encrypted');
  });

  it('leaves files where they are when it is the key or the branch that is refused', async () => {
    const { inbox } = await run('--watch', folder);
    const unknown = () => Response.json({ title: 'No such branch.', code: 'branch-unknown' }, { status: 422 });
    answers = [unknown, unknown];
    await inbox?.look();
    await inbox?.look();
    expect(readdirSync(join(folder, 'refused'))).toEqual([]);
    expect(readdirSync(join(folder, 'taking'))).toHaveLength(2);
  });
});
