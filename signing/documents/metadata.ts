import { isDict, isString } from '../pdf/objects.ts';
import { PdfSyntaxError, type PdfFile } from '../pdf/pdf-file.ts';
import { decodeText } from '../pdf/text-string.ts';
import type { DocumentMetadata } from './document.ts';

/** What rules look at is at the beginning; a longer entry is no reason to keep all of it. */
const LONGEST = 1000;

/** Entries of the document information dictionary (ISO 32000-1, 14.3.3); what is missing or unreadable is empty. */
export function readMetadata(file: PdfFile): DocumentMetadata {
  const entry = (name: string): string => {
    try {
      const info = file.resolve(file.trailer.entries.get('Info'));
      const value = isDict(info) ? file.resolve(info.entries.get(name)) : null;
      return isString(value) ? decodeText(value.bytes).trim().slice(0, LONGEST) : '';
    } catch (cause) {
      if (cause instanceof PdfSyntaxError) return '';
      throw cause;
    }
  };
  return { title: entry('Title'), subject: entry('Subject'), keywords: entry('Keywords') };
}
