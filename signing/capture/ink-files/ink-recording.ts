/** A recording of a pen from a file, in whatever unit its maker used: to be fitted into an area before it is replayed. */
export interface InkRecording {
  readonly format: InkFormat;
  readonly samples: readonly InkSample[];
}
export interface InkSample {
  readonly x: number;
  /** Down is larger, as on screens. */
  readonly y: number;
  readonly tip: boolean;
  /** 0..1 of the recording's own range; null where the device gave none. */
  readonly pressure: number | null;
  /** Milliseconds since the first sample, never falling. */
  readonly time: number;
}
export type InkFormat =
  'svc' | 'sensor-csv' | 'touch-csv' | 'pointer-json' | 'uim-json' | 'inkml' | 'iso-19794-7' | 'hid-recording';

/** Why a file is no usable recording; `detail` names line or byte, never a sample. */
export interface InkProblem {
  readonly code: 'unknown-format' | 'damaged' | 'no-ink' | 'too-large';
  readonly detail: string;
}

/** Larger files are refused unread: half an hour of a pen at 200 reports a second as text stays below. */
export const INK_FILE_LIMIT = 16 * 1024 * 1024;
/** More samples are no signature: a quarter of an hour at 200 a second. What a customer's own screen may send ends here too. */
export const INK_SAMPLE_LIMIT = 200_000;
