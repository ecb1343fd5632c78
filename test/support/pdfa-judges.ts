/**
 * Judges of PDF/A. For 1b Apache PDFBox Preflight, a validator of others. For the other parts there is none on these
 * machines: `pdfaFaults` looks, through qpdf's eyes, at exactly the clauses that an increment of ours can break. It
 * is no validator and says nothing about the document it was given.
 */
import { execFileSync } from 'node:child_process';
import { runJava } from './java.ts';
import { withPdfFile } from './poppler.ts';

const LIBRARIES = [
  ...['pdfbox2', 'preflight', 'xmpbox', 'fontbox2', 'commons-logging', 'bcprov', 'bcpkix'],
  ...['jaxb-api', 'javax.activation'],
];
/** What `requireTool` has to find for `preflightFaults`. */
export const PREFLIGHT = ['java', 'preflight.jar', 'jaxb-api.jar', 'javax.activation.jar'] as const;

/** Faults that Preflight finds in a PDF/A-1b file; empty when it is one. */
export function preflightFaults(bytes: Uint8Array): readonly string[] {
  return withPdfFile(bytes, (file) => runJava('PdfaPreflight.java', LIBRARIES, [file]));
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Dict = Readonly<Record<string, Json>>;
interface Entry {
  readonly value?: Json;
  readonly stream?: { readonly dict: Dict; readonly data: string };
}

/** The objects of a file as qpdf reads them, streams decoded. */
class Objects {
  readonly #objects: Readonly<Record<string, Entry>>;

  constructor(bytes: Uint8Array) {
    const text = withPdfFile(bytes, (file) =>
      execFileSync('qpdf', ['--json=2', '--json-stream-data=inline', '--decode-level=generalized', file], {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      }),
    );
    this.#objects = (JSON.parse(text) as { qpdf: [unknown, Record<string, Entry>] }).qpdf[1];
  }

  entry(ref: Json | undefined): Entry | undefined {
    return typeof ref === 'string' && / R$/.test(ref) ? this.#objects[`obj:${ref}`] : undefined;
  }

  dict(value: Json | undefined): Dict {
    const entry = this.entry(value);
    const found = entry === undefined ? value : (entry.stream?.dict ?? entry.value);
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Dict) : {};
  }

  list(value: Json | undefined): readonly Json[] {
    const found = this.entry(value)?.value ?? value;
    return Array.isArray(found) ? (found as readonly Json[]) : [];
  }

  content(value: Json | undefined): string {
    return Buffer.from(this.entry(value)?.stream?.data ?? '', 'base64').toString('latin1');
  }

  /** Bytes of the longest string anywhere. */
  longestString(): number {
    const longest = (value: Json | undefined): number => {
      if (typeof value === 'string') return value.startsWith('b:') ? (value.length - 2) / 2 : value.length;
      if (typeof value !== 'object' || value === null) return 0;
      return Object.values(value).reduce<number>((most, item) => Math.max(most, longest(item)), 0);
    };
    return longest(Object.values(this.#objects).map(({ value, stream }) => value ?? stream?.dict ?? null));
  }

  get catalog(): Dict {
    return this.dict(this.dict(this.#objects['trailer']?.value)['/Root']);
  }

  get trailer(): Dict {
    return this.dict(this.#objects['trailer']?.value);
  }

  widgets(): readonly Dict[] {
    return Object.values(this.#objects)
      .map(({ value }) => this.dict(value))
      .filter((dict) => dict['/Subtype'] === '/Widget');
  }
}

/** What between an original and a later revision of ours breaks a clause of ISO 19005 that the original kept. */
export function pdfaFaults(original: Uint8Array, revision: Uint8Array): readonly string[] {
  const [before, after] = [new Objects(original), new Objects(revision)];
  const faults: string[] = [];
  const must = (clause: string, kept: boolean): void => {
    if (!kept) faults.push(clause);
  };
  for (const key of ['/Metadata', '/OutputIntents'] as const) {
    const [old, now] = [before, after].map((file) => JSON.stringify(deep(file, file.catalog[key], 0)));
    must(`${key} is as it was`, old === now);
  }
  must('6.1.13 strings have at most 32,767 bytes', after.longestString() <= 32_767);
  must('6.6.2 there is metadata', '/Metadata' in after.catalog);
  must('6.1.3 the trailer has /ID and no /Encrypt', '/ID' in after.trailer && !('/Encrypt' in after.trailer));
  const form = after.dict(after.catalog['/AcroForm']);
  must('6.4.1 no /NeedAppearances, no /XFA', form['/NeedAppearances'] !== true && !('/XFA' in form));
  must('6.5 no actions of the catalog', !('/AA' in after.catalog));
  const intents = after.list(after.catalog['/OutputIntents']).map((intent) => after.dict(intent));
  const spaces = intents.map((intent) => after.dict(intent['/DestOutputProfile'])['/N']);
  for (const font of Object.values(after.dict(after.dict(form['/DR'])['/Font'])))
    faults.push(...fontFaults(after, font));
  for (const widget of after.widgets()) faults.push(...widgetFaults(after, widget, spaces));
  return [...new Set(faults)];
}

function widgetFaults(file: Objects, widget: Dict, spaces: readonly (Json | undefined)[]): readonly string[] {
  const faults: string[] = [];
  const must = (clause: string, kept: boolean): void => {
    if (!kept) faults.push(clause);
  };
  const flags = Number(widget['/F'] ?? 0);
  must('6.3.2 widgets print', (flags & 4) !== 0);
  must('6.3.2 widgets are not invisible, hidden, without view', (flags & (1 | 2 | 32 | 256)) === 0);
  must('6.4.1 widgets have no actions', !('/A' in widget) && !('/AA' in widget));
  const look = file.dict(widget['/AP']);
  must('6.3.3 widgets have a normal appearance and no other', Object.keys(look).join() === '/N');
  const normal = file.entry(look['/N'])?.stream;
  const states = normal === undefined ? Object.values(file.dict(look['/N'])) : [look['/N']];
  must('6.3.3 appearances are streams, of buttons one a state', states.length > 0);
  if (normal === undefined) must('6.3.3 only buttons have states', widget['/FT'] === '/Btn');
  for (const state of states) {
    const dict = file.dict(state);
    must(
      '6.2.9 appearances have no /Group, /Ref, /PS, /OPI',
      !['/Group', '/Ref', '/PS', '/OPI'].some((key) => key in dict),
    );
    const resources = file.dict(dict['/Resources']);
    must('6.4 no graphics state that could be transparent', !('/ExtGState' in resources));
    for (const font of Object.values(file.dict(resources['/Font']))) faults.push(...fontFaults(file, font));
    const operators = file.content(state);
    const uses = (pattern: RegExp): boolean => pattern.test(operators);
    must('6.2.3 DeviceRGB only with an RGB output intent', !uses(/\b(?:rg|RG)\b/) || spaces.includes(3));
    must('6.2.3 DeviceCMYK only with a CMYK output intent', !uses(/\s[kK]\s/) || spaces.includes(4));
    must('6.2.3 DeviceGray only with an output intent', !uses(/\s[gG]\s/) || spaces.length > 0);
  }
  return faults;
}

function fontFaults(file: Objects, ref: Json): readonly string[] {
  const font = file.dict(ref);
  const [descendant] = file.list(font['/DescendantFonts']);
  const bearer = font['/Subtype'] === '/Type0' ? file.dict(descendant) : font;
  const descriptor = file.dict(bearer['/FontDescriptor']);
  const embedded = ['/FontFile', '/FontFile2', '/FontFile3'].some((key) => file.entry(descriptor[key]) !== undefined);
  return [
    ...(embedded ? [] : ['6.2.11.4 fonts are embedded']),
    ...(font['/Subtype'] !== '/Type0' || '/ToUnicode' in font ? [] : ['6.2.11.7 letters have their Unicode values']),
    ...(bearer['/Subtype'] !== '/CIDFontType2' || '/CIDToGIDMap' in bearer ? [] : ['6.2.11.3 /CIDToGIDMap is there']),
    ...(font['/Subtype'] !== '/Type0' || '/CIDSet' in descriptor ? [] : ['19005-1 6.3.5 subsets have a /CIDSet']),
  ];
}

/** A value with everything it refers to, as far as it goes down. */
function deep(file: Objects, value: Json | undefined, depth: number): Json {
  if (depth > 8) return null;
  const entry = file.entry(value);
  if (entry !== undefined) {
    if (entry.stream !== undefined) return [deep(file, entry.stream.dict, depth + 1), entry.stream.data];
    return deep(file, entry.value, depth + 1);
  }
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => deep(file, item, depth + 1));
  if (typeof value !== 'object' || value === null) return value ?? {};
  return Object.fromEntries(Object.entries(value as Dict).map(([key, item]) => [key, deep(file, item, depth + 1)]));
}
