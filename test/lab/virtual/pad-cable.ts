/** One virtual pad and the cable it hangs on, if any. */
import { systemClock } from '../../../drivers/clock.ts';
import type { Cable } from './pad-orders.ts';
import { plugUhid } from './uhid.ts';
import { serveUsbip } from './usbip-server.ts';
import type { SessionCounts } from './usbip-session.ts';
import { plug } from './vhci.ts';
import type { VirtualPad } from './virtual-pad.ts';

/** The only device of a server. */
export const servedBusId = '1-1';

interface Plugged {
  readonly port: number | null;
  readonly counts: SessionCounts | null;
  unplug(): void;
}

export class PadCable {
  readonly #pad: VirtualPad;
  readonly #gone: () => void;
  #plugged: Plugged | null = null;
  #cable: Cable | null = null;

  /** `gone` hears of every end of a connection. */
  constructor(pad: VirtualPad, gone: () => void) {
    this.#pad = pad;
    this.#gone = gone;
    pad.onLeaving((backInMs) => {
      const cable = this.#cable;
      this.unplug();
      if (backInMs === null || !cable) return;
      systemClock.after(backInMs, () => void this.plug(cable));
    });
  }

  get counts(): SessionCounts | null {
    return this.#plugged?.counts ?? null;
  }

  async plug(cable: Cable): Promise<number | null> {
    if (this.#plugged) throw new Error('the pad is plugged in already');
    this.#cable = cable;
    this.#plugged = await this.#connect(cable);
    return this.#plugged.port;
  }

  unplug(): void {
    const plugged = this.#plugged;
    this.#plugged = null;
    plugged?.unplug();
  }

  async #connect(cable: Cable): Promise<Plugged> {
    const ended = (plugged: { readonly unplug: () => void }): void => {
      if (this.#plugged?.unplug === plugged.unplug) this.#plugged = null;
      this.#gone();
    };
    switch (cable.road) {
      case 'vhci': {
        const plugged = await plug(this.#pad.usbDevice(), cable.port);
        void plugged.ended.then(() => ended(plugged));
        return plugged;
      }
      case 'uhid': {
        const { identity } = this.#pad.core;
        const plugged = await plugUhid(this.#pad, identity, `virtual-pad-${process.pid}`);
        void plugged.ended.then(() => ended(plugged));
        return { ...plugged, port: null, counts: null };
      }
      case 'serve': {
        const server = await serveUsbip(new Map([[servedBusId, this.#pad.usbDevice()]]), cable.port);
        const plugged = {
          port: server.port,
          counts: null,
          unplug: () => void server.close().then(() => ended(plugged)),
        };
        return plugged;
      }
    }
  }
}
