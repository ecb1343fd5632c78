'use client';

import type { ReactNode } from 'react';

import type { ReceivedPackage } from '../../../../kiosk-shell/cloud-api.ts';
import { useLanguage } from '../../../_components/language.tsx';
import { formatDateTime } from '../../../_i18n/format.ts';
import styles from './cloud.module.css';

/** When and why pen data was taken out, from the signed records in the package. */
export function Erasures({ erasures }: { readonly erasures: ReceivedPackage['erasures'] }): ReactNode {
  const { t, language } = useLanguage();
  const words = t.erasure;
  return erasures.map(({ erasedAt, legalBasis, request, captures }) => (
    <div className="notice" key={erasedAt}>
      <div>
        <p>
          {words.erased(formatDateTime(language, erasedAt), legalBasis)} {words.count(captures.length)}.
        </p>
        <p className={styles['muted']}>{words.facts(words.asker[request.by], request.reference)}</p>
      </div>
    </div>
  ));
}
