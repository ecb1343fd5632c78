/** The input reports of a STU pad (`pads.md` 1.5): pen data in clear, pen data encrypted, and news of its own. */
import { hasLength, viewOf } from './stu-reports.ts';
import { inputLength, stuReport } from './stu-report-table.ts';

export interface StuPen {
  readonly inRange: boolean;
  /** Bit 0 the tip, bits 1 and 2 side switches. */
  readonly switches: number;
  readonly pressure: number;
  /** Pad units, origin upper left. */
  readonly x: number;
  readonly y: number;
  /** Reports 0x34 and 0x33: counters of 16 bits that wrap. */
  readonly time?: number;
  readonly sequence?: number;
  /** Reports 0x30 and 0x31: time or sequence, by the option mode that was set. */
  readonly option?: number;
}

export type EncryptedPenId = 0x10 | 0x31 | 0x33;
export type StuInput =
  | { readonly type: 'pen'; readonly pen: StuPen }
  /** One AES block; report 0x31 has the options of its two samples in clear behind it. */
  | {
      readonly type: 'encrypted';
      readonly id: EncryptedPenId;
      readonly block: Uint8Array;
      readonly options: readonly [number, number] | null;
    }
  /** A key of a screen that the pad runs by itself. */
  | { readonly type: 'key'; readonly id: number }
  /** What the pad sends besides: its public key, the state of key making. */
  | { readonly type: 'other'; readonly id: number }
  | { readonly type: 'problem'; readonly reason: 'malformed' | 'unknown' };

const malformed = { type: 'problem', reason: 'malformed' } as const;
const unknown = { type: 'problem', reason: 'unknown' } as const;

/** Reads one input report, ID in byte 0. `block` is a view into it. */
export function parseStuInput(report: Uint8Array): StuInput {
  const id = report[0];
  if (id === undefined) return malformed;
  const length = inputLength(id);
  if (length === null) return unknown;
  if (!hasLength(report, length)) return malformed;
  const view = viewOf(report);
  switch (id) {
    case stuReport.pen:
      return { type: 'pen', pen: readPen(view, 1) };
    case stuReport.penOption:
      return { type: 'pen', pen: { ...readPen(view, 1), option: view.getUint16(7) } };
    case stuReport.penTimeSequence:
      return { type: 'pen', pen: readTimedPen(view, 1) };
    case stuReport.penEncrypted:
    case stuReport.penTimeSequenceEncrypted:
      return { type: 'encrypted', id, block: report.subarray(1, 17), options: null };
    case stuReport.penOptionEncrypted:
      return {
        type: 'encrypted',
        id,
        block: report.subarray(1, 17),
        options: [view.getUint16(17), view.getUint16(19)],
      };
    case stuReport.event:
    case stuReport.eventEncrypted:
      return { type: 'key', id };
    default:
      return { type: 'other', id };
  }
}

/** What is inside an encrypted block once it is in clear, whoever's session it belongs to. */
export interface StuSessionPens {
  readonly session: number;
  readonly pens: readonly StuPen[];
}

/** Reads the 16 bytes of a decrypted block; throws on another length, for that is ours. */
export function readSessionPens(
  id: EncryptedPenId,
  plain: Uint8Array,
  options: readonly [number, number] | null,
): StuSessionPens {
  if (plain.length !== 16) throw new RangeError('not one block');
  const view = viewOf(plain);
  if (id === stuReport.penTimeSequenceEncrypted) return { session: view.getUint32(12), pens: [readTimedPen(view, 0)] };
  const [first, second] = [readPen(view, 4), readPen(view, 10)];
  return {
    session: view.getUint32(0),
    pens: options
      ? [
          { ...first, option: options[0] },
          { ...second, option: options[1] },
        ]
      : [first, second],
  };
}

function readTimedPen(view: DataView, at: number): StuPen {
  return { ...readPen(view, at), time: view.getUint16(at + 6), sequence: view.getUint16(at + 8) };
}

/** The first byte carries flags in its high nibble and pressure in its low one; community drivers mix them up. */
function readPen(view: DataView, at: number): StuPen {
  const flags = view.getUint8(at);
  return {
    inRange: (flags & 0x80) !== 0,
    switches: (flags >> 4) & 0x07,
    pressure: ((flags & 0x0f) << 8) | view.getUint8(at + 1),
    x: view.getUint16(at + 2),
    y: view.getUint16(at + 4),
  };
}
