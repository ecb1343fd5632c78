import { createHash, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { canonicalBytes } from '../canonical-json.ts';
import { EnvelopeError, openEnveloped } from '../cms/open-enveloped.ts';
import { sha256, type Sha256 } from '../digest.ts';
import { parseCanonical } from './canonical-form.ts';
import { absent, Fault, passed } from './checks.ts';
import type { BindingEntry } from './binding.ts';
import type { Check } from './verification-report.ts';

const PICTURE_ONLY = 'No pen data was recorded: the signatory chose the picture only.';

/** The sealed capture in the signature against the one at hand. @throws Fault */
export function checkCommitment(
  entry: BindingEntry | null,
  captures: ReadonlyMap<Sha256, Uint8Array> | undefined,
): Check {
  if (entry === null) return absent('no-binding', 'The signature commits to no capture; it is of another product.');
  if (entry.sealedCapture === null) return absent('picture-only', PICTURE_ONLY);
  if (captures === undefined) {
    return absent('capture-not-here', 'The sealed capture is not with the document; the signature holds its digest.');
  }
  const capture = captures.get(entry.sealedCapture);
  if (capture === undefined || sha256(capture) !== entry.sealedCapture) {
    throw new Fault('capture-mismatch', 'The sealed capture that the signature commits to is not there.');
  }
  return passed('The sealed capture is the one that the signature commits to.');
}

const contentSchema = z.strictObject({
  type: z.literal('countersign.sealed-capture'),
  version: z.literal(1),
  binding: z.record(z.string(), z.unknown()),
  salt: z.base64(),
  capture: z.record(z.string(), z.unknown()),
});

/** Opens the capture and recomputes what it was bound to. @throws Fault */
export function checkOpened(
  entry: BindingEntry | null,
  captures: ReadonlyMap<Sha256, Uint8Array> | undefined,
  key: KeyObject | undefined,
): Check {
  if (key === undefined) return absent('no-escrow-key', 'No escrow key was given, so the capture stays closed.');
  if (entry === null) return absent('no-binding', 'There is no capture to open.');
  const { h2, sealedCapture } = entry;
  if (h2 === null || sealedCapture === null) return absent('picture-only', PICTURE_ONLY);
  const sealed = captures?.get(sealedCapture);
  if (sealed === undefined) return absent('capture-not-here', 'There is no capture to open.');
  const content = open(sealed, key);
  try {
    judgeContent(content, entry, h2);
  } finally {
    content.fill(0);
  }
  return passed('The opened capture is bound to the revision that was shown and to this signature.');
}

function judgeContent(bytes: Uint8Array, entry: BindingEntry, h2: Sha256): void {
  const parsed = contentSchema.safeParse(parseCanonical(bytes));
  if (!parsed.success) {
    throw new Fault('capture-malformed', 'What was sealed is not a capture in its one canonical form.');
  }
  const { binding, salt, capture } = parsed.data;
  if (Buffer.from(salt, 'base64').length !== 32) throw new Fault('capture-malformed', 'The salt has not 32 bytes.');
  if (sha256(canonicalBytes(binding)) !== entry.binding) {
    throw new Fault('capture-binding', 'The capture was sealed with another binding statement.');
  }
  // H2 = SHA-256(H1 || salt || capture record) (formats 7.1)
  const recomputed = createHash('sha256')
    .update(Buffer.from(entry.h1, 'hex'))
    .update(Buffer.from(salt, 'base64'))
    .update(canonicalBytes(capture))
    .digest('hex');
  if (recomputed !== h2) throw new Fault('capture-digest', 'The capture is not the one the signature commits to.');
}

function open(sealed: Uint8Array, key: KeyObject): Uint8Array {
  try {
    return openEnveloped(sealed, key);
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error;
    if (error.code === 'no-recipient-for-key' || error.code === 'key-unsuitable') {
      throw new Fault('escrow-key', 'The given key does not open this capture.', 'indeterminate');
    }
    throw new Fault(`capture-${error.code}`, 'The sealed capture cannot be opened: it was damaged.');
  }
}
