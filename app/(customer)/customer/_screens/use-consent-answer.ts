import { useState } from 'react';

import { post } from '../../../_components/api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { useSettled } from '../../../_components/use-settled.ts';
import { refusalText } from '../../../_i18n/messages.ts';

type ConsentAnswer = 'biometric' | 'picture-only';

/** Tells the kiosk the signatory's answer, once the screen has stood long enough to be looked at. */
export function useConsentAnswer(ceremony: string): {
  readonly answer: (given: ConsentAnswer) => Promise<void>;
  readonly busy: boolean;
  readonly problem: string | null;
} {
  const { t, language } = useLanguage();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const isSettled = useSettled(ceremony);
  const answer = async (given: ConsentAnswer): Promise<void> => {
    if (!isSettled()) return;
    setBusy(true);
    setProblem(null);
    const result = await post('/api/display/acts/consent', { ceremony, answer: given, language });
    if (result.ok) return;
    setBusy(false);
    setProblem(refusalText(t, result.error.code));
  };
  return { answer, busy, problem };
}
