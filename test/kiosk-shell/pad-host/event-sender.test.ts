import { describe, expect, it } from 'vitest';
import { eventSender } from '../../../kiosk-shell/pad-host/event-sender.ts';
import type { FromPadHost, PadCaptureEvent } from '../../../kiosk-shell/pad-host/protocol.ts';
import { ManualClock } from '../../drivers/manual-clock.ts';

const ink = (x: number, lost = 0): PadCaptureEvent => ({
  type: 'samples',
  samples: [{ x, y: 0, tip: true, inRange: true, at: x }],
  lost,
});
const button: PadCaptureEvent = { type: 'button', button: 'ok' };

function sender() {
  const clock = new ManualClock();
  const sent: FromPadHost[] = [];
  const events = eventSender((message) => sent.push(message), clock);
  const told = () => sent.map((message) => (message.type === 'capture' ? message.events : []));
  return { clock, sent, events, told };
}

describe('events on their way to the kiosk', () => {
  it('go one by one and at once at the rate of a pad', async () => {
    const { clock, events, told } = sender();
    for (let at = 0; at < 4; at++) {
      events.add(1, ink(at));
      await clock.advance(0);
      expect(told()).toHaveLength(at + 1);
      await clock.advance(5);
    }
  });
  it('are gathered when they follow each other faster, each once, in order, losses added up', async () => {
    const { clock, events, told } = sender();
    for (let at = 0; at < 20; at++) {
      events.add(1, ink(at, at === 7 ? 2 : 1));
      await clock.advance(1);
    }
    await clock.advance(10);
    expect(told().length).toBeLessThanOrEqual(6);
    const all = told().flat();
    const samples = all.flatMap((event) => (event.type === 'samples' ? event.samples : []));
    expect(samples.map(({ x }) => x)).toEqual(Array.from({ length: 20 }, (_, at) => at));
    expect(all.reduce((sum, event) => sum + (event.type === 'samples' ? event.lost : 0), 0)).toBe(21);
  });
  it('keep the order of samples and buttons, and a button does not wait', async () => {
    const { clock, events, told } = sender();
    events.add(1, ink(1));
    await clock.advance(0);
    events.add(1, ink(2));
    events.add(1, button);
    events.add(1, ink(3));
    await clock.advance(0);
    expect(told()).toEqual([[ink(1)], [ink(2), button, ink(3)]]);
    await clock.advance(20);
    expect(told()).toHaveLength(2);
  });
  it('of two captures are never mixed', async () => {
    const { clock, sent, events } = sender();
    events.add(1, ink(1));
    events.add(2, ink(2));
    events.add(1, ink(3));
    await clock.advance(0);
    expect(sent).toMatchObject([
      { capture: 1, events: [{ samples: [{ x: 1 }, { x: 3 }] }] },
      { capture: 2, events: [{ samples: [{ x: 2 }] }] },
    ]);
  });
  it('are not changed where they came from, and go before an answer when they are flushed', () => {
    const { events, told } = sender();
    const first = ink(1);
    events.add(1, first);
    events.add(1, ink(2));
    events.flush();
    events.flush();
    expect(first).toEqual(ink(1));
    expect(told()).toHaveLength(1);
  });
});
