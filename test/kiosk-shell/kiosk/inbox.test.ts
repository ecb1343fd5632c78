import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import { randomId } from '../../../signing/ids.ts';
import { taggedPdf } from '../../support/kiosk-desk.ts';
import { copyOf, demoFolder, kioskConfig, NO_PADS, type DemoFolder } from '../../support/kiosk-rig.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const LOOK_MS = 2_000;
let tenant: DemoFolder;
let tagged: Uint8Array;
let folder: DemoFolder;
let kiosk: KioskApi | null = null;
let inbox: string;

beforeAll(async () => {
  tenant = await demoFolder();
  tagged = await taggedPdf(['Podpis;role=customer;type=signature;order=1']);
});
afterAll(() => tenant.remove());
beforeEach(async () => {
  // Of what repeats by the clock only the looks are made: everything else goes on by itself.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  folder = copyOf(tenant);
  inbox = join(folder.dataDir, 'kiosk', 'inbox');
  await openCounter();
});
afterEach(async () => {
  await closeCounter();
  vi.useRealTimers();
  folder.remove();
});

async function openCounter(): Promise<void> {
  kiosk = await openKioskRuntime(kioskConfig(folder.dataDir), { pads: NO_PADS });
}
/** When it is closed, every look that had begun is over. */
async function closeCounter(): Promise<void> {
  await kiosk?.close();
  kiosk = null;
}
/** A look; when nothing is taken in by it, it is over when this resolves. */
async function look(): Promise<void> {
  vi.advanceTimersByTime(LOOK_MS);
  await new Promise((resolve) => setImmediate(resolve));
}
const put = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(inbox, name), bytes);
const list = (...below: string[]): string[] => readdirSync(join(inbox, ...below)).filter((name) => /\./.test(name));
/** What came by the folder, beside the demo's own document. */
const taken = (): { readonly id: string; readonly name: string; readonly state: string }[] =>
  (kiosk?.transactions() ?? [])
    .map(({ id, name, state }) => ({ id, name, state }))
    .filter(({ name }) => !name.startsWith('Pogodba o osebnem'));
/** Real time passes only as long as it is not so yet. */
async function soon(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('the watched folder', () => {
  it('takes in what has stopped growing, and lays the file aside under its own name', async () => {
    put('Soglasje čšž.PDF', tagged);
    put('notes.txt', 'not for signing');
    await look();
    await look();
    await soon(() => list('accepted').length === 1);
    expect(taken()).toMatchObject([{ name: 'Soglasje čšž', state: 'open' }]);
    expect(list('accepted')).toEqual(['Soglasje čšž.pdf']);
    expect(Buffer.from(readFileSync(join(inbox, 'accepted', 'Soglasje čšž.pdf')))).toEqual(Buffer.from(tagged));

    put('Soglasje čšž.PDF', tagged);
    await look();
    await look();
    await soon(() => list('accepted').length === 2);
    expect(list('accepted').sort()).toEqual(['Soglasje čšž (2).pdf', 'Soglasje čšž.pdf']);
    expect(taken()).toHaveLength(2);
    expect([list(), list('taking')]).toEqual([['notes.txt'], []]);
    const sources = taken().flatMap(({ id }) =>
      (kiosk?.auditOf(id) ?? [])
        .filter(({ eventType }) => eventType === 'document.received')
        .map(({ extra }) => extra['source']),
    );
    expect(sources).toEqual(['folder', 'folder']);
  });

  it('lays what it cannot take beside a text that says why, and goes on with the next', async () => {
    put('a-garbage.pdf', 'nothing like a PDF');
    put('b-untagged.pdf', await taggedPdf([]));
    put('c-huge.pdf', '%PDF-1.7\n');
    truncateSync(join(inbox, 'c-huge.pdf'), 60 * 1024 * 1024);
    put('d-good.pdf', tagged);
    await look();
    await look();
    await soon(() => list('accepted').length === 1 && list('refused').length === 6);
    const why = (name: string): string => readFileSync(join(inbox, 'refused', `${name}.pdf.txt`), 'utf8');
    expect(why('a-garbage')).toContain('a-garbage.pdf is not a PDF file.');
    expect(why('b-untagged')).toContain('says nowhere who signs where');
    expect(why('c-huge')).toContain('is larger than 50 MB');
    expect(taken().map(({ name }) => name)).toEqual(['d-good']);
  });

  it('waits for a file that grows, or is written over, from one look to the next', async () => {
    put('slow.pdf', tagged.subarray(0, 1000));
    await look();
    appendFileSync(join(inbox, 'slow.pdf'), tagged.subarray(1000, 2000));
    await look();
    appendFileSync(join(inbox, 'slow.pdf'), tagged.subarray(2000));
    await look();
    // As long as before, and yet another.
    utimesSync(join(inbox, 'slow.pdf'), 1_700_000_000, 1_700_000_000);
    await look();
    await closeCounter();
    expect([list(), list('accepted'), list('refused'), list('taking')]).toEqual([['slow.pdf'], [], [], []]);
    await openCounter();
    await look();
    await look();
    await soon(() => list('accepted').length === 1);
    expect(taken()).toHaveLength(1);
  });

  it('takes nothing in twice, whichever instant the kiosk was killed at', async () => {
    put('x.pdf', tagged);
    await look();
    await look();
    await soon(() => list('accepted').length === 1);
    const [first] = taken();
    await closeCounter();
    // Killed after the vault had it and before the file was moved.
    const own = join(inbox, 'taking', first?.id ?? '');
    mkdirSync(own);
    renameSync(join(inbox, 'accepted', 'x.pdf'), join(own, 'x.pdf'));
    // Killed before the vault had it.
    const id = randomId();
    mkdirSync(join(inbox, 'taking', id));
    writeFileSync(join(inbox, 'taking', id, 'y.pdf'), tagged);
    // Killed when there was nothing left to move.
    mkdirSync(join(inbox, 'taking', randomId()));

    await openCounter();
    await look();
    await soon(() => list('accepted').length === 2);
    await soon(() => readdirSync(join(inbox, 'taking')).length === 0);
    expect(
      taken()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['x', 'y']);
    expect(taken().map((one) => one.id)).toContain(id);
  });
});
