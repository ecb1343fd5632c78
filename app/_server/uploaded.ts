import { MIMEType } from 'node:util';

import { refusal } from './answer.ts';
import { readForm, type UploadForm } from './multipart.ts';

interface UploadRules {
  /** Of the whole body. */
  readonly maxBytes: number;
  readonly tooLarge: 'too-large' | 'too-large-together' | 'limit';
  /** Of the files that the caller takes; one more is handed on, so that it can say which is too many. */
  readonly maxFiles: number;
}

/** A multipart form with one or more `file` parts, read only when its announced length is within `maxBytes`; else the answer that says no. */
export async function uploadedFiles(
  request: Request,
  { maxBytes, tooLarge, maxFiles }: UploadRules,
): Promise<UploadForm | Response> {
  const length = Number(request.headers.get('content-length') ?? Number.NaN);
  if (!Number.isSafeInteger(length) || length < 0) return refusal('length-required', 411);
  if (length > maxBytes) return refusal(tooLarge, 413);
  const boundary = boundaryOf(request.headers.get('content-type') ?? '');
  if (boundary === null || request.body === null) return refusal('invalid', 400);
  const read = await readForm(request.body, { boundary, length, maxFiles: maxFiles + 1 });
  if (!read.ok) return read.error === 'too-long' ? refusal(tooLarge, 413) : refusal('invalid', 400);
  return read.value.files.length === 0 ? refusal('invalid', 400) : read.value;
}

/** RFC 2046, 5.1.1: 1 to 70 of its characters, the last no space. */
function boundaryOf(contentType: string): string | null {
  try {
    const type = new MIMEType(contentType);
    const boundary = type.essence === 'multipart/form-data' ? type.params.get('boundary') : null;
    return boundary !== null && /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/.test(boundary) ? boundary : null;
  } catch {
    return null;
  }
}
