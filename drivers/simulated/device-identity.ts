/** What a STU pad says of itself (`pads.md` 1.6). */
import { be16 } from './device-pen.ts';
import { stuVendorId } from './stu-facts.ts';
import type { StuFacts } from './stu-facts.ts';

const release = 0x0100;

/** The payload, without the ID; null for a report that is not about identity. */
export function identityReport(facts: StuFacts, id: number): readonly number[] | null {
  switch (id) {
    case 0x06:
      return [...be16(stuVendorId), ...be16(facts.productId), ...be16(release), 0, 0];
    case 0x08:
      return [...text(facts.label, 9), ...facts.firmware, 0, 0, 0, 0, 0];
    case 0x09:
      return [
        ...[facts.maxX, facts.maxY, facts.maxPressure, facts.width, facts.height].flatMap(be16),
        facts.reportsPerSecond,
        ...be16(facts.unitsPerInch),
        facts.encodings,
        0,
        0,
      ];
    case 0x0b:
      return text(facts.identity, 10);
    case 0x0f:
      return text(facts.identity, 13);
    default:
      return null;
  }
}

/** ASCII, zero-padded. */
const text = (value: string, length: number): readonly number[] =>
  Array.from({ length }, (_, at) => value.charCodeAt(at) || 0);
