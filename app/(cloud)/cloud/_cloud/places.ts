import type { CloudAct } from '../../../../signing/access/cloud-roles.ts';
import type { ConsoleMessages } from '../../../_i18n/console.ts';

/** A part of the console. */
export type Place = keyof ConsoleMessages['nav'];

/** In the order of the navigation, each with what one has to be allowed to be there; the first is where the console opens. */
export const PLACES: readonly { readonly place: Place; readonly path: string; readonly act: CloudAct }[] = [
  { place: 'exceptions', path: '/cloud', act: 'exceptions.read' },
  { place: 'packages', path: '/cloud/packages', act: 'packages.read' },
  { place: 'kiosks', path: '/cloud/kiosks', act: 'kiosks.read' },
  { place: 'branches', path: '/cloud/branches', act: 'configuration.read' },
  { place: 'keys', path: '/cloud/keys', act: 'keys.read' },
  { place: 'retention', path: '/cloud/retention', act: 'retention.read' },
  { place: 'programs', path: '/cloud/programs', act: 'integration.manage' },
  { place: 'users', path: '/cloud/users', act: 'users.read' },
];
