import { failed, indeterminate, passed } from './checks.ts';
import type { RevisionStep } from './later-changes.ts';
import type { Permissions } from './permissions.ts';
import { CHANGE_LEVELS, type Check, type SignatureReport } from './verification-report.ts';

type LaterChanges = SignatureReport['laterChanges'];

/**
 * What came after a signature, held against what it permits. Without certification "form filling and
 * signing" is the most (formats 5.7).
 */
export function judgeChanges(
  steps: readonly RevisionStep[],
  trailing: boolean,
  permissions: Permissions,
): LaterChanges {
  const ranks = steps.map((step) => CHANGE_LEVELS.indexOf(step.level));
  const level = trailing ? 'other' : (CHANGE_LEVELS[Math.max(0, ...ranks)] ?? 'other');
  if (level === 'other') {
    const reasons = [
      ...steps.flatMap(({ reasons: own }) => own),
      ...(trailing ? ['Bytes follow the end of the file.'] : []),
    ];
    return {
      ...failed(
        'later-content-change',
        `Something changed after signing that may alter the content. ${[...new Set(reasons)].slice(0, 3).join(' ')}`.trim(),
      ),
      level,
    };
  }
  const broken = brokenRule(steps, permissions);
  if (broken !== null) return { ...broken, level };
  return { ...passed(WORDS[level]), level };
}

const WORDS = {
  none: 'Nothing was changed after this signature.',
  'long-term': 'After this signature only time-stamps and validation data were added, which show nothing.',
  signing: 'After this signature only further signatures or validation data were added.',
  'form-filling': 'After this signature empty form fields were filled in; content already there is unchanged.',
  annotation: 'After this signature remarks were added; content already there is unchanged.',
} as const;

function brokenRule(steps: readonly RevisionStep[], permissions: Permissions): Check | null {
  const { certification } = permissions;
  const fields = steps.flatMap(({ filled, signed }) => [...filled, ...signed]);
  if (certification === 1 && fields.length > 0) {
    return failed('certified-no-changes', 'The document was certified against any change, and was changed.');
  }
  // An empty field may lie anywhere, since it shows nothing; what counts is whether it was ever used.
  const signed = new Set(steps.flatMap((step) => [...step.signed, ...step.timestamped]));
  const used = new Set([...signed, ...steps.flatMap(({ filled }) => filled)]);
  const covers = steps.flatMap((step) => step.covers).filter(({ field, filled }) => filled || used.has(field));
  if (covers.some(({ over }) => over === 'signature' || over === 'annotation')) {
    const words =
      'A field that was signed or filled in after this signature lies over a signature or a field before it.';
    return failed('later-field-covers', words);
  }
  const placed = steps.flatMap((step) => step.placed).filter((name) => signed.has(name));
  if (certification !== null && placed.length > 0) {
    return failed('certified-new-field', 'A visible signature was added to a certified document, in a new field.');
  }
  if (fields.some((name) => permissions.locks(name))) {
    return failed('field-locked', 'A field that this signature locked was changed after it.');
  }
  if (steps.some(({ level }) => level === 'annotation')) {
    const words = 'After this signature remarks were added to the pages; somebody must look at what they say.';
    return certification === 3 ? indeterminate('later-annotation', words) : failed('later-annotation', words);
  }
  if (covers.some(({ filled }) => filled)) {
    const words =
      'A field that was filled in after this signature draws over text or pictures of the page; somebody must look at what it covers.';
    return indeterminate('later-filling-over-content', words);
  }
  if (covers.length > 0) {
    const words =
      'A later signature shows in a new field that lies over text or pictures of the page; somebody must look at what it covers.';
    return indeterminate('later-field-over-content', words);
  }
  if (steps.some(({ pictured }) => pictured.length > 0)) {
    const words = 'A later time-stamp, which anybody can obtain, shows something on a page; somebody must look at it.';
    return indeterminate('later-visible-timestamp', words);
  }
  const sealed = new Set(steps.flatMap((step) => step.sealed));
  if (placed.some((name) => !sealed.has(name))) {
    const words = 'A later signature shows in a place that was not there for it before; somebody must look at it.';
    return indeterminate('later-visible-field', words);
  }
  return null;
}
