import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { messagesIn, placingProblem } from '../../../app/_i18n/messages.ts';
import type { ActRefusal, PlacingRefusal } from '../../../kiosk-shell/kiosk-api/acts.ts';
import type { NewPlacement } from '../../../kiosk-shell/kiosk-api/documents.ts';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor } from '../../../kiosk-shell/kiosk-api/staff.ts';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import { demoFolder, kioskConfig, must, NO_PADS, signedIn, type DemoFolder } from '../../support/kiosk-rig.ts';
import { samplePdf } from '../../support/sample-pdf.ts';
import { samplePdf as pdfWithFields } from '../../support/seal-fixtures.ts';
import { corpusBytes } from '../../signing/pdf/corpus.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let folder: DemoFolder;
let kiosk: KioskApi;
let clerk: Actor;
beforeAll(async () => {
  folder = await demoFolder();
  kiosk = await openKioskRuntime(kioskConfig(folder.dataDir), { pads: NO_PADS, intakeTimeoutMs: 120_000 });
  clerk = await signedIn(kiosk, folder.demo, 'clerk');
});
afterAll(async () => {
  await kiosk.close();
  folder.remove();
});

const box = (changes: Partial<NewPlacement> = {}): NewPlacement => ({
  ...{ kind: 'signature', role: 'customer', order: 1, label: 'Podpis', required: true, page: 0 },
  box: { x: 60, y: 60, width: 160, height: 60 },
  ...changes,
});

/** Two fields of nobody known; `entries` are what the first says of itself. */
const twoFields = (entries: string): Promise<Uint8Array> =>
  pdfWithFields({
    fields: [
      { name: 'levo', box: [60, 600, 200, 60], entries },
      { name: 'desno', box: [60, 400, 200, 60] },
    ],
  });

interface Case {
  readonly document: () => Promise<Uint8Array> | Uint8Array;
  readonly placements?: readonly NewPlacement[];
  /** Turns of the document's own fields. */
  readonly turns?: Readonly<Record<string, number>>;
  readonly page?: number;
}
const plain = (): Promise<Uint8Array> => samplePdf([{}, {}]);

const CASES: Readonly<Partial<Record<PlacingRefusal, Case>>> = {
  'box-outside-page': {
    document: plain,
    placements: [box(), box({ page: 1, box: { x: 500, y: 60, width: 160, height: 60 } })],
    page: 1,
  },
  'signatures-overlap': { document: plain, placements: [box(), box({ role: 'clerk', order: 2 })], page: 0 },
  'box-over-content': {
    document: () => corpusBytes('valid', 'pyhanko-signed-twice.pdf'),
    placements: [box({ box: { x: 60, y: 10, width: 160, height: 60 } })],
    page: 0,
  },
  'boxes-forbidden': {
    document: () => corpusBytes('valid', 'dss-certified-P3-plus-empty-field.pdf'),
    placements: [box()],
    page: 0,
  },
  'signing-forbidden': {
    document: () => twoFields('<</Lock <</Action/All>>>>'),
    turns: { levo: 1, desno: 2 },
    page: 0,
  },
  'seed-value-unmet': {
    document: () => twoFields('<</SV <</Type/SV/MDP <</P 2>>>>>>'),
    turns: { levo: 2, desno: 1 },
    page: 0,
  },
  'tag-not-removable': {
    document: () => samplePdf([{ content: 'BT /Helv 0 Tf 5 Tc 60 480 Td (Text {{A;type=date}} more) Tj ET' }]),
    placements: [box()],
  },
};

async function place({ document, placements = [], turns = {} }: Case): Promise<{
  readonly refused: ActRefusal | null;
  readonly document: string;
  readonly transaction: string;
}> {
  // Beside another one, which has nothing wrong.
  const files = [
    { name: 'Prvi.pdf', bytes: await plain() },
    { name: 'Drugi.pdf', bytes: await document() },
  ];
  const { id, state, documentList } = must(await kiosk.intake(files, clerk));
  expect(state).toBe('placing');
  const [first, second] = documentList;
  if (first === undefined || second === undefined) throw new Error('two documents were brought in');
  const assigned = second.facts.unassigned.map((fieldName) => {
    return { fieldName, role: `oseba ${fieldName}`, order: turns[fieldName] ?? 1, label: fieldName };
  });
  const done = await kiosk.place(
    id,
    {
      documents: [
        { document: first.id, placements: [box()], assigned: [] },
        { document: second.id, placements, assigned },
      ],
    },
    clerk,
  );
  return { refused: done.ok ? null : done.error, document: second.id, transaction: id };
}

describe('boxes placed by hand that a document cannot have', () => {
  it.each(Object.entries(CASES))('%s is told with its document and page', async (code, one) => {
    const { refused, document, transaction } = await place(one);
    expect(refused).toMatchObject({ code });
    expect(refused?.where).toEqual({ document, ...(one.page === undefined ? {} : { page: one.page }) });
    expect(kiosk.transaction(transaction)?.state).toBe('placing');
  });

  it('are taken where the turns keep what the fields ask for', async () => {
    for (const entries of ['<</Lock <</Action/All>>>>', '<</SV <</Type/SV/MDP <</P 2>>>>>>']) {
      const [levo, desno] = entries.includes('Lock') ? [2, 1] : [1, 2];
      expect((await place({ document: () => twoFields(entries), turns: { levo, desno } })).refused).toBeNull();
    }
  });

  it.each(['sl', 'en'] as const)('each have a sentence of their own in %s, naming page and document', (language) => {
    const t = messagesIn(language);
    const codes = Object.keys(t.placing.refused);
    const told = codes.map((code) => placingProblem(t, { code, page: 2 }, 'Pogodba'));
    expect(new Set(told).size).toBe(codes.length);
    for (const sentence of told) expect(sentence).toContain('Pogodba');
    expect(told.filter((sentence) => sentence.includes('3')).length).toBeGreaterThanOrEqual(5);
    expect(placingProblem(t, { code: 'no-signature' }, null)).toBe(t.common.refusal['no-signature']);
  });
});
