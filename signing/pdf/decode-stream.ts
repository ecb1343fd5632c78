import { applyFilter, type FilterParameters } from './filters.ts';
import { isArray, isDict, isName, type PdfDict, type PdfObject, type PdfStream } from './objects.ts';
import { PdfSyntaxError } from './pdf-file.ts';

/** More filters in a row than any writer uses. */
const MAX_FILTERS = 8;

/**
 * The data of a stream, every filter undone.
 * @throws PdfSyntaxError 'filter-unknown', 'stream-damaged', 'expands-too-far'
 */
export function decodeStream(
  stream: PdfStream,
  resolve: (object: PdfObject | undefined) => PdfObject,
  maxBytes: number,
): Uint8Array {
  const { entries } = stream.dict;
  if (entries.has('F')) throw new PdfSyntaxError('filter-unknown', 'a stream whose data is in another file');
  const filters = list(resolve(entries.get('Filter')), resolve);
  const parameters = list(resolve(entries.get('DecodeParms')), resolve);
  if (filters.length > MAX_FILTERS) throw new PdfSyntaxError('filter-unknown', 'too many filters in a row');
  let data = stream.raw;
  filters.forEach((filter, index) => {
    if (!isName(filter)) throw new PdfSyntaxError('stream-damaged', 'a stream filter that is not a name');
    data = applyFilter(filter.name, data, filterParameters(parameters[index] ?? null, resolve), maxBytes);
  });
  return data;
}

function list(object: PdfObject, resolve: (object: PdfObject) => PdfObject): readonly PdfObject[] {
  if (object === null) return [];
  return isArray(object) ? object.items.slice(0, MAX_FILTERS + 1).map(resolve) : [object];
}

/** Table 8, with its defaults. */
function filterParameters(object: PdfObject, resolve: (object: PdfObject) => PdfObject): FilterParameters {
  const dict: PdfDict | null = isDict(object) ? object : null;
  const read = (key: string, fallback: number, max: number): number => {
    const value = resolve(dict?.entries.get(key) ?? null) ?? fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) return value;
    throw new PdfSyntaxError('stream-damaged', `a stream parameter /${key} out of range`);
  };
  return {
    predictor: read('Predictor', 1, 15),
    colors: Math.max(1, read('Colors', 1, 32)),
    bitsPerComponent: Math.max(1, read('BitsPerComponent', 8, 16)),
    columns: Math.max(1, read('Columns', 1, 1_000_000)),
    earlyChange: read('EarlyChange', 1, 1),
  };
}
