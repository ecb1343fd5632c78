import { isObjectAt } from './parse-object.ts';
import { PdfSyntaxError, type PdfFile } from './pdf-file.ts';

/**
 * Every object in use begins where the cross-reference section says. Readers that find one
 * elsewhere rebuild the whole table, each in its own way, and see another document.
 * Entries that name offset 0 are a common way of saying "not in use" and are left alone.
 * @throws PdfSyntaxError 'object-damaged', 'xref-damaged'
 */
export function assertObjectsInPlace(file: PdfFile): void {
  const seen = new Uint8Array(file.size);
  for (const section of file.sections) {
    for (const number of section.numbers()) {
      if (seen[number] === 1) continue;
      seen[number] = 1;
      const entry = section.find(number);
      if (entry?.type !== 'offset' || entry.offset === 0) continue;
      if (!isObjectAt(file.bytes, entry.offset, number, entry.generation)) {
        throw new PdfSyntaxError('object-damaged', `object ${number} is not where it should be`, entry.offset);
      }
    }
  }
}
