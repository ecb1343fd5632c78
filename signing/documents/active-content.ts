/** What a document would like to do or carries along: told to the clerk, never run, never opened. */
import type { FormField } from '../pdf/form.ts';
import { isArray, isDict, isName, type PdfDict, type PdfObject } from '../pdf/objects.ts';
import { PdfSyntaxError, type PdfFile } from '../pdf/pdf-file.ts';

const MAX_CHAIN = 64;
const MAX_ANNOTATIONS = 100_000;
const MAX_NAMES = 10_000;

/** Where JavaScript is attached, in words; empty when nowhere. @throws PdfSyntaxError */
export function findJavaScript(file: PdfFile, fields: readonly FormField[]): readonly string[] {
  const places: string[] = [];
  const { catalog } = file;
  if (nameTree(file, 'JavaScript').length > 0) places.push('document');
  if (runsScript(file, catalog.entries.get('OpenAction'))) places.push('opening');
  if (additionalActions(file, catalog)) places.push('document events');
  if (file.pages().some((page) => additionalActions(file, page.dict))) places.push('page events');
  const inForm = fields.some(({ dict, widgets }) =>
    [dict, ...widgets.map((widget) => widget.dict)].some(
      (node) => additionalActions(file, node) || runsScript(file, node.entries.get('A')),
    ),
  );
  if (inForm) places.push('form fields');
  return places;
}

/** How many files are attached. @throws PdfSyntaxError */
export function countAttachments(file: PdfFile): number {
  const associated = file.resolve(file.catalog.entries.get('AF'));
  let count = Math.max(nameTree(file, 'EmbeddedFiles').length, isArray(associated) ? associated.items.length : 0);
  let annotations = 0;
  for (const page of file.pages()) {
    const list = file.resolve(page.dict.entries.get('Annots'));
    if (!isArray(list)) continue;
    annotations += list.items.length;
    if (annotations > MAX_ANNOTATIONS) throw new PdfSyntaxError('expands-too-far', 'too many annotations');
    for (const item of list.items) {
      const annotation = file.resolve(item);
      if (isDict(annotation) && isName(annotation.entries.get('Subtype'), 'FileAttachment')) count += 1;
    }
  }
  return count;
}

/** 12.6.3: /AA maps events to actions. */
function additionalActions(file: PdfFile, dict: PdfDict): boolean {
  const actions = file.resolve(dict.entries.get('AA'));
  return isDict(actions) && [...actions.entries.values()].some((action) => runsScript(file, action));
}

/** An action or any that follows it by /Next (12.6.2) is JavaScript, or a rendition that carries some. */
function runsScript(file: PdfFile, start: PdfObject | undefined): boolean {
  const queue: (PdfObject | undefined)[] = [start];
  for (let steps = 0; queue.length > 0 && steps < MAX_CHAIN; steps += 1) {
    const action = file.resolve(queue.shift());
    if (isArray(action)) queue.push(...action.items.slice(0, MAX_CHAIN));
    if (!isDict(action)) continue;
    if (isName(file.resolve(action.entries.get('S')), 'JavaScript') || action.entries.has('JS')) return true;
    queue.push(action.entries.get('Next'));
  }
  return false;
}

/** Values of a name tree of the catalog (7.9.6), as many as matter. */
function nameTree(file: PdfFile, key: string): readonly PdfObject[] {
  const names = file.resolve(file.catalog.entries.get('Names'));
  const values: PdfObject[] = [];
  const queue: PdfObject[] = [isDict(names) ? file.resolve(names.entries.get(key)) : null];
  for (let steps = 0; queue.length > 0 && steps < MAX_NAMES && values.length < MAX_NAMES; steps += 1) {
    const node = file.resolve(queue.pop());
    if (!isDict(node)) continue;
    const leaves = file.resolve(node.entries.get('Names'));
    if (isArray(leaves)) values.push(...leaves.items.slice(0, MAX_NAMES).filter((_, index) => index % 2 === 1));
    const kids = file.resolve(node.entries.get('Kids'));
    if (isArray(kids)) queue.push(...kids.items.slice(0, MAX_NAMES));
  }
  return values;
}
