import type { KeyObject } from 'node:crypto';
import { parseCaptureContent, recomputeCommitment } from '../capture/sealed-content.ts';
import { EnvelopeError, openEnveloped } from '../cms/open-enveloped.ts';
import { sha256, type Sha256 } from '../digest.ts';
import { absent, Fault, passed } from './checks.ts';
import type { BindingEntry } from './binding.ts';
import type { Check } from './verification-report.ts';

const PICTURE_ONLY = 'No pen data was recorded: the signatory chose the picture only.';

/** The sealed capture in the signature against the one at hand; null there: erased, and recorded. @throws Fault */
export function checkCommitment(
  entry: BindingEntry | null,
  captures: ReadonlyMap<Sha256, Uint8Array | null> | undefined,
): Check {
  if (entry === null) return absent('no-binding', 'The signature commits to no capture; it is of another product.');
  if (entry.sealedCapture === null) return absent('picture-only', PICTURE_ONLY);
  if (entry.embedded !== null) {
    if (sha256(entry.embedded) !== entry.sealedCapture) {
      throw new Fault(
        'capture-mismatch',
        'The sealed capture in the document is not the one its signature commits to.',
      );
    }
    return passed(
      'The sealed capture is in the document; it is the one that the signature commits to.',
      'capture-embedded',
    );
  }
  if (captures === undefined) {
    return absent('capture-not-here', 'The sealed capture is not with the document; the signature holds its digest.');
  }
  const capture = captures.get(entry.sealedCapture);
  if (capture === null) {
    return absent('capture-erased', 'The sealed capture was erased; the signature still holds its digest.');
  }
  if (capture === undefined || sha256(capture) !== entry.sealedCapture) {
    throw new Fault('capture-mismatch', 'The sealed capture that the signature commits to is not there.');
  }
  return passed('The sealed capture is the one that the signature commits to.');
}

/** Opens the capture and recomputes what it was bound to. @throws Fault */
export function checkOpened(
  entry: BindingEntry | null,
  captures: ReadonlyMap<Sha256, Uint8Array | null> | undefined,
  key: KeyObject | undefined,
): Check {
  if (key === undefined) return absent('no-escrow-key', 'No escrow key was given, so the capture stays closed.');
  if (entry === null) return absent('no-binding', 'There is no capture to open.');
  const { h2, sealedCapture } = entry;
  if (h2 === null || sealedCapture === null) return absent('picture-only', PICTURE_ONLY);
  const sealed = entry.embedded ?? captures?.get(sealedCapture);
  if (sealed === null) return absent('capture-erased', 'The sealed capture was erased: there is nothing to open.');
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
  const content = parseCaptureContent(bytes);
  if (!content.ok) {
    throw new Fault('capture-malformed', `What was sealed is not a capture in its one form (${content.error}).`);
  }
  if (sha256(content.value.statement) !== entry.binding) {
    throw new Fault('capture-binding', 'The capture was sealed with another binding statement.');
  }
  if (recomputeCommitment(entry.h1, content.value) !== h2) {
    throw new Fault('capture-digest', 'The capture is not the one the signature commits to.');
  }
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
