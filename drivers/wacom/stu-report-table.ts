/**
 * Wacom STU reports: which there are, how long each is with its ID byte, which way it goes, and which models have it
 * (`pads.md` 1.3). Left out because no layout of them is public: PIN pad reports 0x90 to 0x92 and the occupancy of
 * image memory 0x95. Left out because HID does not carry them: serial framing 0x80, 0x81, 0xFF.
 */
export const stuReport = {
  pen: 0x01,
  status: 0x03,
  reset: 0x04,
  hidInformation: 0x06,
  information: 0x08,
  capability: 0x09,
  uid: 0x0a,
  uid2: 0x0b,
  defaultMode: 0x0c,
  reportRate: 0x0d,
  rendering: 0x0e,
  electronicSerial: 0x0f,
  penEncrypted: 0x10,
  hostPublicKey: 0x13,
  devicePublicKey: 0x14,
  startCapture: 0x15,
  endCapture: 0x16,
  dhPrime: 0x1a,
  dhBase: 0x1b,
  clear: 0x20,
  inking: 0x21,
  threshold: 0x22,
  clearArea: 0x23,
  startImageArea: 0x24,
  startImage: 0x25,
  imageBlock: 0x26,
  endImage: 0x27,
  pen16: 0x28,
  background16: 0x29,
  writingArea: 0x2a,
  backlight: 0x2b,
  contrast: 0x2c,
  pen24: 0x2d,
  background24: 0x2e,
  bootScreen: 0x2f,
  penOption: 0x30,
  penOptionEncrypted: 0x31,
  optionMode: 0x32,
  penTimeSequenceEncrypted: 0x33,
  penTimeSequence: 0x34,
  encryptionCommand: 0x40,
  encryptionStatus: 0x50,
  operationMode: 0x93,
  startRomImage: 0x94,
  romImageHash: 0x96,
  deleteRomImage: 0x97,
  currentImageArea: 0x98,
  event: 0x99,
  eventEncrypted: 0x9a,
  displayRomImage: 0x9b,
} as const;

type Model = '300' | '430' | '430V' | '500' | '520' | '530' | '530V' | '540';
const modelOfProduct = new Map<number, Model>([
  [0x00a1, '500'],
  [0x00a2, '300'],
  [0x00a3, '520'],
  [0x00a4, '430'],
  [0x00a5, '530'],
  [0x00a6, '430V'],
  [0x00a7, '530V'],
  [0x00a8, '540'],
]);

const small: readonly Model[] = ['430', '430V'];
const large: readonly Model[] = ['530', '530V', '540'];
const later: readonly Model[] = [...small, ...large];
const first: readonly Model[] = ['300', '500', '520'];
const all: readonly Model[] = [...first, ...later];
const serial: readonly Model[] = ['430V', '530V', '540'];

type Row = readonly [length: number, models: readonly Model[]];
/** Feature reports; 0x14 and 0x50 come as input reports too, of the same length. */
const features = {
  [stuReport.status]: [5, all],
  [stuReport.reset]: [2, all],
  [stuReport.hidInformation]: [9, serial],
  [stuReport.information]: [17, all],
  [stuReport.capability]: [17, all],
  [stuReport.uid]: [5, all],
  [stuReport.uid2]: [11, later],
  [stuReport.defaultMode]: [3, serial],
  [stuReport.reportRate]: [2, serial],
  [stuReport.rendering]: [2, ['540']],
  [stuReport.electronicSerial]: [14, ['540']],
  [stuReport.hostPublicKey]: [17, first],
  [stuReport.devicePublicKey]: [17, first],
  [stuReport.startCapture]: [5, all],
  [stuReport.endCapture]: [2, all],
  [stuReport.dhPrime]: [17, first],
  [stuReport.dhBase]: [3, first],
  [stuReport.clear]: [2, all],
  [stuReport.inking]: [2, all],
  [stuReport.threshold]: [5, all],
  [stuReport.clearArea]: [11, later],
  [stuReport.startImageArea]: [11, later],
  [stuReport.startImage]: [2, all],
  [stuReport.imageBlock]: [256, all],
  [stuReport.endImage]: [2, all],
  [stuReport.pen16]: [4, ['520', ...later]],
  [stuReport.background16]: [3, ['520', ...large]],
  [stuReport.writingArea]: [9, ['520', ...later]],
  [stuReport.backlight]: [3, ['520', ...large]],
  [stuReport.contrast]: [3, ['520', ...large]],
  [stuReport.pen24]: [5, later],
  [stuReport.background24]: [4, large],
  [stuReport.bootScreen]: [2, later],
  // Also on the 500 with firmware 2.03, which only its report descriptor tells.
  [stuReport.optionMode]: [2, ['520', ...later]],
  [stuReport.encryptionCommand]: [68, later],
  [stuReport.encryptionStatus]: [17, later],
  [stuReport.operationMode]: [13, ['540']],
  [stuReport.startRomImage]: [7, ['540']],
  [stuReport.romImageHash]: [20, ['540']],
  [stuReport.deleteRomImage]: [3, ['540']],
  [stuReport.currentImageArea]: [9, ['540']],
  [stuReport.displayRomImage]: [3, ['540']],
} as const satisfies Record<number, Row>;
export type StuFeatureId = keyof typeof features;

/** Which of its pen reports with an option the model sends: it tells what option mode to ask for. */
const inputs = {
  [stuReport.pen]: [7, all],
  [stuReport.penEncrypted]: [17, all],
  [stuReport.devicePublicKey]: [17, first],
  [stuReport.penOption]: [9, ['520']],
  [stuReport.penOptionEncrypted]: [21, ['520']],
  [stuReport.penTimeSequenceEncrypted]: [17, later],
  [stuReport.penTimeSequence]: [11, later],
  [stuReport.encryptionStatus]: [17, later],
  [stuReport.event]: [10, ['540']],
  [stuReport.eventEncrypted]: [17, ['540']],
} as const satisfies Record<number, Row>;

const featureRows = new Map<number, Row>(Object.entries(features).map(([id, row]) => [Number(id), row]));
const inputRows = new Map<number, Row>(Object.entries(inputs).map(([id, row]) => [Number(id), row]));

/** Length of a feature report by the table. */
export function featureLength(id: StuFeatureId): number {
  return features[id][0];
}

/** Length of an input report, or null for one a STU pad does not send. */
export function inputLength(id: number): number | null {
  return inputRows.get(id)?.[0] ?? null;
}

/** Report IDs and lengths, ID byte included, of one pad. */
export interface StuReports {
  readonly features: ReadonlyMap<number, number>;
  readonly inputs: ReadonlySet<number>;
}

/** By the table; an unknown product has what all have. */
export function reportsOfProduct(pid: number): StuReports {
  const model = modelOfProduct.get(pid);
  const has = ([, [, models]]: [number, Row]): boolean =>
    model === undefined ? models.length === all.length : models.includes(model);
  return {
    features: new Map([...featureRows].filter(has).map(([id, [length]]) => [id, length])),
    inputs: new Set([...inputRows].filter(has).map(([id]) => id)),
  };
}

/**
 * By what the pad's own report descriptor declares, which wins over the table: firmware differs within a model. A
 * report shorter than the table has it is another report under the same number, and left alone. Null where the
 * descriptor lacks what no STU pad can do without.
 */
export function reportsDeclared(declared: {
  readonly features: ReadonlyMap<number, number>;
  readonly inputs: ReadonlyMap<number, number>;
}): StuReports | null {
  const fits = (rows: ReadonlyMap<number, Row>, [id, length]: [number, number]): boolean =>
    length >= (rows.get(id)?.[0] ?? Infinity);
  const reports = {
    features: new Map([...declared.features].filter((one) => fits(featureRows, one))),
    inputs: new Set([...declared.inputs].filter((one) => fits(inputRows, one)).map(([id]) => id)),
  };
  const core = [stuReport.status, stuReport.information, stuReport.capability, stuReport.startImage];
  return core.every((id) => reports.features.has(id)) ? reports : null;
}

/** What follows from the reports a pad has. */
export interface StuAbilities {
  /** Value for report 0x32: 3 sends time and sequence (0x34), 1 the time (0x30); null without it. */
  readonly optionMode: 3 | 1 | null;
  readonly writingArea: boolean;
  readonly identity: 0x0b | 0x0f | null;
  /** Pictures for a part of the screen, and clearing a part. */
  readonly areas: boolean;
}
export function abilitiesOf({ features: has, inputs: sends }: StuReports): StuAbilities {
  const option = has.has(stuReport.optionMode);
  return {
    optionMode:
      option && sends.has(stuReport.penTimeSequence) ? 3 : option && sends.has(stuReport.penOption) ? 1 : null,
    writingArea: has.has(stuReport.writingArea),
    identity: has.has(stuReport.electronicSerial) ? 0x0f : has.has(stuReport.uid2) ? 0x0b : null,
    areas: has.has(stuReport.clearArea) && has.has(stuReport.startImageArea),
  };
}
