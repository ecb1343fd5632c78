import { cookies, headers } from 'next/headers';
import type { Metadata } from 'next';
import type { ReactNode } from 'react';

import { LanguageProvider } from '../../_components/language.tsx';
import { chooseLanguage, LANGUAGE_COOKIE } from '../../_i18n/languages.ts';
import { isDisplay } from '../../_server/session.ts';
import { CustomerApp } from './_screens/customer-app.tsx';

/** No name of anything in the window's title: the next customer reads it too. */
export const metadata: Metadata = { title: 'Countersign' };

export default async function CustomerPage(): Promise<ReactNode> {
  const [paired, jar, head] = await Promise.all([isDisplay(), cookies(), headers()]);
  const language = chooseLanguage(jar.get(LANGUAGE_COOKIE)?.value, head.get('accept-language'));
  return (
    <LanguageProvider initial={language} remember={false}>
      <CustomerApp paired={paired} home={language} />
    </LanguageProvider>
  );
}
