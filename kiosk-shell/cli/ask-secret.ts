/** Asks somebody at the terminal; null when they gave up or nobody is there. */
export type AskSecret = (prompt: string) => Promise<string | null>;

/**
 * Reads a line from the terminal without showing it. The prompt goes to standard error, so that `--json` stays one
 * document. Without a terminal nobody is asked: a passphrase then comes from a file.
 */
export const askAtTerminal: AskSecret = async (prompt) => {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) return null;
  stderr.write(`${prompt}: `);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.resume();
  try {
    return await line(stdin);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
};

/** Ctrl-C and Ctrl-D come as characters while the terminal is raw. */
const CANCEL: ReadonlySet<string> = new Set(['\u0003', '\u0004']);
const END: ReadonlySet<string> = new Set(['\r', '\n', ...CANCEL]);

function line(stdin: NodeJS.ReadStream): Promise<string | null> {
  return new Promise((resolve) => {
    let text = '';
    const end = (value: string | null): void => {
      stdin.off('data', take);
      resolve(value);
    };
    const take = (chunk: Buffer | string): void => {
      for (const key of String(chunk)) {
        if (END.has(key)) {
          end(CANCEL.has(key) ? null : text);
          return;
        }
        if (key === '\u007f' || key === '\b') text = Array.from(text).slice(0, -1).join('');
        else if (key >= ' ') text += key;
      }
    };
    stdin.on('data', take);
  });
}
