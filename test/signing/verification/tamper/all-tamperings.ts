import { BOMBS } from './bombs.ts';
import { CHANGES } from './changes.ts';
import { DAMAGES } from './damages.ts';
import { DISGUISES } from './disguises.ts';
import { FORGERIES } from './forgeries.ts';
import type { Tampering } from './tampering.ts';

/** Every named sample, in the order of the table in README.md. */
export const TAMPERINGS: readonly Tampering[] = [...DAMAGES, ...FORGERIES, ...CHANGES, ...DISGUISES, ...BOMBS];
