import { PadError } from '../../drivers/pad.ts';
import type { Pad, PadEvent } from '../../drivers/pad.ts';
import {
  armPadSession,
  beginPadSession,
  disarmPadSession,
  inkAreaOf,
  nextPadSession,
} from '../../drivers/pad-session.ts';
import type { PadSession, SessionOutput } from '../../drivers/pad-session.ts';
import { renderSignScreen, renderWords } from '../../drivers/screen/render.ts';
import { signScreen } from '../../drivers/screen/sign-screen.ts';
import type { SignScreenContent } from '../../drivers/screen/sign-screen.ts';
import { idleScreen, messageScreen } from '../../drivers/screen/word-screens.ts';
import type { IdleContent, MessageContent, WordScreen } from '../../drivers/screen/word-screens.ts';
import type { PadButton, PadCaptureEvent, PadCaptureStarted } from './protocol.ts';

interface Running {
  session: PadSession;
  readonly picture: Uint8Array;
  readonly listener: (event: PadCaptureEvent) => void;
  /** Before this the one who starts hears of a loss from `start` itself. */
  started: boolean;
}

/** One open pad and what is going on at it. */
export class PadSeat {
  readonly pad: Pad;
  /** Why the pad is gone, once it is. */
  lost: 'unplugged' | 'failed' | 'asked' | null = null;
  #running: Running | null = null;
  /** Screens are drawn one after the other; a simulated pen waits for the last as a person would. */
  #drawn: Promise<void> = Promise.resolve();

  constructor(pad: Pad, gone: () => void) {
    this.pad = pad;
    pad.onEvent((event) => {
      this.#take(event);
      if (event.type === 'closed') {
        this.lost = event.reason;
        gone();
      }
    });
  }

  get capturing(): boolean {
    return this.#running !== null;
  }

  /** The idle picture, or an empty screen when there is none to show. Nothing while something is signed. */
  showIdle(content: IdleContent | null): Promise<void> {
    return this.#showWords((size) => (content ? idleScreen(size, content) : null));
  }

  showMessage(message: MessageContent): Promise<void> {
    return this.#showWords((size) => messageScreen(size, message));
  }

  #showWords(layout: (size: { readonly width: number; readonly height: number }) => WordScreen | null): Promise<void> {
    return this.#inTurn(async () => {
      const { screen } = this.pad.description.geometry;
      if (this.#running || !screen) return;
      const words = layout(screen);
      await this.pad.endCapture();
      if (words) await this.pad.showPicture(renderWords(words).rgba);
      else await this.pad.clearScreen();
    });
  }

  /** Rejects with `PadError`; nothing is captured then. A capture under way is replaced. */
  async start(content: SignScreenContent, listener: (event: PadCaptureEvent) => void): Promise<PadCaptureStarted> {
    const { description } = this.pad;
    const { screen } = description.geometry;
    if (!screen) throw new PadError('unsupported', 'the pad has no screen to sign on');
    const layout = signScreen(screen, content);
    const running: Running = {
      session: beginPadSession(layout, description.geometry),
      picture: renderSignScreen(layout).rgba,
      listener,
      started: false,
    };
    this.#running = running;
    try {
      await this.#draw(running);
      running.started = true;
    } catch (error) {
      if (this.#running === running) this.#running = null;
      throw error;
    }
    return { description, area: inkAreaOf(layout, description.geometry) };
  }

  /** Ends the capture and takes everything personal off the screen. Never rejects for what the pad does. */
  async stop(idle: IdleContent | null): Promise<void> {
    this.#running = null;
    await this.showIdle(idle).catch((error: unknown) => {
      if (!(error instanceof PadError)) throw error;
    });
  }

  buttons(): readonly PadButton[] {
    if (!this.#running) return [];
    const { buttons } = this.#running.session.screen;
    return (['clear', 'cancel', 'ok'] as const).map((name) => ({ name, ...buttons[name] }));
  }

  async settled(): Promise<void> {
    await this.#drawn;
  }

  #draw(running: Running): Promise<void> {
    const { ink } = running.session.screen;
    return this.#inTurn(async () => {
      if (this.lost) throw new PadError('unplugged', 'the pad is gone');
      if (this.#running !== running) throw new PadError('wrong-state', 'another capture has begun');
      await this.pad.endCapture();
      await this.pad.showPicture(running.picture);
      await this.pad.startCapture(ink);
      running.session = armPadSession(running.session);
    });
  }

  #inTurn(draw: () => Promise<void>): Promise<void> {
    const drawn = this.#drawn.then(draw);
    this.#drawn = drawn.catch(() => undefined);
    return drawn;
  }

  #take(event: PadEvent): void {
    const running = this.#running;
    if (!running) return;
    const step = nextPadSession(running.session, event);
    running.session = step.session;
    for (const output of step.outputs) this.#pass(running, output);
  }

  #pass(running: Running, output: SessionOutput): void {
    if (output.type === 'lost') {
      this.#running = null;
      if (!running.started) return;
    }
    if (output.type === 'button') {
      running.session = disarmPadSession(running.session);
      if (output.button === 'clear') {
        this.#draw(running).catch(() => {
          if (this.#running !== running) return;
          this.#running = null;
          running.listener({ type: 'lost', reason: 'failed' });
        });
      }
    }
    running.listener(output);
  }
}
