import { json } from '../../_server/answer.ts';
import { kioskRoute } from '../../_server/route.ts';

export const GET = kioskRoute({ who: 'display' }, ({ kiosk }) => json(kiosk.display()));
