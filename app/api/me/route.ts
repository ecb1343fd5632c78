import { json } from '../../_server/answer.ts';
import { kioskRoute } from '../../_server/route.ts';

/** Who is signed in. Asking is an act of the person before the screen: it keeps the session. */
export const GET = kioskRoute({ who: 'staff' }, ({ actor }) => json({ staff: actor.staff }));
