'use client';

import type { ReactNode } from 'react';

import type { RetentionView } from '../../../../kiosk-shell/cloud-api.ts';
import { post } from '../../../_components/api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { ActDialog, ChoiceField, Field, ReasonField, textOf } from './act-dialog.tsx';

export type RetentionQuestion =
  | { readonly kind: 'days'; readonly rule: RetentionView['rules'][number] }
  | { readonly kind: 'place'; readonly tenants: readonly string[] }
  | { readonly kind: 'lift'; readonly hold: RetentionView['holds'][number] };

export function RetentionDialog({
  question,
  onDone,
  onClose,
}: {
  readonly question: RetentionQuestion;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useLanguage();
  const words = t.console;
  const common = { onDone, onClose };
  switch (question.kind) {
    case 'days': {
      const { tenant, class: of, days } = question.rule;
      return (
        <ActDialog
          {...common}
          title={words.changeDaysTitle(words.retentionClass[of])}
          text={words.changeDaysText}
          go={words.changeDays}
          danger
          run={(form) =>
            post('/api/cloud/retention/rules', {
              ...{ tenant, class: of, days: Number(textOf(form, 'days')) },
              reason: textOf(form, 'reason') === '' ? null : textOf(form, 'reason'),
            })
          }
        >
          <Field label={words.daysLabel} name="days" type="number" value={days ?? ''} />
          <ReasonField required={false} />
        </ActDialog>
      );
    }
    case 'place':
      return (
        <ActDialog
          {...common}
          title={words.holdTitle}
          text={words.holdText}
          go={words.holdPlace}
          run={(form) =>
            post('/api/cloud/retention/holds', {
              tenant: question.tenants.length === 1 ? question.tenants[0] : textOf(form, 'tenant'),
              scope: { from: dayOf(form, 'from'), until: dayOf(form, 'until') },
              reason: textOf(form, 'reason'),
              endsAt: textOf(form, 'ends') === '' ? null : dayOf(form, 'ends'),
            })
          }
        >
          {question.tenants.length > 1 && (
            <ChoiceField label={words.tenant} name="tenant" options={question.tenants.map((one) => [one, one])} />
          )}
          <Field label={words.holdFrom} name="from" type="date" />
          <Field label={words.holdUntil} name="until" type="date" />
          <Field label={words.holdEnds} name="ends" type="date" required={false} />
          <ReasonField />
        </ActDialog>
      );
    case 'lift': {
      const { id, tenant } = question.hold;
      return (
        <ActDialog
          {...common}
          title={words.liftTitle}
          text={words.liftText}
          go={words.lift}
          danger
          run={(form) =>
            post(`/api/cloud/retention/holds/${encodeURIComponent(id)}/lift`, {
              tenant,
              reason: textOf(form, 'reason'),
            })
          }
        >
          <ReasonField />
        </ActDialog>
      );
    }
  }
}

/** The beginning of the day that was chosen, by the clock of whoever chose it. */
function dayOf(form: FormData, name: string): string {
  const [year = 0, month = 1, day = 1] = textOf(form, name).split('-').map(Number);
  return new Date(year, month - 1, day).toISOString();
}
