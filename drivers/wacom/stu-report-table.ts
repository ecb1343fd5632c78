/**
 * Wacom STU report IDs and their full lengths, ID byte included (`pads.md` 1.3). Left out: encryption (0x13..0x1B,
 * 0x40), ROM images and modes of the STU-540 (0x90..0x9B), serial framing (0x80, 0x81, 0xFF).
 */
export const stuReport = {
  pen: 0x01,
  status: 0x03,
  reset: 0x04,
  information: 0x08,
  capability: 0x09,
  uid2: 0x0b,
  electronicSerial: 0x0f,
  penEncrypted: 0x10,
  devicePublicKey: 0x14,
  endCapture: 0x16,
  clear: 0x20,
  inking: 0x21,
  threshold: 0x22,
  clearArea: 0x23,
  startImage: 0x25,
  imageBlock: 0x26,
  endImage: 0x27,
  writingArea: 0x2a,
  penOption: 0x30,
  penOptionEncrypted: 0x31,
  optionMode: 0x32,
  penTimeSequenceEncrypted: 0x33,
  penTimeSequence: 0x34,
  encryptionStatus: 0x50,
  event: 0x99,
  eventEncrypted: 0x9a,
} as const;

export type StuFeatureId = keyof typeof featureLengths;
const featureLengths = {
  [stuReport.status]: 5,
  [stuReport.reset]: 2,
  [stuReport.information]: 17,
  [stuReport.capability]: 17,
  [stuReport.uid2]: 11,
  [stuReport.electronicSerial]: 14,
  [stuReport.endCapture]: 2,
  [stuReport.clear]: 2,
  [stuReport.inking]: 2,
  [stuReport.threshold]: 5,
  [stuReport.clearArea]: 11,
  [stuReport.startImage]: 2,
  [stuReport.imageBlock]: 256,
  [stuReport.endImage]: 2,
  [stuReport.writingArea]: 9,
  [stuReport.optionMode]: 2,
} as const;

/** Length of a feature report as it must be sent or asked for. */
export function featureLength(id: StuFeatureId): number {
  return featureLengths[id];
}

/** Length of an input report, or null for one a STU pad does not send. */
export function inputLength(id: number): number | null {
  switch (id) {
    case stuReport.pen:
      return 7;
    case stuReport.penOption:
      return 9;
    case stuReport.penTimeSequence:
      return 11;
    case stuReport.event:
      return 10;
    case stuReport.penEncrypted:
    case stuReport.penTimeSequenceEncrypted:
    case stuReport.devicePublicKey:
    case stuReport.encryptionStatus:
    case stuReport.eventEncrypted:
      return 17;
    case stuReport.penOptionEncrypted:
      return 21;
    default:
      return null;
  }
}
