import { err, ok, type Result } from '../result.ts';
import type { PlacementKind } from './placement.ts';
import { canonicalRole } from './roles.ts';

/**
 * Grammar of text tags: `{{LABEL;role=customer;type=signature;order=1;width=180;height=60}}`.
 *
 *     tag    = "{{" label *( ";" key "=" value ) [";"] "}}"
 *     value  = bare / quoted          label = bare / quoted
 *     quoted = DQUOTE *( any / "\" any ) DQUOTE      straight or typographic quotes
 *
 * White space is free everywhere. A line feed marks where the page wrapped the tag: inside a bare
 * value it is nothing, inside a label or quoted value it is a space. Adobe's
 * `{{name_es_:signer1:signature}}` is read as well; its size and formatting modifiers are not.
 */
export interface TextTag {
  readonly kind: PlacementKind;
  readonly label: string;
  readonly role: string;
  /** Null when the tag does not say: intake decides among all tags. */
  readonly order: number | null;
  readonly required: boolean;
  /** Points. */
  readonly width: number;
  readonly height: number;
  readonly dx: number;
  readonly dy: number;
  readonly name: string | null;
}

export type TextTagProblemCode =
  'label-missing' | 'key-unknown' | 'key-repeated' | 'value-invalid' | 'quote-open' | 'too-long' | 'not-a-tag';

export interface TextTagProblem {
  readonly code: TextTagProblemCode;
  /** English, without document text except the names of keys. */
  readonly detail: string;
}

const MAX_TAG = 1500;
const MAX_LABEL = 200;
const KINDS: readonly PlacementKind[] = ['signature', 'initials', 'date', 'text', 'checkbox'];
const SIZES: Readonly<Record<PlacementKind, readonly [number, number]>> = {
  signature: [180, 60],
  initials: [90, 40],
  date: [120, 24],
  text: [180, 24],
  checkbox: [18, 18],
};
const KEYS = new Set(['role', 'type', 'order', 'width', 'height', 'required', 'dx', 'dy', 'name']);
/** DocuSeal's keys for looks: harmless to us. */
const IGNORED_KEYS = new Set(['format', 'font', 'font_size', 'font_type', 'color', 'align', 'valign']);
const CLOSING_QUOTES: Readonly<Record<string, string>> = {
  '"': '"',
  '“': '”“"',
  '”': '”"',
  '„': '“”"',
  '‟': '”"',
};

/**
 * Where the tag that opens at `text[start]` ends (index after `}}`), or null while it is still open.
 * Braces inside quoted values do not count, unless the quote never closes.
 */
export function endOfTag(text: string, start: number): number | null {
  const open = /^\{\s*\{/u.exec(text.slice(start, start + 8));
  if (open === null) return null;
  const body = start + open[0].length;
  return endQuoteAware(text, body) ?? (hasOpenQuote(text, body) ? plainEnd(text, body) : null);
}

function endQuoteAware(text: string, body: number): number | null {
  let closing: string | null = null;
  let valueStart = true;
  for (let i = body; i < text.length; i += 1) {
    const char = text.charAt(i);
    if (closing !== null) {
      if (char === '\\') i += 1;
      else if (closing.includes(char)) closing = null;
      continue;
    }
    if (valueStart && char in CLOSING_QUOTES) closing = CLOSING_QUOTES[char] ?? null;
    if (char === '}') {
      const end = /^\}\s*\}/u.exec(text.slice(i, i + 8));
      if (end !== null) return i + end[0].length;
    }
    if (char === ';' || char === '=') valueStart = true;
    else if (!/\s/u.test(char)) valueStart = false;
  }
  return null;
}

function hasOpenQuote(text: string, body: number): boolean {
  return /[=;]\s*["“”„‟]|^\s*["“”„‟]/u.test(text.slice(body));
}

function plainEnd(text: string, body: number): number | null {
  const end = /\}\s*\}/u.exec(text.slice(body));
  return end === null ? null : body + end.index + end[0].length;
}

/** Parses a whole tag, braces included. Never throws. */
export function parseTextTag(text: string): Result<TextTag, TextTagProblem> {
  if (text.length > MAX_TAG) return problem('too-long', `the tag is longer than ${MAX_TAG} characters`);
  const braces = /^\s*\{\s*\{([\s\S]*)\}\s*\}\s*$/u.exec(text);
  if (braces === null) return problem('not-a-tag', 'the braces do not match');
  const body = braces[1] ?? '';
  const adobe = /^\s*(\*?)([^;:="]*?)_es_\s*:([^;="]*)$/u.exec(body.replaceAll('\n', ''));
  if (adobe !== null) return parseAdobeTag(adobe[1] === '*', adobe[2] ?? '', adobe[3] ?? '');
  const parts = splitParts(body);
  return parts.ok ? fromParts(parts.value) : parts;
}

interface Part {
  /** Null for a part without `=`. */
  readonly key: string | null;
  readonly value: string;
  readonly quoted: boolean;
}

function splitParts(body: string): Result<readonly Part[], TextTagProblem> {
  const parts: Part[] = [];
  let at = 0;
  while (at <= body.length) {
    const key = /^\s*([A-Za-z][A-Za-z_\s]*)=/u.exec(body.slice(at));
    const name = key?.[1]?.replace(/\s+/gu, '').toLowerCase();
    // The first part is the label: "a=b" is a key there only when we know the key.
    const isKey = name !== undefined && (parts.length > 0 || KEYS.has(name));
    if (key !== null && isKey) at += key[0].length;
    const value = readValue(body, at);
    if (!value.ok) return value;
    parts.push({ key: isKey ? name : null, value: value.value.text, quoted: value.value.quoted });
    at = value.value.end + 1;
  }
  return ok(parts);
}

function readValue(
  body: string,
  from: number,
): Result<{ readonly text: string; readonly quoted: boolean; readonly end: number }, TextTagProblem> {
  let at = from;
  while (/\s/u.test(body.charAt(at))) at += 1;
  const closing = CLOSING_QUOTES[body.charAt(at)];
  if (closing === undefined) {
    const semicolon = body.indexOf(';', at);
    const end = semicolon === -1 ? body.length : semicolon;
    return ok({ text: body.slice(at, end), quoted: false, end });
  }
  let text = '';
  for (at += 1; at < body.length && !closing.includes(body.charAt(at)); at += 1) {
    if (body.charAt(at) === '\\' && at + 1 < body.length) at += 1;
    text += body.charAt(at);
  }
  if (at >= body.length) return problem('quote-open', 'a quoted value is not closed');
  const rest = /^\s*(;|$)/u.exec(body.slice(at + 1));
  if (rest === null) return problem('quote-open', 'text follows a quoted value');
  return ok({ text, quoted: true, end: at + 1 + rest[0].length - (rest[1] === ';' ? 1 : 0) });
}

function fromParts(parts: readonly Part[]): Result<TextTag, TextTagProblem> {
  const [first] = parts;
  const values = new Map<string, string>();
  const rest = first?.key === null ? parts.slice(1) : parts;
  for (const part of rest) {
    if (part.key === null) {
      if (part.value.trim() === '' && !part.quoted) continue;
      return problem('key-unknown', 'a part after the label has no key');
    }
    if (IGNORED_KEYS.has(part.key)) continue;
    if (!KEYS.has(part.key)) return problem('key-unknown', `unknown key ${printableKey(part.key)}`);
    if (values.has(part.key)) return problem('key-repeated', `key ${part.key} is given twice`);
    values.set(part.key, part.quoted ? spoken(part.value) : unwrapped(part.value));
  }
  const label = first?.key === null ? spoken(first.value) : (values.get('name') ?? '');
  if (label === '') return problem('label-missing', 'the tag has no label');
  if (label.length > MAX_LABEL) return problem('too-long', `the label is longer than ${MAX_LABEL} characters`);
  return fromValues(label, values);
}

function fromValues(label: string, values: ReadonlyMap<string, string>): Result<TextTag, TextTagProblem> {
  const kind = KINDS.find((candidate) => candidate === (values.get('type') ?? 'signature').toLowerCase());
  if (kind === undefined) return invalid('type', `one of ${KINDS.join(', ')}`);
  const role = canonicalRole(values.get('role') ?? 'customer');
  if (!/^[\p{L}\p{N}][\p{L}\p{M}\p{N} _.-]{0,39}$/u.test(role)) return invalid('role', 'a short word');
  const order = optional(values, 'order', (text) => integer(text, 1, 99));
  if (order === undefined) return invalid('order', 'a whole number from 1 to 99');
  const width = optional(values, 'width', (text) => points(text, 1, 5000));
  if (width === undefined) return invalid('width', 'points above 0');
  const height = optional(values, 'height', (text) => points(text, 1, 5000));
  if (height === undefined) return invalid('height', 'points above 0');
  const dx = optional(values, 'dx', (text) => points(text, -5000, 5000));
  if (dx === undefined) return invalid('dx', 'points');
  const dy = optional(values, 'dy', (text) => points(text, -5000, 5000));
  if (dy === undefined) return invalid('dy', 'points');
  const required = optional(values, 'required', truth);
  if (required === undefined) return invalid('required', 'true or false');
  const name = values.get('name') ?? null;
  if (name !== null && !/^[^\p{Cc}]{1,100}$/u.test(name)) return invalid('name', '1 to 100 characters');
  return ok({
    kind,
    label,
    role,
    order,
    required: required ?? kind !== 'checkbox',
    width: width ?? SIZES[kind][0],
    height: height ?? SIZES[kind][1],
    dx: dx ?? 0,
    dy: dy ?? 0,
    name,
  });
}

/** `{{*Name_es_:signer2:date:...}}`: a star means required; signatures always are. */
function parseAdobeTag(star: boolean, name: string, rest: string): Result<TextTag, TextTagProblem> {
  const [who = '', type = 'text'] = rest.split(':').map((part) => part.replace(/\s+/gu, '').toLowerCase());
  const signer = /^signer(\d{1,2})$/.exec(who);
  const order = integer(signer?.[1] ?? '', 1, 99);
  if (order === undefined) return invalid('signer', 'signer1 to signer99');
  const kind = KINDS.find((candidate) => candidate === type);
  if (kind === undefined) return invalid('type', `one of ${KINDS.join(', ')}`);
  const label = name.trim() === '' ? kind : name.trim();
  const [width, height] = SIZES[kind];
  const required = star || kind === 'signature' || kind === 'initials';
  return ok({ kind, label, role: who, order, required, width, height, dx: 0, dy: 0, name: null });
}

/** Null: not given. Undefined: given but wrong. */
function optional<T>(
  values: ReadonlyMap<string, string>,
  key: string,
  read: (text: string) => T | undefined,
): T | null | undefined {
  const text = values.get(key);
  return text === undefined ? null : read(text);
}

function integer(text: string, least: number, most: number): number | undefined {
  if (!/^\d{1,4}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}

function points(text: string, least: number, most: number): number | undefined {
  const match = /^([+\-−]?)(\d{1,5}(?:[.,]\d{1,4})?)(?:pt)?$/iu.exec(text.replace(/\s+/gu, ''));
  if (match === null) return undefined;
  const size = Number((match[2] ?? '').replace(',', '.'));
  const value = match[1] === '-' || match[1] === '−' ? -size : size;
  return value >= least && value <= most ? value : undefined;
}

function truth(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  if (['true', 'yes', '1', 'da'].includes(lower)) return true;
  return ['false', 'no', '0', 'ne'].includes(lower) ? false : undefined;
}

/** Text that people read: every run of white space, wraps included, is one space. */
function spoken(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** A bare value: a wrap in the middle of a word is nothing. */
function unwrapped(text: string): string {
  return text
    .replace(/(?<=\S)\n(?=\S)/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
}

function printableKey(key: string): string {
  return /^[a-z_]{1,20}$/.test(key) ? key : '(unreadable)';
}

function invalid(key: string, expected: string): Result<never, TextTagProblem> {
  return problem('value-invalid', `${key} must be ${expected}`);
}

function problem(code: TextTagProblemCode, detail: string): Result<never, TextTagProblem> {
  return err({ code, detail });
}
