import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { provisionDemo } from '../demo/provision.ts';
import type { TransactionDetail } from '../kiosk-api.ts';
import { CounterClient, CounterRefusal } from './counter-client.ts';
import { describeRefusal } from './refusal-words.ts';
import { freePort, startServers } from './servers.ts';
import { WalkProblem, walkCeremony, type InkFile } from './walk-ceremony.ts';

/**
 * `npm run demo -- --pdf F --ink F [--ink F …] --out DIR`: the main job without a screen, through the real HTTP
 * surface of a kiosk and a cloud started for it on free ports, in a data folder that is removed afterwards.
 */
const USAGE = 'Usage: npm run demo -- --pdf FILE --ink FILE [--ink FILE ...] --out FOLDER [--json]';
const DELIVERY_PATIENCE_MS = 60_000;

class Problem extends Error {}

interface Arguments {
  readonly pdf: string;
  readonly ink: readonly string[];
  readonly out: string;
  readonly json: boolean;
}

function readArguments(): Arguments {
  try {
    const { values } = parseArgs({
      options: {
        pdf: { type: 'string' },
        ink: { type: 'string', multiple: true },
        out: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    if (values.pdf !== undefined && values.ink !== undefined && values.out !== undefined) {
      return { pdf: values.pdf, ink: values.ink, out: values.out, json: values.json };
    }
  } catch (problem) {
    console.error(problem instanceof Error ? problem.message : 'Unreadable arguments');
  }
  console.error(USAGE);
  process.exit(64);
}

function readFile(path: string, what: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch {
    throw new Problem(`The ${what} ${path} cannot be read.`);
  }
}

async function signAll(counter: CounterClient, opened: TransactionDetail, inks: readonly InkFile[]): Promise<void> {
  let used = 0;
  const nextInk = (): InkFile => {
    const ink = inks[Math.min(used, inks.length - 1)];
    if (ink === undefined) throw new Problem('No ink file was given.');
    used += 1;
    return ink;
  };
  for (;;) {
    const transaction = await counter.transaction(opened.id);
    const next = transaction.signatoryList.find((signatory) => signatory.state === 'next');
    if (next === undefined) return;
    say(`Signing as '${next.role}' (${next.fields === 1 ? 'one field' : `${next.fields} fields`}) …`);
    await walkCeremony(counter, transaction, next, nextInk);
    await counter.dismiss();
  }
}

async function untilDelivered(counter: CounterClient, id: string): Promise<TransactionDetail> {
  const deadline = performance.now() + DELIVERY_PATIENCE_MS;
  for (;;) {
    const transaction = await counter.transaction(id);
    if (transaction.delivery === 'delivered') return transaction;
    if (transaction.delivery === 'refused')
      throw new Problem(`The cloud refused the package: ${transaction.deliveryProblem ?? 'no reason given'}.`);
    if (performance.now() > deadline)
      throw new Problem(`No receipt came from the cloud within ${DELIVERY_PATIENCE_MS / 1000} s.`);
    await new Promise((wait) => setTimeout(wait, 50));
  }
}

/** Progress for people; with --json standard output is the one document. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function main(args: Arguments): Promise<void> {
  const pdf = readFile(args.pdf, 'PDF');
  const inks = args.ink.map((path) => ({ name: basename(path), bytes: readFile(path, 'ink file') }));
  const out = resolve(args.out);
  mkdirSync(out, { recursive: true });
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-demo-'));
  const [kioskPort, cloudPort] = [await freePort(), await freePort()];
  const urls = { kioskUrl: `http://127.0.0.1:${kioskPort}`, cloudUrl: `http://127.0.0.1:${cloudPort}` };
  say('Making a demo tenant and starting kiosk and cloud …');
  const demo = await provisionDemo(dataDir, { ...urls, now: new Date() });
  const servers = await startServers({
    root: join(import.meta.dirname, '..', '..'),
    dataDir,
    kioskPort,
    cloudPort,
    simulatedPad: 'stu-530',
    onLine: (name, line) => {
      if (/error/i.test(line)) say(`[${name}] ${line}`);
    },
  });
  const stop = async (): Promise<void> => {
    await servers.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stop().then(() => process.exit(130)));
  try {
    const clerk = demo.signIns.find((account) => account.role === 'clerk');
    if (clerk === undefined) throw new Problem('The demo tenant has no clerk.');
    const counter = new CounterClient(servers.kioskUrl);
    await counter.signIn(clerk.name, clerk.pin);
    await counter.becomeDisplay();
    say(`Taking in ${basename(args.pdf)} …`);
    const opened = await counter.intake([{ name: basename(args.pdf), bytes: pdf }]).catch((problem: unknown) => {
      if (problem instanceof CounterRefusal) throw new Problem(describeRefusal(basename(args.pdf), problem.code));
      throw problem;
    });
    if (opened.state === 'placing') throw new Problem(describeRefusal(basename(args.pdf), 'no-tags'));
    await signAll(counter, opened, inks);
    say('Waiting for the receipt of the cloud …');
    await untilDelivered(counter, opened.id);
    const result = await counter.export(opened.id);
    const files: readonly (readonly [string, string | Uint8Array])[] = [
      ...result.signed.map(
        (bytes, i) => [i === 0 ? 'signed.pdf' : `signed-${i + 1}.pdf`, Buffer.from(bytes, 'base64')] as const,
      ),
      ['package.asice', Buffer.from(result.package, 'base64')],
      ['receipt.jws', result.receipt],
      ['audit.json', result.audit],
      ['escrow.key.pem', result.escrowKey],
      ['escrow.cert.pem', result.escrowCert],
      ['trust.pem', result.trust],
    ];
    for (const [name, content] of files)
      writeFileSync(join(out, name), content, { mode: name.endsWith('.key.pem') ? 0o600 : 0o644 });
    if (args.json) console.log(JSON.stringify({ transaction: opened.id, out, files: files.map(([name]) => name) }));
    else console.log(`Signed, sealed, delivered. ${out} holds ${files.map(([name]) => name).join(', ')}.`);
  } finally {
    await stop();
  }
}

try {
  await main(readArguments());
} catch (problem) {
  const expected = problem instanceof Problem || problem instanceof WalkProblem || problem instanceof CounterRefusal;
  say(
    expected
      ? problem.message
      : `Something is wrong with Countersign itself: ${problem instanceof Error ? problem.message : 'unknown'}`,
  );
  process.exit(expected ? 2 : 70);
}
