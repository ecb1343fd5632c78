import { refusal } from './answer.ts';

export interface Uploaded {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The `file` parts of a multipart form, read only when its announced length is within `maxBytes`; else the answer that says no. */
export async function uploadedFiles(
  request: Request,
  { maxBytes, tooLarge }: { readonly maxBytes: number; readonly tooLarge: 'too-large' | 'too-large-together' },
): Promise<{ readonly files: readonly Uploaded[]; readonly form: FormData } | Response> {
  const length = Number(request.headers.get('content-length') ?? Number.NaN);
  if (!Number.isFinite(length)) return refusal('length-required', 411);
  if (length > maxBytes) return refusal(tooLarge, 413);
  let form: FormData;
  try {
    form = await request.formData();
  } catch {
    return refusal('invalid', 400);
  }
  const parts = form.getAll('file').filter((part) => typeof part !== 'string');
  if (parts.length === 0) return refusal('invalid', 400);
  const files = parts.map(async (part) => ({ name: part.name, bytes: new Uint8Array(await part.arrayBuffer()) }));
  return { files: await Promise.all(files), form };
}
