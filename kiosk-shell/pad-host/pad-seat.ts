import type { DriverClock } from '../../drivers/clock.ts';
import { PadError } from '../../drivers/pad.ts';
import type { Pad, PadEvent } from '../../drivers/pad.ts';
import {
  armPadSession,
  beginPadSession,
  beginScreenlessSession,
  disarmPadSession,
  nextPadSession,
} from '../../drivers/pad-session.ts';
import type { PadSession, SessionOutput } from '../../drivers/pad-session.ts';
import type { ScreenSize } from '../../drivers/screen/parts.ts';
import { renderSignScreen, renderWords } from '../../drivers/screen/render.ts';
import { signScreen, waitingScreen } from '../../drivers/screen/sign-screen.ts';
import type { SignScreenContent } from '../../drivers/screen/sign-screen.ts';
import { idleScreen, messageScreen, wordScreen } from '../../drivers/screen/word-screens.ts';
import type { IdleContent } from '../../drivers/screen/word-screens.ts';
import { drawingProgress } from './drawing-progress.ts';
import type { HeldScreen, PadButton, PadCaptureEvent, PadCaptureOptions, PadCaptureStarted } from './protocol.ts';

interface Running {
  session: PadSession;
  /** With the strokes kept from before, until the signatory clears; null on a pad without a screen of its own. */
  picture: Uint8Array | null;
  readonly listener: (event: PadCaptureEvent) => void;
  /** Before this the one who starts hears of a loss from `start` itself. */
  started: boolean;
}
export interface PadSeatPorts {
  readonly clock: DriverClock;
  /** Once, when the pad is gone. */
  gone(): void;
  /** How far a picture is has changed. */
  progress(): void;
}

/** One open pad and what is going on at it. What it waits for keeps nobody else waiting. */
export class PadSeat {
  readonly pad: Pad;
  /** Why the pad is gone, once it is. */
  lost: 'unplugged' | 'failed' | 'asked' | null = null;
  /** Share of a picture that has been sent; null when none is on its way. */
  drawing: number | null = null;
  readonly #ports: PadSeatPorts;
  readonly #stopListening: () => void;
  #running: Running | null = null;
  /** Screens are drawn one after the other; a simulated pen waits for the last as a person would. */
  #drawn: Promise<void> = Promise.resolve();
  /** Screens asked for so far. One that is not the last when its turn comes has been overtaken and is left out. */
  #asked = 0;
  /** What stands on the screen, if it is known. */
  #shown: string | null = null;

  constructor(pad: Pad, ports: PadSeatPorts) {
    this.pad = pad;
    this.#ports = ports;
    this.#stopListening = pad.onEvent((event) => {
      this.#take(event);
      if (event.type === 'closed') this.#leave(event.reason);
    });
  }

  get capturing(): boolean {
    return this.#running !== null;
  }

  /** The idle picture, or an empty screen when there is none to show. Nothing while something is signed. */
  showIdle(content: IdleContent | null): Promise<void> {
    const picture = (size: ScreenSize): Uint8Array | null => content && renderWords(idleScreen(size, content)).rgba;
    return this.#show(JSON.stringify(content), picture);
  }

  /** A screen of the ceremony on which nothing is signed. Nothing while something is. */
  show(held: HeldScreen): Promise<void> {
    return this.#show(JSON.stringify(held), (size) => pictureOf(held, size));
  }

  #show(key: string, picture: (size: ScreenSize) => Uint8Array | null): Promise<void> {
    const { screen } = this.pad.description.geometry;
    if (this.#running || !screen) return Promise.resolve();
    const asked = ++this.#asked;
    return this.#inTurn(async () => {
      if (asked !== this.#asked || this.#shown === key) return;
      this.#shown = null;
      const rgba = picture(screen);
      await this.pad.endCapture();
      if (rgba) await this.#send(rgba);
      else await this.pad.clearScreen();
      this.#shown = key;
    });
  }

  /** Rejects with `PadError`; nothing is captured then. A capture under way is replaced. */
  async start(
    content: SignScreenContent,
    options: PadCaptureOptions,
    listener: (event: PadCaptureEvent) => void,
  ): Promise<PadCaptureStarted> {
    const { description } = this.pad;
    const running: Running = { ...this.#begin(content, options), listener, started: false };
    this.#running = running;
    this.#asked++;
    try {
      await this.#arm(running);
      running.started = true;
    } catch (error) {
      if (this.#running === running) this.#running = null;
      throw error;
    }
    return { description, area: running.session.area };
  }

  #begin(
    content: SignScreenContent,
    { kept, area }: PadCaptureOptions,
  ): { readonly session: PadSession; readonly picture: Uint8Array | null } {
    const { geometry, shows } = this.pad.description;
    if (shows !== 'own-screen') return { session: beginScreenlessSession(geometry, area ?? null), picture: null };
    if (!geometry.screen) throw new PadError('unsupported', 'the pad has no screen to sign on');
    const layout = signScreen(geometry.screen, content, kept);
    return { session: beginPadSession(layout, geometry), picture: renderSignScreen(layout).rgba };
  }

  /** Ends the capture and takes everything personal off the screen. Never rejects for what the pad does. */
  async stop(idle: IdleContent | null): Promise<void> {
    const wasRunning = this.#running !== null;
    this.#running = null;
    if (wasRunning && !this.pad.description.geometry.screen) await this.#endCapture();
    await this.showIdle(idle).catch(ignorePadError);
  }

  #endCapture(): Promise<void> {
    return this.#inTurn(() => this.pad.endCapture()).catch(ignorePadError);
  }

  /** The pad is no longer where it was, whether or not its handle has noticed. Nobody waits for its closing. */
  vanish(): void {
    this.#take({ type: 'closed', reason: 'unplugged' });
    this.#leave('unplugged');
  }

  buttons(): readonly PadButton[] {
    const buttons = this.#running?.session.screen?.buttons;
    if (!buttons) return [];
    return (['clear', 'cancel', 'ok'] as const).map((name) => ({ name, ...buttons[name] }));
  }

  async settled(): Promise<void> {
    await this.#drawn;
  }

  #arm(running: Running): Promise<void> {
    const { screen } = running.session;
    return this.#inTurn(async () => {
      if (this.lost) throw new PadError('unplugged', 'the pad is gone');
      if (this.#running !== running) throw new PadError('wrong-state', 'another capture has begun');
      this.#shown = null;
      await this.pad.endCapture();
      if (running.picture) await this.#send(running.picture);
      await this.pad.startCapture(screen?.ink);
      running.session = armPadSession(running.session);
    });
  }

  async #send(rgba: Uint8Array): Promise<void> {
    const { told, ended } = drawingProgress(this.#ports.clock, (share) => {
      this.drawing = share;
      this.#ports.progress();
    });
    try {
      await this.pad.showPicture(rgba, told);
    } finally {
      ended();
    }
  }

  #inTurn(draw: () => Promise<void>): Promise<void> {
    const drawn = this.#drawn.then(draw);
    this.#drawn = drawn.catch(() => undefined);
    return drawn;
  }

  #leave(reason: 'unplugged' | 'failed' | 'asked'): void {
    if (this.lost) return;
    this.lost = reason;
    this.#stopListening();
    this.#ports.gone();
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
        const { screen } = running.session;
        if (screen?.kept) running.picture = renderSignScreen({ ...screen, kept: null }).rgba;
        this.#arm(running).catch(() => {
          if (this.#running !== running) return;
          this.#running = null;
          running.listener({ type: 'lost', reason: 'failed' });
        });
      }
    }
    running.listener(output);
  }
}

function pictureOf(held: HeldScreen, size: ScreenSize): Uint8Array {
  switch (held.kind) {
    case 'message':
      return renderWords(messageScreen(size, held.content)).rgba;
    case 'word':
      return renderWords(wordScreen(size, held.content)).rgba;
    case 'waiting':
      return renderSignScreen(waitingScreen(size, held.content)).rgba;
  }
}

function ignorePadError(error: unknown): void {
  if (!(error instanceof PadError)) throw error;
}
