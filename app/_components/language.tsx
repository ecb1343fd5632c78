'use client';

import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';

import { LANGUAGE_COOKIE, LANGUAGE_NAMES, LANGUAGES, type Language } from '../_i18n/languages.ts';
import { messagesIn, type Messages } from '../_i18n/messages.ts';

interface LanguageState {
  readonly language: Language;
  readonly t: Messages;
  readonly setLanguage: (language: Language) => void;
}
const LanguageContext = createContext<LanguageState | null>(null);

/**
 * @param remember Staff keep their choice in a cookie; the customer's choice belongs to them alone and ends with the
 * ceremony, so it is only ever state.
 */
export function LanguageProvider({
  initial,
  remember,
  children,
}: {
  readonly initial: Language;
  readonly remember: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const [language, setState] = useState(initial);
  const setLanguage = useCallback(
    (next: Language) => {
      setState(next);
      if (remember) document.cookie = `${LANGUAGE_COOKIE}=${next}; Path=/; Max-Age=31536000; SameSite=Lax`;
    },
    [remember],
  );
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const value = useMemo(() => ({ language, t: messagesIn(language), setLanguage }), [language, setLanguage]);
  return <LanguageContext value={value}>{children}</LanguageContext>;
}

export function useLanguage(): LanguageState {
  const state = use(LanguageContext);
  if (state === null) throw new Error('useLanguage outside LanguageProvider');
  return state;
}

/** Two or more languages side by side: nobody has to find a menu in a language they do not read. */
export function LanguageSwitch({ className }: { readonly className?: string | undefined }): ReactNode {
  const { language, setLanguage, t } = useLanguage();
  return (
    <div className={`segmented ${className ?? ''}`} role="group" aria-label={t.common.language}>
      {LANGUAGES.map((one) => (
        <button key={one} type="button" lang={one} aria-pressed={one === language} onClick={() => setLanguage(one)}>
          {one.toUpperCase()} <span className="visually-hidden">{LANGUAGE_NAMES[one]}</span>
        </button>
      ))}
    </div>
  );
}
