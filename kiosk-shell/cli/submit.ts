import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { fromUtf8 } from '../../signing/bytes.ts';
import { randomId } from '../../signing/ids.ts';
import { err, ok } from '../../signing/result.ts';
import { PrivateFileError, readPrivateFile } from '../../vault/private-files.ts';
import { Inbox } from '../kiosk/inbox.ts';
import { tooLarge } from '../kiosk/intake-readiness.ts';
import { answering, CallProblem, readInput } from './call-problem.ts';
import { fromCaller, onEnd } from './caller.ts';
import { describeRefusal } from './refusal-words.ts';
import { submitTransaction, type SubmitPorts } from './submit-client.ts';

/**
 * `npm run submit`: hands documents to the cloud to be signed at a branch. Exit 0 when they were taken, 1 when they were
 * refused, 64 when it was called wrongly.
 */
const USAGE = [
  'Usage: npm run submit -- FILE... --branch B --cloud URL --key-file F',
  '       npm run submit -- --watch DIR --branch B --cloud URL --key-file F',
  'The files make one transaction; with --watch each PDF that another program puts into DIR makes one, and is moved to',
  'DIR/accepted or DIR/refused (with a text that says why). F holds the API key and is readable by its owner only (0600).',
].join('\n');

export function runSubmit(
  args: readonly string[],
  ports: { readonly fetch: typeof fetch; readonly watch: (inbox: Inbox) => void },
  out: NodeJS.WritableStream = process.stdout,
  complaints: NodeJS.WritableStream = process.stderr,
): Promise<number> {
  return answering(async () => {
    const { files, watch, ...target } = readArguments(args);
    const submit = { ...target, fetch: ports.fetch };
    if (watch !== null) {
      ports.watch(watchedFolder(watch, submit));
      out.write(`Watching ${watch}. End with Ctrl-C.\n`);
      return 0;
    }
    const read = files.map((file) => ({ name: basename(file), bytes: readInput(file, 'document') }));
    const taken = await submitTransaction(submit, read, randomId()).catch(() => null);
    if (taken === null) {
      complaints.write(`The cloud at ${target.cloudUrl} does not answer. Nothing is known to be taken: try again.\n`);
      return 1;
    }
    if (taken.ok) {
      out.write(`${taken.value}\n`);
      return 0;
    }
    const { code, document, words } = taken.error;
    const file = document === null ? undefined : read[document - 1]?.name;
    complaints.write(`${file === undefined ? words : describeRefusal(file, code)}\n`);
    return 1;
  }, complaints);
}

/** The counter's watched folder with the cloud behind it: a file keeps its id from the first attempt to the last, so it is one transaction. */
function watchedFolder(folder: string, ports: SubmitPorts): Inbox {
  return new Inbox(folder, {
    newId: randomId,
    // Asked again under the same id the cloud says the same.
    isTaken: () => false,
    intake: {
      async intake(files, _by, { id }) {
        const taken = await submitTransaction(ports, files, id);
        if (taken.ok) return ok(taken.value);
        // Of no file, but of key, branch or address: the folder is not to blame, and what is in it waits.
        if (taken.error.document === null) throw new Error(taken.error.words);
        return err({ refusal: { code: taken.error.code } });
      },
      refuseUnread: (_name, bytes) => err({ refusal: tooLarge(bytes) }),
    },
  });
}

function readArguments(
  args: readonly string[],
): Omit<SubmitPorts, 'fetch'> & { readonly files: readonly string[]; readonly watch: string | null } {
  const { values, positionals } = parse(args);
  const { branch, cloud, 'key-file': keyFile, watch } = values;
  if (branch === undefined || cloud === undefined || keyFile === undefined) throw new CallProblem(USAGE);
  if ((watch === undefined) === (positionals.length === 0)) throw new CallProblem(USAGE);
  const url = URL.canParse(cloud) ? new URL(cloud) : null;
  const local = ['127.0.0.1', 'localhost', '[::1]'].includes(url?.hostname ?? '');
  if (url === null || (url.protocol !== 'https:' && !(url.protocol === 'http:' && local))) {
    throw new CallProblem('--cloud must be an https address (http only on this machine): documents travel there.');
  }
  const folder = watch === undefined ? null : fromCaller(watch);
  if (folder !== null && !existsSync(folder)) throw new CallProblem(`There is no folder ${watch ?? ''}.`);
  const cloudUrl = `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  return { branch, cloudUrl, apiKey: readKey(keyFile), files: positionals, watch: folder };
}

function readKey(file: string): string {
  let text: string;
  try {
    text = fromUtf8(readPrivateFile(fromCaller(file))).trim();
  } catch (error) {
    throw new CallProblem(error instanceof PrivateFileError ? error.message : `The key file ${file} cannot be read.`);
  }
  if (!/^csk_[\w-]{43}$/.test(text)) throw new CallProblem(`There is no API key (csk_...) in ${file}.`);
  return text;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        branch: { type: 'string' },
        cloud: { type: 'string' },
        'key-file': { type: 'string' },
        watch: { type: 'string' },
      },
    });
  } catch (error) {
    throw new CallProblem(`${error instanceof Error ? error.message : ''}\n${USAGE}`);
  }
}

if (import.meta.main) {
  const watch = (inbox: Inbox): void => {
    inbox.start();
    // The folder's own timer does not keep a process.
    const alive = setInterval(() => undefined, 60_000);
    onEnd(async () => {
      clearInterval(alive);
      await inbox.stop();
    });
  };
  process.exitCode = await runSubmit(process.argv.slice(2), { fetch, watch });
}
