import { onDisplays, openDisplays } from '../../_server/display-presence.ts';
import { kioskRoute } from '../../_server/route.ts';
import { eventStream } from '../../_server/sse.ts';
import type { StaffMessage } from '../../_server/stream-messages.ts';
import type { KioskApi, KioskEvent } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import { assertNever } from '../../../signing/result.ts';

export const GET = kioskRoute({ who: 'staff' }, ({ kiosk, request, token }) =>
  eventStream<StaffMessage>(request.signal, {
    start(send) {
      const stops = [
        kiosk.subscribe((event) => {
          const message = toStaff(kiosk, event);
          if (message !== null) send(message);
        }),
        onDisplays((displays) => send({ type: 'displays', displays })),
      ];
      send({ type: 'hello', counter: kiosk.counter(), displays: openDisplays(), shows: kiosk.display().kind });
      return () => stops.forEach((stop) => stop());
    },
    alive: () => kiosk.staffByToken(token, false) !== null,
    last: { type: 'signed-out' },
  }),
);

function toStaff(kiosk: KioskApi, event: KioskEvent): StaffMessage | null {
  switch (event.type) {
    case 'transactions':
      return event;
    case 'live': {
      const { type, ceremony, placement, strokes, reset } = event;
      return { type, ceremony, placement, strokes, reset };
    }
    case 'transaction': {
      const detail = kiosk.transaction(event.id);
      return detail === null ? null : { type: 'transaction', detail };
    }
    case 'counter':
      return { type: 'counter', counter: event.status };
    case 'display':
      return { type: 'shows', shows: event.view.kind };
    default:
      return assertNever(event);
  }
}
