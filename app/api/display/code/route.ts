import { json } from '../../../_server/answer.ts';
import { kioskRoute } from '../../../_server/route.ts';

/** A short code that makes another device a customer's screen. */
export const POST = kioskRoute({ who: 'staff' }, ({ kiosk, actor }) => json(kiosk.newDisplayCode(actor)));
