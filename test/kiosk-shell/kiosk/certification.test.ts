import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFDict, PDFDocument, PDFName } from 'pdf-lib';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor } from '../../../kiosk-shell/kiosk-api/staff.ts';
import { taggedPdf, takeIn } from '../../support/kiosk-desk.ts';
import { pdfsig, qpdfStatus, trustTenant } from '../../support/kiosk-judges.ts';
import {
  certifyAccounts,
  demoFolder,
  kioskConfig,
  NO_PADS,
  signedIn,
  walkToEnd,
  type DemoFolder,
} from '../../support/kiosk-rig.ts';
import { pdfText } from '../../support/poppler.ts';
import { requireTool } from '../../support/tools.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let folder: DemoFolder;
let kiosk: KioskApi;
let clerk: Actor;
let scratch: string;

beforeAll(async () => {
  folder = await demoFolder();
  certifyAccounts(folder);
  scratch = mkdtempSync(join(tmpdir(), 'countersign-certified-'));
  kiosk = await openKioskRuntime(kioskConfig(folder.dataDir), { pads: NO_PADS, intakeTimeoutMs: 120_000 });
  clerk = await signedIn(kiosk, folder.demo, 'clerk');
});
afterAll(async () => {
  await kiosk.close();
  folder.remove();
  rmSync(scratch, { recursive: true });
});

const TWO = [
  'Podpis stranke;role=customer;type=signature;order=1;width=180;height=60',
  'Podpis uslužbenca;role=clerk;type=signature;order=2;width=180;height=60',
];

async function signed(name: string): Promise<Uint8Array> {
  const { id } = await takeIn(kiosk, clerk, { [name]: await taggedPdf(TWO) });
  const end = await walkToEnd(kiosk, id, clerk);
  const [document] = end.documentList;
  return (await kiosk.documentBytes(id, document?.id ?? '', document?.digest ?? '')) ?? new Uint8Array();
}

it.each([
  ['Pogodba o računu', true],
  ['Dopis', false],
])('a document of the type of %s is certified by its first signature: %s', async (name, certified) => {
  const pdf = await PDFDocument.load(await signed(name), { updateMetadata: false });
  expect(pdf.catalog.lookupMaybe(PDFName.of('Perms'), PDFDict)?.has(PDFName.of('DocMDP')) ?? false).toBe(certified);
});

it('both signatures of a certified document hold outside, and say who signed when and for what', async (ctx) => {
  requireTool(ctx, 'pdfsig', 'qpdf', 'certutil', 'pdftotext');
  const bytes = await signed('Pogodba o računu');
  const file = join(scratch, 'certified.pdf');
  writeFileSync(file, bytes);
  const judged = pdfsig(file, trustTenant(folder.dataDir, scratch));
  expect(judged.map(({ valid, certificate }) => [valid, certificate])).toEqual(
    [1, 2].map(() => ['Signature is Valid.', 'Certificate is Trusted.']),
  );
  expect(qpdfStatus(file)).toBe(0);
  const text = pdfText(bytes);
  for (const words of ['Živa Čuš', 'Podpis stranke', 'Podpis uslužbenca']) expect(text).toContain(words);
  expect(text.match(/\d{1,2}\. \d{1,2}\. 20\d\d, \d\d:\d\d:\d\d GMT[+-]\d/g)).toHaveLength(2);
});
