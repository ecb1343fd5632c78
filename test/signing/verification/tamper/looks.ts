import { utf8 } from '../../../../signing/bytes.ts';
import { array, name, type PdfObject, type PdfRef, type PdfStream } from '../../../../signing/pdf/objects.ts';
import { flateStream, type PdfUpdate } from '../../../../signing/pdf/pdf-update.ts';

/** Page content that is another than the one signed. */
export const OTHER_TEXT = utf8('0.2 g 40 640 400 120 re f');

/** What a field or an annotation shows, in points from its lower left corner. */
export function look(content: string, width = 500, height = 500): PdfStream {
  return flateStream(
    { Type: name('XObject'), Subtype: name('Form'), BBox: array([0, 0, width, height]) },
    utf8(content),
  );
}

/** Something dark over most of the text of the page. */
export const FORGED_SUM = look('0 g 60 40 380 300 re f');

/** A new object of the update. */
export function added(update: PdfUpdate, object: PdfObject): PdfRef {
  const made = update.allocate();
  update.set(made, object);
  return made;
}
