/** The page tree (ISO 32000-1, 7.7.3) as a list of pages, inherited attributes filled in. */
import { dict, isArray, isDict, isName, isRef, type PdfDict, type PdfObject, type PdfRef } from './objects.ts';
import { PdfSyntaxError, type Box4, type PdfPage } from './pdf-file.ts';

/** The reader's own limit; intake has a lower one. */
const MAX_PAGES = 10_000;
const MAX_DEPTH = 64;
const INHERITED = ['MediaBox', 'CropBox', 'Rotate', 'Resources'] as const;

type Resolve = (object: PdfObject | undefined) => PdfObject;

/** @throws PdfSyntaxError 'page-tree-damaged', 'page-tree-loop' */
export function readPages(catalog: PdfDict, resolve: Resolve): readonly PdfPage[] {
  const root = catalog.entries.get('Pages');
  if (!isRef(root)) throw damaged('the catalog names no page tree');
  const pages: PdfPage[] = [];
  const seen = new Set<number>();

  const visit = (ref: PdfRef, inherited: ReadonlyMap<string, PdfObject>, depth: number): void => {
    if (seen.has(ref.number)) throw new PdfSyntaxError('page-tree-loop', `page tree node ${ref.number} comes twice`);
    if (depth > MAX_DEPTH) throw damaged('the page tree is too deep');
    seen.add(ref.number);
    const node = resolve(ref);
    if (!isDict(node)) throw damaged(`page tree node ${ref.number} is no dictionary`);
    const attributes = new Map(inherited);
    for (const key of INHERITED) {
      const own = node.entries.get(key);
      if (own !== undefined && own !== null) attributes.set(key, own);
    }
    if (isPage(node, resolve)) {
      if (pages.length >= MAX_PAGES) throw damaged('too many pages');
      pages.push(toPage(pages.length, ref, node, attributes, resolve));
      return;
    }
    const kids = resolve(node.entries.get('Kids'));
    if (!isArray(kids)) throw damaged(`page tree node ${ref.number} has no kids`);
    if (kids.items.length > MAX_PAGES) throw damaged('too many pages');
    const before = pages.length;
    for (const kid of kids.items) {
      if (!isRef(kid)) throw damaged(`a kid of page tree node ${ref.number} is no reference`);
      visit(kid, attributes, depth + 1);
    }
    // A viewer finds page n by the counts: a wrong one shows the customer another page.
    if (resolve(node.entries.get('Count')) !== pages.length - before) {
      throw damaged(`page tree node ${ref.number} counts its pages wrongly`);
    }
  };
  visit(root, new Map(), 0);
  return pages;
}

function damaged(message: string): PdfSyntaxError {
  return new PdfSyntaxError('page-tree-damaged', message);
}

function isPage(node: PdfDict, resolve: Resolve): boolean {
  const type = resolve(node.entries.get('Type'));
  if (isName(type, 'Page')) return true;
  if (isName(type, 'Pages')) return false;
  if (type === null) return !node.entries.has('Kids');
  throw damaged('a page tree node of another type');
}

function toPage(
  index: number,
  ref: PdfRef,
  node: PdfDict,
  attributes: ReadonlyMap<string, PdfObject>,
  resolve: Resolve,
): PdfPage {
  const mediaBox = toBox(attributes.get('MediaBox'), resolve);
  if (mediaBox === null) throw damaged(`page ${index + 1} has no usable MediaBox`);
  const resources = resolve(attributes.get('Resources'));
  return {
    index,
    ref,
    dict: node,
    mediaBox,
    cropBox: cut(toBox(attributes.get('CropBox'), resolve) ?? mediaBox, mediaBox),
    rotate: toRotation(resolve(attributes.get('Rotate')), index),
    userUnit: toUserUnit(resolve(node.entries.get('UserUnit')), index),
    resources: isDict(resources) ? resources : dict({}),
  };
}

/** A rectangle (7.9.5) with its corners in order; null when it is none or has no area. */
export function toBox(object: PdfObject | undefined, resolve: Resolve): Box4 | null {
  const box = toRectangle(object, resolve);
  return box !== null && box[0] < box[2] && box[1] < box[3] ? box : null;
}

/** The same, but it may have no area (an invisible widget). */
export function toRectangle(object: PdfObject | undefined, resolve: Resolve): Box4 | null {
  const value = resolve(object);
  if (!isArray(value) || value.items.length !== 4) return null;
  const [a, b, c, d] = value.items.map(resolve);
  if (typeof a !== 'number' || typeof b !== 'number' || typeof c !== 'number' || typeof d !== 'number') return null;
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
}

/** 14.11.2: what lies outside the media box does not exist. A crop box wholly outside is none. */
function cut(crop: Box4, media: Box4): Box4 {
  const box: Box4 = [
    Math.max(crop[0], media[0]),
    Math.max(crop[1], media[1]),
    Math.min(crop[2], media[2]),
    Math.min(crop[3], media[3]),
  ];
  return box[0] < box[2] && box[1] < box[3] ? box : media;
}

function toRotation(object: PdfObject, index: number): 0 | 90 | 180 | 270 {
  const degrees = object ?? 0;
  if (typeof degrees === 'number') {
    const turned = ((degrees % 360) + 360) % 360;
    if (turned === 0 || turned === 90 || turned === 180 || turned === 270) return turned;
  }
  throw damaged(`page ${index + 1} has a /Rotate that is no multiple of 90`);
}

function toUserUnit(object: PdfObject, index: number): number {
  const unit = object ?? 1;
  if (typeof unit === 'number' && unit > 0 && unit <= 1_000) return unit;
  throw damaged(`page ${index + 1} has an unusable /UserUnit`);
}
