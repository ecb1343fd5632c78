import type { Metadata, Viewport } from 'next';
import localFont from 'next/font/local';
import { cookies, headers } from 'next/headers';
import type { ReactNode } from 'react';

import { LanguageProvider } from './_components/language.tsx';
import { chooseLanguage, LANGUAGE_COOKIE } from './_i18n/languages.ts';
import './tokens.css';

/** Latin-extended, Greek and Cyrillic, from the installed package: no request leaves the machine. */
const sans = localFont({
  src: [
    {
      path: '../node_modules/@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf',
      weight: '400',
      style: 'normal',
    },
    {
      path: '../node_modules/@expo-google-fonts/source-sans-3/600SemiBold/SourceSans3_600SemiBold.ttf',
      weight: '600',
      style: 'normal',
    },
  ],
  variable: '--font-sans',
  display: 'swap',
});

export const metadata: Metadata = { title: 'Countersign', robots: { index: false, follow: false } };
export const viewport: Viewport = { width: 'device-width', initialScale: 1 };

/** Every page shows the state of a running kiosk or cloud, and the script nonce (`proxy.ts`) needs a fresh rendering. */
export const dynamic = 'force-dynamic';

export default async function RootLayout({ children }: { readonly children: ReactNode }): Promise<ReactNode> {
  const [jar, head] = await Promise.all([cookies(), headers()]);
  const language = chooseLanguage(jar.get(LANGUAGE_COOKIE)?.value, head.get('accept-language'));
  return (
    <html lang={language} className={sans.variable}>
      <body>
        <LanguageProvider initial={language} remember>
          {children}
        </LanguageProvider>
      </body>
    </html>
  );
}
