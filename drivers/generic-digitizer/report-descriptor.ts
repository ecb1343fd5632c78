/**
 * HID report descriptors (USB HID 1.11 section 6.2.2, `pads.md` 4.2), read for their input and feature reports. Output
 * items are skipped over. What a device says of itself is hostile input: size, depth and number of fields are bounded.
 */
import { err, ok } from '../../signing/result.ts';
import type { Result } from '../../signing/result.ts';

export interface HidCollection {
  /** Collection type of the item: 0 physical, 1 application, 2 logical. */
  readonly kind: number;
  /** Page in the high half. */
  readonly usage: number;
}
export interface HidField {
  /** Page in the high half, as an unsigned number: 0x000d0042 is the tip switch. */
  readonly usage: number;
  /** From the start of the report as hidraw gives it: an ID, where there is one, is bits 0 to 7. */
  readonly bitOffset: number;
  readonly bitSize: number;
  readonly logicalMin: number;
  readonly logicalMax: number;
  /** Both 0 where the device gives no physical range. */
  readonly physicalMin: number;
  readonly physicalMax: number;
  /** Nibbles of the unit item: 0x11 cm, 0x13 inch, 0x14 degree, 0x1001 second. */
  readonly unit: number;
  readonly unitExponent: number;
  /** A value outside the logical range means that there is none. */
  readonly nullState: boolean;
  /** Movement since the last report instead of a place: mice. */
  readonly relative: boolean;
  /** Outermost first. */
  readonly collections: readonly HidCollection[];
}
export interface HidReport {
  /** 0 where the device uses no report IDs. */
  readonly id: number;
  /** Length with the ID byte, rounded up to whole bytes. */
  readonly byteLength: number;
  readonly fields: readonly HidField[];
}
export interface ReportDescriptor {
  readonly usesIds: boolean;
  /** In order of first appearance. */
  readonly inputs: readonly HidReport[];
  /** Settings and queries; runs of more than `maxSettings` fields are blocks of bytes and only count for the length. */
  readonly features: readonly HidReport[];
}
export interface DescriptorProblem {
  readonly code: 'damaged' | 'too-large';
  /** What is wrong and at which byte. */
  readonly detail: string;
}

/** Real ones are up to 2.1 KB; Linux takes 4 KB. */
const maxBytes = 16_384;
const maxDepth = 32;
const maxFields = 8192;
/** Longer runs of fields are raw blocks, such as the heat map of a touch screen: only their length matters. */
const maxRun = 256;
const maxSettings = 8;
/** No transport carries longer reports. */
const maxReportBits = 65_535 * 8;

interface Value {
  readonly unsigned: number;
  readonly signed: number;
}
interface Globals {
  page: number;
  logicalMin: Value;
  logicalMax: Value;
  physicalMin: Value;
  physicalMax: Value;
  unit: number;
  unitExponent: number;
  size: number;
  count: number;
  id: number;
}
interface OpenReport {
  bits: number;
  readonly fields: HidField[];
}
interface UsageRange {
  readonly first: number;
  readonly last: number;
}

const zero: Value = { unsigned: 0, signed: 0 };
const initial: Globals = {
  page: 0,
  logicalMin: zero,
  logicalMax: zero,
  physicalMin: zero,
  physicalMax: zero,
  unit: 0,
  unitExponent: 0,
  size: 0,
  count: 0,
  id: 0,
};

export function parseReportDescriptor(bytes: Uint8Array): Result<ReportDescriptor, DescriptorProblem> {
  if (bytes.length > maxBytes) return err({ code: 'too-large', detail: `${bytes.length} bytes` });
  const reader = new Reader();
  for (let at = 0; at < bytes.length;) {
    const prefix = bytes[at] ?? 0;
    if (prefix === 0xfe) {
      // Long item: size, tag, data. None is defined.
      at += 3 + (bytes[at + 1] ?? 0);
      if (at > bytes.length) return err({ code: 'damaged', detail: 'ends inside a long item' });
      continue;
    }
    const size = [0, 1, 2, 4][prefix & 3] ?? 0;
    if (at + 1 + size > bytes.length) return err({ code: 'damaged', detail: `ends inside an item (byte ${at})` });
    const problem = reader.item(prefix & 0xfc, size, itemValue(bytes, at + 1, size));
    if (problem !== null) return err({ ...problem, detail: `${problem.detail} (byte ${at})` });
    at += 1 + size;
  }
  return reader.end();
}

function itemValue(bytes: Uint8Array, at: number, size: number): Value {
  let unsigned = 0;
  for (let i = 0; i < size; i += 1) unsigned += (bytes[at + i] ?? 0) * 2 ** (8 * i);
  const span = 2 ** (8 * size);
  return { unsigned, signed: size > 0 && unsigned >= span / 2 ? unsigned - span : unsigned };
}

const damaged = (detail: string): DescriptorProblem => ({ code: 'damaged', detail });
const tooLarge = (detail: string): DescriptorProblem => ({ code: 'too-large', detail });

class Reader {
  #globals: Globals = { ...initial };
  readonly #pushed: Globals[] = [];
  readonly #collections: HidCollection[] = [];
  readonly #inputs = new Map<number, OpenReport>();
  readonly #features = new Map<number, OpenReport>();
  #usages: UsageRange[] = [];
  #rangeFirst: number | null = null;
  #usesIds = false;
  #fields = 0;

  end(): Result<ReportDescriptor, DescriptorProblem> {
    if (this.#collections.length > 0) return err(damaged('a collection is not closed'));
    return ok({
      usesIds: this.#usesIds,
      inputs: this.#finished(this.#inputs),
      features: this.#finished(this.#features),
    });
  }

  #finished(reports: ReadonlyMap<number, OpenReport>): readonly HidReport[] {
    const shift = this.#usesIds ? 8 : 0;
    return [...reports].map(([id, { bits, fields }]) => ({
      id,
      byteLength: Math.ceil((bits + shift) / 8),
      fields: fields.map((field) => ({ ...field, bitOffset: field.bitOffset + shift })),
    }));
  }

  item(tag: number, size: number, value: Value): DescriptorProblem | null {
    const type = tag & 0x0c;
    if (type === 0x0c) return null;
    if (type === 0) {
      const problem = this.#main(tag, value.unsigned);
      this.#usages = [];
      this.#rangeFirst = null;
      return problem;
    }
    return type === 4 ? this.#global(tag, value) : this.#local(tag, size, value.unsigned);
  }

  #main(tag: number, value: number): DescriptorProblem | null {
    switch (tag) {
      case 0x80:
        return this.#fieldsOf(this.#inputs, value);
      case 0xb0:
        return this.#fieldsOf(this.#features, value);
      case 0xa0:
        if (this.#collections.length >= maxDepth) return tooLarge('collections are nested too deep');
        this.#collections.push({ kind: value & 0xff, usage: this.#usages[0]?.first ?? 0 });
        return null;
      case 0xc0:
        return this.#collections.pop() === undefined ? damaged('no collection to close') : null;
      default:
        return null;
    }
  }

  #global(tag: number, value: Value): DescriptorProblem | null {
    const globals = this.#globals;
    switch (tag) {
      case 0x04:
        globals.page = value.unsigned & 0xffff;
        return null;
      case 0x14:
        globals.logicalMin = value;
        return null;
      case 0x24:
        globals.logicalMax = value;
        return null;
      case 0x34:
        globals.physicalMin = value;
        return null;
      case 0x44:
        globals.physicalMax = value;
        return null;
      case 0x54:
        // A nibble by the standard, a signed byte in some devices.
        globals.unitExponent = value.unsigned >= 8 && value.unsigned <= 15 ? value.unsigned - 16 : value.signed;
        return null;
      case 0x64:
        globals.unit = value.unsigned;
        return null;
      case 0x74:
        globals.size = value.unsigned;
        return null;
      case 0x84:
        if (value.unsigned === 0 || value.unsigned > 255) return damaged('report ID is not 1 to 255');
        globals.id = value.unsigned;
        this.#usesIds = true;
        return null;
      case 0x94:
        globals.count = value.unsigned;
        return null;
      case 0xa4:
        if (this.#pushed.length >= maxDepth) return tooLarge('globals are pushed too deep');
        this.#pushed.push({ ...globals });
        return null;
      case 0xb4: {
        const before = this.#pushed.pop();
        if (before === undefined) return damaged('nothing to pop');
        this.#globals = before;
        return null;
      }
      default:
        return null;
    }
  }

  #local(tag: number, size: number, value: number): DescriptorProblem | null {
    // A 4-byte usage carries its page.
    const usage = size === 4 ? value : this.#globals.page * 0x10000 + value;
    if (tag === 0x08) this.#usages.push({ first: usage, last: usage });
    if (tag === 0x18) this.#rangeFirst = usage;
    if (tag === 0x28) {
      if (this.#rangeFirst === null || usage < this.#rangeFirst) return damaged('usage range without a beginning');
      this.#usages.push({ first: this.#rangeFirst, last: usage });
      this.#rangeFirst = null;
    }
    return null;
  }

  #fieldsOf(reports: Map<number, OpenReport>, flags: number): DescriptorProblem | null {
    const { id, size, count } = this.#globals;
    const report = reports.get(id) ?? { bits: 0, fields: [] };
    reports.set(id, report);
    const start = report.bits;
    report.bits += size * count;
    if (report.bits > maxReportBits) return tooLarge('a report is too long');
    const constant = (flags & 1) !== 0;
    const variable = (flags & 2) !== 0;
    if (constant || !variable || size === 0 || this.#usages.length === 0) return null;
    if (reports === this.#features && count > maxSettings) return null;
    const kept = Math.min(count, maxRun);
    this.#fields += kept;
    if (this.#fields > maxFields) return tooLarge('too many fields');
    const common = this.#common(flags);
    const next = usageWalk(this.#usages);
    for (let i = 0; i < kept; i += 1) {
      report.fields.push({ ...common, usage: next(), bitOffset: start + i * size });
    }
    return null;
  }

  #common(flags: number): Omit<HidField, 'usage' | 'bitOffset'> {
    const { size, unit, unitExponent, logicalMin, logicalMax, physicalMin, physicalMax } = this.#globals;
    return {
      bitSize: size,
      logicalMin: logicalMin.signed,
      logicalMax: maximum(logicalMin, logicalMax),
      physicalMin: physicalMin.signed,
      physicalMax: maximum(physicalMin, physicalMax),
      unit,
      unitExponent,
      nullState: (flags & 0x40) !== 0,
      relative: (flags & 4) !== 0,
      collections: [...this.#collections],
    };
  }
}

/** Written as 25 FF for 255 by many: negative at its own size, but meant unsigned where the minimum is not negative. */
function maximum(min: Value, max: Value): number {
  return min.signed >= 0 && max.signed < 0 ? max.unsigned : max.signed;
}

/** The n-th field takes the n-th usage, and the last one repeats. */
function usageWalk(ranges: readonly UsageRange[]): () => number {
  let range = 0;
  let step = 0;
  return () => {
    const current = ranges[range] ?? { first: 0, last: 0 };
    const usage = current.first + step;
    if (usage < current.last) step += 1;
    else if (range + 1 < ranges.length) {
      range += 1;
      step = 0;
    }
    return usage;
  };
}
