/**
 * Logical structure (ISO 32000-1, 14.7): in a tagged document every widget we add stands in the structure tree as a
 * Form element that refers to it, so that a screen reader meets it, by its name (14.8.4.5). Left out: choosing a place
 * between the paragraphs; the elements come last.
 */
import {
  array,
  dict,
  isArray,
  isDict,
  isName,
  isRef,
  name,
  textString,
  withEntries,
  type PdfDict,
  type PdfObject,
  type PdfRef,
} from '../pdf/objects.ts';
import { PdfSyntaxError, type PdfFile, type PdfPage } from '../pdf/pdf-file.ts';
import type { PdfUpdate } from '../pdf/pdf-update.ts';

/** A number tree deeper or wider than this is none we write into. */
const MAX_NODES = 10_000;
const MAX_DEPTH = 16;

export interface TaggedWidget {
  readonly ref: PdfRef;
  readonly page: PdfPage;
  /** What people read, and what is read out to them. */
  readonly label: string;
}

/** Whether the document says that it is tagged (14.8.1) and has a structure tree to stand in. @throws PdfSyntaxError */
export function isTagged(file: PdfFile): boolean {
  const mark = file.resolve(file.catalog.entries.get('MarkInfo'));
  const tagged = isDict(mark) && file.resolve(mark.entries.get('Marked')) === true;
  return tagged && structureRoot(file) !== null;
}

/** Adds an element for each widget; the numbers answered are their /StructParent, in the same order. @throws PdfSyntaxError */
export function addToStructure(update: PdfUpdate, widgets: readonly TaggedWidget[]): readonly number[] {
  const { file } = update;
  const root = structureRoot(file);
  if (root === null) throw new Error('the document is not tagged');
  const rootRef = rootReference(update);
  const first = nextKey(file, root);
  const parent = topElement(file, root) ?? rootRef;
  const elements = widgets.map(({ ref, page, label }) => {
    const element = update.allocate();
    const reference = dict({ Type: name('OBJR'), Obj: ref, Pg: page.ref });
    update.set(
      element,
      dict({
        Type: name('StructElem'),
        S: name('Form'),
        P: parent,
        Pg: page.ref,
        Alt: textString(label),
        K: reference,
      }),
    );
    return element;
  });
  const changes: Record<string, PdfObject> = {
    ParentTree: withLeaf(update, root, first, elements),
    ParentTreeNextKey: first + elements.length,
  };
  if (parent === rootRef) changes['K'] = array([...kidsOf(file, root), ...elements]);
  else {
    const top = file.resolve(parent);
    if (!isDict(top)) throw new PdfSyntaxError('object-damaged', 'a structure element that is no dictionary');
    update.set(parent, withEntries(top, { K: array([...kidsOf(file, top), ...elements]) }));
  }
  update.set(rootRef, withEntries(root, changes));
  return elements.map((_, i) => first + i);
}

/** Elements name the root they belong to, so one that stands in the catalog itself becomes an object of its own. */
function rootReference(update: PdfUpdate): PdfRef {
  const entry = update.file.catalog.entries.get('StructTreeRoot');
  if (isRef(entry)) return entry;
  const { catalogRef } = update.file;
  const catalog = update.get(catalogRef);
  const ref = update.allocate();
  if (isDict(catalog)) update.set(catalogRef, withEntries(catalog, { StructTreeRoot: ref }));
  return ref;
}

function structureRoot(file: PdfFile): PdfDict | null {
  const root = file.resolve(file.catalog.entries.get('StructTreeRoot'));
  return isDict(root) ? root : null;
}

/** The only element below the root, usually the Document; null when there are several or none. */
function topElement(file: PdfFile, root: PdfDict): PdfRef | null {
  const [only, ...others] = kidsOf(file, root);
  const element = file.resolve(only);
  const isElement = isDict(element) && !isName(element.entries.get('Type'), 'OBJR') && element.entries.has('S');
  return isRef(only) && others.length === 0 && isElement ? only : null;
}

function kidsOf(file: PdfFile, node: PdfDict): readonly PdfObject[] {
  const entry = node.entries.get('K');
  const kids = file.resolve(entry);
  if (isArray(kids)) return kids.items;
  return entry === undefined || kids === null ? [] : [entry];
}

/** The first key of the parent tree that nobody uses: what the root says, or more where it says too little. */
function nextKey(file: PdfFile, root: PdfDict): number {
  const said = file.resolve(root.entries.get('ParentTreeNextKey'));
  const used = highestKey(file, root.entries.get('ParentTree'));
  return Math.max(typeof said === 'number' && Number.isSafeInteger(said) && said >= 0 ? said : 0, used + 1);
}

/** Keys rise from left to right (7.9.7), but a wrong order must not give a key twice. */
function highestKey(file: PdfFile, tree: PdfObject | undefined): number {
  let highest = -1;
  let nodes = 0;
  const visit = (entry: PdfObject | undefined, depth: number): void => {
    const node = file.resolve(entry);
    nodes += 1;
    if (nodes > MAX_NODES || depth > MAX_DEPTH) throw new PdfSyntaxError('expands-too-far', 'too large a parent tree');
    if (!isDict(node)) return;
    const numbers = file.resolve(node.entries.get('Nums'));
    if (isArray(numbers)) {
      for (let i = 0; i < numbers.items.length; i += 2) {
        const key = file.resolve(numbers.items[i]);
        if (typeof key === 'number') highest = Math.max(highest, key);
      }
    }
    const kids = file.resolve(node.entries.get('Kids'));
    if (isArray(kids)) for (const kid of kids.items) visit(kid, depth + 1);
  };
  visit(tree, 0);
  return highest;
}

/** The parent tree with one leaf more. */
function withLeaf(update: PdfUpdate, root: PdfDict, first: number, elements: readonly PdfRef[]): PdfObject {
  const { file } = update;
  const entry = root.entries.get('ParentTree');
  const tree = file.resolve(entry);
  const pairs = elements.flatMap((element, i): PdfObject[] => [first + i, element]);
  if (!isDict(tree) || tree.entries.size === 0) return dict({ Nums: array(pairs) });
  const numbers = file.resolve(tree.entries.get('Nums'));
  const kids = file.resolve(tree.entries.get('Kids'));
  const changed = isArray(kids)
    ? withEntries(tree, { Kids: array([...kids.items, addLeaf(update, first, elements.length, pairs)]) })
    : withEntries(tree, { Nums: array([...(isArray(numbers) ? numbers.items : []), ...pairs]) });
  if (!isRef(entry)) return changed;
  update.set(entry, changed);
  return entry;
}

function addLeaf(update: PdfUpdate, first: number, count: number, pairs: readonly PdfObject[]): PdfRef {
  const leaf = update.allocate();
  update.set(leaf, dict({ Limits: array([first, first + count - 1]), Nums: array(pairs) }));
  return leaf;
}
