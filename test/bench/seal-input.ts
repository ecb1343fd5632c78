import type { CaptureRecord } from '../../signing/capture/capture-record.ts';
import type { Sha256 } from '../../signing/digest.ts';
import type { SealFieldInput } from '../../signing/sealing/seal-field.ts';
import type { Signer } from '../../signing/sealing/signer.ts';

/** The box of the one field in the bench's PDFs. */
export const BENCH_BOX = { x: 60, y: 300, width: 220, height: 80 };
export const BENCH_FIELD = 'sign';
/** Five seconds at 200 reports a second. */
const SAMPLES = 1000;

/** A whole seal: capture of 1,000 samples, picture, two recipients. */
export function benchInput(
  revision: Uint8Array,
  shown: SealFieldInput['shown'],
  signer: Signer,
  escrow: readonly Uint8Array[],
): SealFieldInput {
  const zeros = '0'.repeat(64) as Sha256;
  return {
    revision,
    shown,
    fieldName: BENCH_FIELD,
    picture: {
      width: 1000,
      height: 400,
      paths: [{ lineWidth: 7, points: range(300).map((i) => [50 + 3 * i, 200 + Math.round(150 * Math.sin(i / 9))]) }],
    },
    dates: [],
    binding: {
      tenant: 'bench',
      branch: 'bench',
      kiosk: 'bench',
      transaction: 'bench',
      document: 'bench',
      ceremony: 'bench',
      signatory: 'bench',
      role: 'customer',
      field: { name: BENCH_FIELD, page: 0, box: BENCH_BOX },
      consent: { notice: zeros, noticeVersion: '1', answer: 'biometric' },
      identity: zeros,
      device: { kind: 'pad', simulated: true, model: 'bench', serial: null, firmware: null },
      completeness: null,
      clock: { wall: '2026-11-23T08:00:00.000Z', monotonicMicros: 0, lastTrusted: null },
      auditHead: zeros,
    },
    capture: capture(),
    escrow,
    signer,
    signedAt: new Date('2026-11-23T08:00:00Z'),
    signerName: 'Bench',
  };
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function capture(): CaptureRecord {
  const samples = range(SAMPLES);
  return {
    type: 'countersign.capture',
    version: 1,
    device: {
      kind: 'pad',
      simulated: true,
      maker: 'bench',
      model: 'bench',
      serial: null,
      firmware: null,
      driver: 'bench',
    },
    surface: { maxX: 9600, maxY: 6000, maxPressure: 1023, area: { x: 0, y: 0, width: 9600, height: 6000 } },
    clock: { startedAt: '2026-11-23T08:00:00.000Z', source: 'host-arrival', unit: 'us' },
    columns: {
      x: samples.map((i) => 100 + 8 * i),
      y: samples.map((i) => 3000 + Math.round(2000 * Math.sin(i / 15))),
      tip: samples.map(() => 1),
      time: samples.map((i) => 5000 * i),
      pressure: samples.map((i) => 300 + (i % 400)),
    },
    losses: { malformedReports: 0, unknownReports: 0 },
    cleared: 0,
  };
}
