import { fromUtf8 } from '../../bytes.ts';
import { err, type Result } from '../../result.ts';
import { finishInk } from './finish-ink.ts';
import { INK_FILE_LIMIT, type InkFormat, type InkProblem, type InkRecording, type InkSample } from './ink-recording.ts';
import { parseInkml } from './inkml.ts';
import { parseIso19794 } from './iso-19794-7.ts';
import { parsePointerJson, parseUimJson } from './json-recordings.ts';
import { parseSensorCsv, parseSvc, parseTouchCsv } from './text-recordings.ts';

/** A parser says `null` when the content is not of its format at all, and a problem when it is but is damaged. */
type Parsed = Result<readonly InkSample[], InkProblem>;

/** Any pen recording the product knows, told apart by content, never by file name. */
export function parseInk(bytes: Uint8Array): Result<InkRecording, InkProblem> {
  if (bytes.length > INK_FILE_LIMIT) return err({ code: 'too-large', detail: `${bytes.length} bytes` });
  const found = detect(bytes);
  if (found === null) return err({ code: 'unknown-format', detail: 'no known recording of a pen' });
  const samples = found.parse();
  if (!samples.ok) return samples;
  return finishInk(found.format, samples.value);
}

function detect(bytes: Uint8Array): { readonly format: InkFormat; readonly parse: () => Parsed } | null {
  if (bytes[0] === 0x53 && bytes[1] === 0x44 && bytes[2] === 0x49 && bytes[3] === 0) {
    return { format: 'iso-19794-7', parse: () => parseIso19794(bytes) };
  }
  let text: string;
  try {
    text = fromUtf8(bytes).replace(/^\uFEFF/, '');
  } catch {
    return null;
  }
  const head = text.slice(0, 2000).trimStart();
  if (head.startsWith('<'))
    return /<(?:\w+:)?ink[\s>]/.test(head) ? { format: 'inkml', parse: () => parseInkml(text) } : null;
  if (head.startsWith('{')) return detectJson(text);
  if (/^idx,SPLINE_X,SPLINE_Y,SENSOR_TIMESTAMP,SENSOR_PRESSURE,/.test(head))
    return { format: 'sensor-csv', parse: () => parseSensorCsv(text) };
  if (/^line_number,x,y,UTC_Timestamp,seconds,/.test(head))
    return { format: 'touch-csv', parse: () => parseTouchCsv(text) };
  if (/^\d+[ \t]*\r?\n[ \t]*-?\d+(?:[ \t]+-?\d+){3,6}[ \t]*(?:\r?\n|$)/.test(head))
    return { format: 'svc', parse: () => parseSvc(text) };
  return null;
}

function detectJson(text: string): { readonly format: InkFormat; readonly parse: () => Parsed } | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  if ('inputData' in value) return { format: 'uim-json', parse: () => parseUimJson(value) };
  if ('x' in value && 'y' in value && 'time' in value)
    return { format: 'pointer-json', parse: () => parsePointerJson(value) };
  return null;
}
