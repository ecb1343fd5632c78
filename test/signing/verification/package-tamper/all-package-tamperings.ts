import { AUDIT_LIES } from './audit-lies.ts';
import { ERASURE_LIES } from './erasure-lies.ts';
import { FILE_TRICKS } from './file-tricks.ts';
import { KIOSK_LIES } from './kiosk-lies.ts';
import { MANIFEST_TRICKS } from './manifest-tricks.ts';
import type { PackageTampering } from './package-tampering.ts';
import { ZIP_TRICKS } from './zip-tricks.ts';

/** Every named sample, in the order of the table in README.md. */
export const PACKAGE_TAMPERINGS: readonly PackageTampering[] = [
  ...[...ZIP_TRICKS, ...FILE_TRICKS, ...MANIFEST_TRICKS],
  ...[...KIOSK_LIES, ...AUDIT_LIES, ...ERASURE_LIES],
];
