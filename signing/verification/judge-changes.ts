import { failed, passed } from './checks.ts';
import type { RevisionStep } from './later-changes.ts';
import type { Permissions } from './permissions.ts';
import type { SignatureReport } from './verification-report.ts';

type LaterChanges = SignatureReport['laterChanges'];
const ORDER = ['none', 'signing', 'form-filling', 'other'] as const;

/**
 * What came after a signature, held against what it permits. Without certification "form filling and
 * signing" is the most (formats 5.7).
 */
export function judgeChanges(
  steps: readonly RevisionStep[],
  trailing: boolean,
  permissions: Permissions,
): LaterChanges {
  const level = ORDER[Math.max(0, ...steps.map((step) => ORDER.indexOf(step.level)), trailing ? 3 : 0)] ?? 'other';
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
  if (broken !== null) return { ...failed(...broken), level };
  return { ...passed(WORDS[level]), level };
}

const WORDS = {
  none: 'Nothing was changed after this signature.',
  signing: 'After this signature only further signatures or validation data were added.',
  'form-filling': 'After this signature empty form fields were filled in; content already there is unchanged.',
} as const;

function brokenRule(steps: readonly RevisionStep[], permissions: Permissions): readonly [string, string] | null {
  const { certification } = permissions;
  const fields = steps.flatMap(({ filled, signed }) => [...filled, ...signed]);
  if (certification === 1 && fields.length > 0) {
    return ['certified-no-changes', 'The document was certified against any change, and was changed.'];
  }
  if (certification !== null && steps.some(({ newVisibleField }) => newVisibleField)) {
    return ['certified-new-field', 'A visible signature field was added to a certified document.'];
  }
  if (fields.some((name) => permissions.locks(name))) {
    return ['field-locked', 'A field that this signature locked was changed after it.'];
  }
  return null;
}
