import { enterDisplay } from '../../../_server/display-presence.ts';
import { kioskRoute } from '../../../_server/route.ts';
import { eventStream } from '../../../_server/sse.ts';
import type { DisplayMessage } from '../../../_server/stream-messages.ts';

export const GET = kioskRoute({ who: 'display' }, ({ kiosk, request, token }) =>
  eventStream<DisplayMessage>(request.signal, {
    start(send) {
      const leave = enterDisplay();
      const stop = kiosk.subscribe((event) => {
        if (event.type === 'display') send({ type: 'view', view: event.view });
        if (event.type === 'live' && event.customer) {
          send({ type: 'live', strokes: event.strokes, reset: event.reset });
        }
      });
      send({ type: 'view', view: kiosk.display() });
      return () => {
        stop();
        leave();
      };
    },
    alive: () => kiosk.isDisplay(token),
    last: { type: 'signed-out' },
  }),
);
