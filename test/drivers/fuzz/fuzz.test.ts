import { describe, expect, it } from 'vitest';
import { fuzzParser, mutated, xorshift } from './fuzz-parser.ts';
import { fuzzedParsers } from './parsers.ts';

const runs = 100_000;

describe('mutated input', () => {
  it.each(fuzzedParsers)('of $name gives a value or a problem, never a throw', (parser) => {
    const outcome = fuzzParser(parser, runs);
    expect(outcome.failure).toBeNull();
    // Both sides of the parser were tried.
    expect(outcome.read).toBeGreaterThan(100);
    expect(outcome.refused).toBeGreaterThan(100);
  });

  it('finds the one byte that makes a parser throw, and says on which input', () => {
    const fragile = (bytes: Uint8Array): boolean => {
      if (bytes.length === 5 && bytes[3] === 0x81) throw new RangeError('here');
      return true;
    };
    const seeds = [Uint8Array.of(1, 2, 3, 4, 5)];
    const { failure } = fuzzParser({ name: 'fragile', seeds, parse: fragile }, runs);
    expect(failure?.error).toBeInstanceOf(RangeError);
    expect(failure?.input).toMatch(/^.{6}81.{2}$/);
  });

  it('counts what a parser reads and what it refuses, and is the same from the same seed', () => {
    const parser = { name: 'even', seeds: [Uint8Array.of(1, 2, 3)], parse: (bytes: Uint8Array) => bytes.length === 3 };
    const [first, again] = [fuzzParser(parser, 1000, 7), fuzzParser(parser, 1000, 7)];
    expect(first).toEqual(again);
    expect(first.read + first.refused).toBe(1000);
    expect(Math.min(first.read, first.refused)).toBeGreaterThan(100);
    expect(fuzzParser(parser, 1000, 8)).not.toEqual(first);
  });

  it('leaves the seeds as they are', () => {
    const seeds = [Buffer.from([1, 2, 3, 4])];
    fuzzParser({ name: 'any', seeds, parse: () => true }, 1000);
    expect([...seeds[0]!]).toEqual([1, 2, 3, 4]);
  });

  it('comes in all lengths, from nothing to longer than any seed', () => {
    const random = xorshift(5);
    const lengths = Array.from({ length: 1000 }, () => mutated([new Uint8Array(8)], random).length);
    expect([Math.min(...lengths), Math.max(...lengths) > 20]).toEqual([0, true]);
  });
});
