/** The interactive form (ISO 32000-1, 12.7) as a flat list of its terminal fields. */
import { isArray, isDict, isName, isRef, isString, type PdfDict, type PdfObject, type PdfRef } from './objects.ts';
import { toRectangle } from './page-tree.ts';
import { PdfSyntaxError, type Box4, type PdfFile } from './pdf-file.ts';
import { decodeText } from './text-string.ts';

const MAX_FIELDS = 20_000;
const MAX_ANNOTATIONS = 100_000;
const MAX_DEPTH = 32;

export type FieldType = 'Sig' | 'Tx' | 'Btn' | 'Ch';

export interface FormField {
  /** Fully qualified: partial names joined by '.'. */
  readonly name: string;
  /** Own or inherited /FT; null when there is none that is known. */
  readonly type: FieldType | null;
  readonly ref: PdfRef;
  readonly dict: PdfDict;
  /** /Ff, own or inherited. */
  readonly flags: number;
  readonly widgets: readonly FieldWidget[];
  /** /V, own or inherited, references followed. */
  readonly value: PdfObject;
  /** A signature field whose value is a dictionary. */
  readonly signed: boolean;
}
export interface FieldWidget {
  readonly ref: PdfRef;
  readonly dict: PdfDict;
  /** 0-based; null when no page shows it. */
  readonly page: number | null;
  /** Default user space units of the page; may have no area. */
  readonly rect: Box4 | null;
}

interface Inherited {
  readonly name: string;
  readonly type: PdfObject;
  readonly flags: PdfObject;
  readonly value: PdfObject;
}

/** The catalog's /AcroForm, null when there is none. @throws PdfSyntaxError */
export function readAcroForm(file: PdfFile): PdfDict | null {
  const form = file.resolve(file.catalog.entries.get('AcroForm'));
  return isDict(form) ? form : null;
}

/** In the order of the form. A field reached twice counts once. @throws PdfSyntaxError */
export function readFields(file: PdfFile): readonly FormField[] {
  const roots = file.resolve(readAcroForm(file)?.entries.get('Fields'));
  if (!isArray(roots)) return [];
  const fields: FormField[] = [];
  const seen = new Set<number>();
  let pageOf: ((widget: PdfRef, dict: PdfDict) => number | null) | undefined;

  const toWidget = (ref: PdfRef, dict: PdfDict): FieldWidget => {
    pageOf ??= pageFinder(file);
    const rect = toRectangle(dict.entries.get('Rect'), (object) => file.resolve(object));
    return { ref, dict, page: pageOf(ref, dict), rect };
  };
  const visit = (item: PdfObject, inherited: Inherited, depth: number): void => {
    if (!isRef(item)) throw new PdfSyntaxError('object-damaged', 'a form field that is not an indirect object');
    if (seen.has(item.number)) return;
    seen.add(item.number);
    if (seen.size > MAX_FIELDS) throw new PdfSyntaxError('expands-too-far', 'too many form fields');
    if (depth > MAX_DEPTH) throw new PdfSyntaxError('nested-too-deep', 'form fields nested too deeply');
    const node = file.resolve(item);
    // A reference to nothing is how some writers delete a field.
    if (!isDict(node)) return;
    const here = inherit(file, node, inherited);
    const kids = file.resolve(node.entries.get('Kids'));
    const children = isArray(kids) ? kids.items : [];
    const isParent = children.some((kid) => isNamed(file, kid));
    if (isParent) {
      for (const kid of children) visit(kid, here, depth + 1);
      return;
    }
    const widgets = isArray(kids) ? widgetKids(file, children, seen) : [{ ref: item, dict: node }];
    fields.push(
      toField(
        item,
        node,
        here,
        widgets.filter(isShown).map(({ ref, dict }) => toWidget(ref, dict)),
      ),
    );
  };
  for (const root of roots.items) visit(root, { name: '', type: null, flags: null, value: null }, 0);
  return fields;
}

function inherit(file: PdfFile, node: PdfDict, from: Inherited): Inherited {
  const own = file.resolve(node.entries.get('T'));
  const partial = isString(own) ? decodeText(own.bytes) : '';
  return {
    name: from.name === '' || partial === '' ? from.name + partial : `${from.name}.${partial}`,
    type: file.resolve(node.entries.get('FT')) ?? from.type,
    flags: file.resolve(node.entries.get('Ff')) ?? from.flags,
    value: file.resolve(node.entries.get('V')) ?? from.value,
  };
}

/** 12.7.3.1: a kid with a partial name is a field, one without is a widget. */
function isNamed(file: PdfFile, kid: PdfObject): boolean {
  const dict = file.resolve(kid);
  return isDict(dict) && (dict.entries.has('T') || dict.entries.has('Kids'));
}

interface WidgetNode {
  readonly ref: PdfRef;
  readonly dict: PdfDict;
}

function widgetKids(file: PdfFile, kids: readonly PdfObject[], seen: Set<number>): readonly WidgetNode[] {
  const widgets: WidgetNode[] = [];
  for (const kid of kids) {
    const dict = file.resolve(kid);
    if (!isRef(kid) || !isDict(dict) || seen.has(kid.number)) continue;
    seen.add(kid.number);
    if (seen.size > MAX_FIELDS) throw new PdfSyntaxError('expands-too-far', 'too many form fields');
    widgets.push({ ref: kid, dict });
  }
  return widgets;
}

function isShown({ dict }: WidgetNode): boolean {
  return dict.entries.has('Rect') || isName(dict.entries.get('Subtype'), 'Widget');
}

function toField(ref: PdfRef, dict: PdfDict, here: Inherited, widgets: readonly FieldWidget[]): FormField {
  const type = isName(here.type) ? toType(here.type.name) : null;
  return {
    name: here.name,
    type,
    ref,
    dict,
    flags: typeof here.flags === 'number' ? here.flags : 0,
    widgets,
    value: here.value,
    signed: type === 'Sig' && isDict(here.value),
  };
}

function toType(name: string): FieldType | null {
  return name === 'Sig' || name === 'Tx' || name === 'Btn' || name === 'Ch' ? name : null;
}

/** The page whose /Annots lists a widget; where none does, the page its /P names. */
function pageFinder(file: PdfFile): (widget: PdfRef, dict: PdfDict) => number | null {
  const byAnnotation = new Map<number, number>();
  const byPage = new Map<number, number>();
  let total = 0;
  for (const page of file.pages()) {
    byPage.set(page.ref.number, page.index);
    const annotations = file.resolve(page.dict.entries.get('Annots'));
    if (!isArray(annotations)) continue;
    total += annotations.items.length;
    if (total > MAX_ANNOTATIONS) throw new PdfSyntaxError('expands-too-far', 'too many annotations');
    for (const item of annotations.items) {
      if (isRef(item) && !byAnnotation.has(item.number)) byAnnotation.set(item.number, page.index);
    }
  }
  return (widget, dict) => {
    const parent = dict.entries.get('P');
    return byAnnotation.get(widget.number) ?? (isRef(parent) ? byPage.get(parent.number) : undefined) ?? null;
  };
}
