import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { intake as words } from '../../../app/_i18n/intake.ts';
import { describeRefusal } from '../../../kiosk-shell/cli/refusal-words.ts';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor } from '../../../kiosk-shell/kiosk-api/staff.ts';
import { DOCUMENT_LIMITS } from '../../../signing/documents/document.ts';
import { taggedPdf, takeIn } from '../../support/kiosk-desk.ts';
import { pdfsig, qpdfStatus, trustTenant } from '../../support/kiosk-judges.ts';
import {
  demoFolder,
  kioskConfig,
  must,
  NO_PADS,
  signedIn,
  until,
  walkToEnd,
  type DemoFolder,
} from '../../support/kiosk-rig.ts';
import { longPdf } from '../../support/long-pdf.ts';
import { paperFor, people } from '../../support/many.ts';
import { requireTool } from '../../support/tools.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 300_000 });

const SIGN = 'Podpis;role=customer;type=signature;order=1;width=180;height=60';
const COUNTERSIGN = 'Za banko;role=clerk;type=signature;order=2;width=180;height=60';

let folder: DemoFolder;
let kiosk: KioskApi;
let clerk: Actor;
let scratch: string;

beforeAll(async () => {
  folder = await demoFolder();
  scratch = mkdtempSync(join(tmpdir(), 'countersign-limits-'));
  // The counter's own limits of time and memory: they are part of what is asked here.
  kiosk = await openKioskRuntime(kioskConfig(folder.dataDir), { pads: NO_PADS });
  clerk = await signedIn(kiosk, folder.demo, 'clerk');
});
afterAll(async () => {
  await kiosk.close();
  folder.remove();
  rmSync(scratch, { recursive: true });
});

type Files = readonly { readonly name: string; readonly bytes: Uint8Array }[];
const named = (name: string, bytes: Uint8Array): Files[number] => ({ name: `${name}.pdf`, bytes });

const BEYOND: readonly (readonly [string, string, string, () => Promise<Files>])[] = [
  [
    'the 51st document',
    'too-many-documents',
    '51.pdf',
    async () => {
      const paper = await taggedPdf([SIGN]);
      return Array.from({ length: DOCUMENT_LIMITS.documentsPerTransaction + 1 }, (_, i) => named(String(i + 1), paper));
    },
  ],
  [
    'the file with which they are more than 200 MB',
    'too-large-together',
    'pet.pdf',
    async () => {
      const large = new Uint8Array(DOCUMENT_LIMITS.bytes);
      return Promise.resolve(['ena', 'dve', 'tri', 'štiri', 'pet'].map((name) => named(name, large)));
    },
  ],
  [
    'a file of one byte more than 50 MB',
    'too-large',
    'velika.pdf',
    async () => Promise.resolve([named('velika', new Uint8Array(DOCUMENT_LIMITS.bytes + 1))]),
  ],
  [
    'a document of 501 pages',
    'too-many-pages',
    'dolga.pdf',
    async () => [named('kratka', await taggedPdf([SIGN])), named('dolga', await taggedPdf([SIGN], 501))],
  ],
  [
    'the document in which the 21st person signs',
    'too-many-signatories',
    'druga.pdf',
    async () => {
      const crowd = people(21, 21);
      return [
        named('prva', await paperFor('Prva', crowd.slice(0, 20))),
        named('druga', await paperFor('Druga', crowd)),
      ];
    },
  ],
  [
    'the document that gives a person a second turn',
    'roles-unclear',
    'druga.pdf',
    async () => {
      const again = SIGN.replace('order=1', 'order=2');
      return [named('prva', await taggedPdf([SIGN])), named('druga', await taggedPdf([again]))];
    },
  ],
];

describe('beyond a limit nothing is taken in, and what is named is', () => {
  it.each(BEYOND)('%s: %s, %s', async (_, code, file, make) => {
    const before = kiosk.transactions({ limit: 500 }).length;
    const taken = await kiosk.intake(await make(), clerk);
    expect(taken.ok ? 'taken' : [taken.error.refusal.code, taken.error.file]).toEqual([code, file]);
    expect(kiosk.transactions({ limit: 500 })).toHaveLength(before);
    for (const language of ['sl', 'en'] as const) expect(words[language].documentRefusal[code]).toMatch(/\. |, /);
    expect(describeRefusal(file, code)).not.toContain(`(${code})`);
  });
});

describe('500 pages and 50 MB', () => {
  it('go from intake to a package that verifies, within the limits of the counter', async (ctx) => {
    const bytes = await longPdf(500, [SIGN, COUNTERSIGN], DOCUMENT_LIMITS.bytes);
    const { id } = await takeIn(kiosk, clerk, { 'Dolga pogodba': bytes });
    const end = await walkToEnd(kiosk, id, clerk);
    expect([end.state, end.documentList[0]?.facts.pages.length]).toEqual(['complete', 500]);
    const packed = await until(kiosk, id, ({ packageDigest }) => packageDigest !== null);
    const manager = await signedIn(kiosk, folder.demo, 'manager');
    const report = must(await kiosk.verify(id, manager));
    expect(report.verdict).toBe('passed');
    requireTool(ctx, 'pdfsig', 'qpdf', 'certutil');
    const [document] = packed.documentList;
    const signed = (await kiosk.documentBytes(id, document?.id ?? '', document?.digest ?? '')) ?? new Uint8Array();
    expect(signed.length).toBeGreaterThan(DOCUMENT_LIMITS.bytes);
    const file = join(scratch, 'signed.pdf');
    writeFileSync(file, signed);
    const judged = pdfsig(file, trustTenant(folder.dataDir, scratch));
    expect(judged.map(({ valid, certificate }) => [valid, certificate])).toEqual(
      [1, 2].map(() => ['Signature is Valid.', 'Certificate is Trusted.']),
    );
    expect(qpdfStatus(file)).toBe(0);
  });
});
