import { z } from 'zod';
import { sha256Schema } from '../audit/parse-entry.ts';
import { fromUtf8, utf8 } from '../bytes.ts';
import { canonicalText, isCanonicalForm } from '../canonical-json.ts';
import { sha256, type Sha256 } from '../digest.ts';
import { err, ok, type Result } from '../result.ts';

/**
 * What is written down about every opening: one canonical JSON object a line, each with the digest of the line before, so
 * that a line taken out or changed shows. It is asked before anything is opened, and says afterwards what became of it.
 */
export type ReleaseEvent =
  | {
      readonly event: 'asked';
      /** The holders of the two passphrases, as the key file names them. */
      readonly holders: readonly [string, string];
      readonly reason: string;
      /** SHA-256 of the package, document or capture. */
      readonly input: Sha256;
      /** SHA-256 of the key's SubjectPublicKeyInfo. */
      readonly key: Sha256;
    }
  | { readonly event: 'refused'; readonly code: string }
  | {
      readonly event: 'opened';
      /** Digests of the sealed captures that were opened. */
      readonly captures: readonly Sha256[];
      /** Where the material was written; so that what a kill left behind can be found. */
      readonly folder: string;
      /** RFC 3339 UTC; null when it is kept knowingly. */
      readonly until: string | null;
    }
  | { readonly event: 'removed'; readonly why: 'limit' | 'ended' | 'left-behind' };

export type ReleaseEntry = ReleaseEvent & {
  readonly type: 'countersign.escrow-release';
  readonly version: 1;
  /** From 1. */
  readonly number: number;
  /** Number of the 'asked' entry that this one belongs to: its own there. */
  readonly release: number;
  /** RFC 3339 UTC. */
  readonly at: string;
  /** SHA-256 of the line before; null in the first. */
  readonly previous: Sha256 | null;
};

export interface ReleaseLogProblem {
  /** From 1. */
  readonly line: number;
  readonly problem: 'not-an-entry' | 'chain-broken' | 'incomplete';
}

const base = {
  type: z.literal('countersign.escrow-release'),
  version: z.literal(1),
  number: z.int().min(1),
  release: z.int().min(1),
  at: z.iso.datetime({ precision: 3 }),
  previous: sha256Schema.nullable(),
};
const text = z.string().min(1).max(2000);
const schema = z.discriminatedUnion('event', [
  z.strictObject({
    ...base,
    event: z.literal('asked'),
    holders: z.tuple([text, text]),
    reason: text,
    input: sha256Schema,
    key: sha256Schema,
  }),
  z.strictObject({ ...base, event: z.literal('refused'), code: text }),
  z.strictObject({
    ...base,
    event: z.literal('opened'),
    captures: z.array(sha256Schema),
    folder: text,
    until: z.iso.datetime({ precision: 3 }).nullable(),
  }),
  z.strictObject({ ...base, event: z.literal('removed'), why: z.enum(['limit', 'ended', 'left-behind']) }),
]);

/** Every entry, or where the log stops being one. An empty file is a log without entries. */
export function parseReleaseLog(bytes: Uint8Array): Result<readonly ReleaseEntry[], ReleaseLogProblem> {
  const lines = decode(bytes)?.split('\n');
  if (lines === undefined) return err({ line: 1, problem: 'not-an-entry' });
  // Each line ends with a break: a last one without was cut short.
  if (lines.pop() !== '') return err({ line: lines.length + 1, problem: 'incomplete' });
  const entries: ReleaseEntry[] = [];
  let previous: Sha256 | null = null;
  for (const [i, line] of lines.entries()) {
    const entry = parseLine(line);
    if (entry === null) return err({ line: i + 1, problem: 'not-an-entry' });
    const fits: boolean = entry.previous === previous && entry.number === i + 1 && entry.release <= entry.number;
    if (!fits) return err({ line: i + 1, problem: 'chain-broken' });
    entries.push(entry);
    previous = sha256(utf8(line));
  }
  return ok(entries);
}

function decode(bytes: Uint8Array): string | null {
  try {
    return fromUtf8(bytes);
  } catch {
    return null;
  }
}

function parseLine(line: string): ReleaseEntry | null {
  try {
    const parsed = schema.safeParse(JSON.parse(line));
    return parsed.success && isCanonicalForm(parsed.data, utf8(line)) ? parsed.data : null;
  } catch {
    return null;
  }
}

/** The next line, with its break. `release` is null for an 'asked' entry, which begins one. */
export function nextReleaseLine(
  entries: readonly ReleaseEntry[],
  event: ReleaseEvent,
  stamp: { readonly at: string; readonly release: number | null },
): { readonly entry: ReleaseEntry; readonly line: string } {
  const last = entries.at(-1);
  const number = entries.length + 1;
  const entry: ReleaseEntry = {
    ...event,
    type: 'countersign.escrow-release',
    version: 1,
    number,
    release: stamp.release ?? number,
    at: stamp.at,
    previous: last === undefined ? null : sha256(utf8(canonicalText(last))),
  };
  return { entry, line: `${canonicalText(entry)}\n` };
}

/** Releases whose time is over and that nobody removed: a kill or a power cut came in between. */
export function leftBehind(
  entries: readonly ReleaseEntry[],
  now: number,
): readonly { readonly release: number; readonly folder: string }[] {
  const removed = new Set(entries.flatMap((entry) => (entry.event === 'removed' ? [entry.release] : [])));
  return entries.flatMap((entry) =>
    entry.event === 'opened' && entry.until !== null && Date.parse(entry.until) <= now && !removed.has(entry.release)
      ? [{ release: entry.release, folder: entry.folder }]
      : [],
  );
}
