/** Steps told to a person, one at a time; the next step or `done` ends the one before. */
export interface Progress {
  step(what: string): void;
  done(): void;
  /** A line in between, such as a complaint of a server. */
  line(text: string): void;
}

const EVERY_MS = 1_000;

/** On a terminal the step that runs counts its seconds; elsewhere each step is one line. */
export function startProgress(
  stream: NodeJS.WritableStream & { readonly isTTY?: boolean },
  now: () => number = () => performance.now(),
): Progress {
  const onTerminal = stream.isTTY === true;
  let running: { readonly what: string; readonly began: number } | null = null;
  let ticker: NodeJS.Timeout | undefined;
  const seconds = (began: number): string => `${Math.round((now() - began) / 1000)} s`;
  const show = (): void => {
    if (running !== null) stream.write(`\r\u001b[2K${running.what} … ${seconds(running.began)}`);
  };
  const finish = (): void => {
    clearInterval(ticker);
    if (running !== null && onTerminal) stream.write(`\r\u001b[2K${running.what} (${seconds(running.began)})\n`);
    running = null;
  };
  return {
    step(what) {
      finish();
      running = { what, began: now() };
      if (!onTerminal) {
        stream.write(`${what} …\n`);
        return;
      }
      show();
      ticker = setInterval(show, EVERY_MS);
      ticker.unref();
    },
    done: finish,
    line(text) {
      if (onTerminal && running !== null) stream.write('\r\u001b[2K');
      stream.write(`${text}\n`);
      if (onTerminal) show();
    },
  };
}
