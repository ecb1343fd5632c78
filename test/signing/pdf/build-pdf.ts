import { deflateSync } from 'node:zlib';

export interface Recipe {
  readonly header?: string;
  /** Object number to value, without `n 0 obj` and `endobj`. Text is Latin-1. */
  readonly objects: Readonly<Record<number, string | Uint8Array>>;
  /** Entries of the trailer beside /Size and /Root. */
  readonly trailer?: string;
  readonly root?: string;
  readonly size?: number;
  readonly tail?: (startxref: number) => string;
  readonly xref?: 'table' | 'stream';
}

/** A PDF written by hand for a test, sound unless the recipe says otherwise. */
export function buildPdf(recipe: Recipe): Uint8Array {
  const parts: Buffer[] = [];
  let length = 0;
  const push = (part: string | Uint8Array): void => {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part);
    parts.push(bytes);
    length += bytes.length;
  };
  push(recipe.header ?? '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n');
  const offsets = new Map<number, number>();
  for (const [key, value] of Object.entries(recipe.objects)) {
    offsets.set(Number(key), length);
    push(`${key} 0 obj\n`);
    push(value);
    push('\nendobj\n');
  }
  const highest = [...offsets.keys()].reduce((max, number) => Math.max(max, number), 0);
  const startxref = length;
  const extra = `/Root ${recipe.root ?? '1 0 R'} ${recipe.trailer ?? ''}`;
  if (recipe.xref === 'stream') {
    const rows = Buffer.alloc((highest + 2) * 7);
    for (const [number, offset] of [...offsets, [highest + 1, startxref] as const]) {
      rows.writeUInt8(1, number * 7);
      rows.writeUInt32BE(offset, number * 7 + 1);
    }
    const data = deflateSync(rows);
    push(`${highest + 1} 0 obj\n<</Type/XRef/Size ${recipe.size ?? highest + 2}/W[1 4 2]`);
    push(`/Filter/FlateDecode/Length ${data.length} ${extra}>>\nstream\n`);
    push(data);
    push('\nendstream\nendobj\n');
  } else {
    push('xref\n0 1\n0000000000 65535 f \n');
    for (const [number, offset] of offsets) push(`${number} 1\n${String(offset).padStart(10, '0')} 00000 n \n`);
    push(`trailer\n<</Size ${recipe.size ?? highest + 1} ${extra}>>\n`);
  }
  push(recipe.tail?.(startxref) ?? `startxref\n${startxref}\n%%EOF\n`);
  return Buffer.concat(parts);
}

/** One empty page; `more` adds or replaces objects (4 and up are free). */
export function onePage(more: Recipe['objects'] = {}): Recipe['objects'] {
  return {
    1: '<</Type/Catalog/Pages 2 0 R>>',
    2: '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<<>>>>',
    ...more,
  };
}

export function stream(data: Uint8Array, entries = ''): Uint8Array {
  return Buffer.concat([
    Buffer.from(`<</Length ${data.length} ${entries}>>\nstream\n`, 'latin1'),
    data,
    Buffer.from('\nendstream'),
  ]);
}
