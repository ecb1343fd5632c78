/** A line for people. Always standard error, so that `--json` output stays one document. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

const TERMINAL_EVERY_MS = 1_000;
const LOG_EVERY_MS = 10_000;

/**
 * Tells of a long step until `end` is called: on a terminal one line that counts the seconds, elsewhere a line every
 * ten. `note()` gives the words for what is being done just now, or an empty text.
 */
export function startProgress(what, note = () => '', stream = process.stderr) {
  const began = Date.now();
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
  const state = () => [seconds(), note()].filter((part) => part !== '').join(', ');
  const onTerminal = stream.isTTY === true;
  const show = () => {
    if (onTerminal) stream.write(`\r\u001b[2K${what} … ${state()}`.slice(0, (stream.columns ?? 120) + 4));
    else stream.write(`  still working (${state()})\n`);
  };
  if (onTerminal) show();
  else stream.write(`${what} …\n`);
  const ticker = setInterval(show, onTerminal ? TERMINAL_EVERY_MS : LOG_EVERY_MS);
  return {
    end(done) {
      clearInterval(ticker);
      if (onTerminal) stream.write(`\r\u001b[2K${what}: ${done ? 'done in' : 'stopped after'} ${seconds()}\n`);
      else if (done) stream.write(`  done in ${seconds()}\n`);
    },
  };
}
