import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { provisionDemo } from '../demo/provision.ts';
import type { TransactionDetail } from '../kiosk-api/transaction.ts';
import { CounterClient, CounterRefusal, type DemoExport } from './counter-client.ts';
import { describeInkProblem } from './ink-words.ts';
import { describeRefusal } from './refusal-words.ts';
import { freePort, startServers } from './servers.ts';
import { WalkProblem, walkCeremony, type InkFile } from './walk-ceremony.ts';

const DELIVERY_PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** The document could not be signed or delivered; the message is a sentence for people. */
export class DemoProblem extends Error {}

export interface DemoInput {
  readonly pdf: InkFile;
  /** One a field, in turn; the last for every further field. */
  readonly inks: readonly InkFile[];
}

/** A demo tenant's kiosk and cloud in a folder of their own, with a clerk signed in. */
export interface DemoCounter {
  /** One document from intake to receipt. @throws DemoProblem, WalkProblem, CounterRefusal. */
  sign(input: DemoInput, step: (what: string) => void): Promise<DemoExport>;
  /** Ends the servers and removes the folder. */
  close(): Promise<void>;
}

export interface DemoCounterOptions {
  readonly root: string;
  readonly onLine: (name: string, line: string) => void;
}

/** Through the real HTTP surface, on free ports. Nothing of it outlives `close`. */
export async function openDemoCounter({ root, onLine }: DemoCounterOptions): Promise<DemoCounter> {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-demo-'));
  const forget = (): void => rmSync(dataDir, { recursive: true, force: true });
  try {
    const [kioskPort, cloudPort] = [await freePort(), await freePort()];
    const urls = { kioskUrl: `http://127.0.0.1:${kioskPort}`, cloudUrl: `http://127.0.0.1:${cloudPort}` };
    const { signIns } = await provisionDemo(dataDir, { ...urls, now: new Date() });
    const servers = await startServers({ root, dataDir, kioskPort, cloudPort, simulatedPad: 'stu-530', onLine });
    const close = async (): Promise<void> => {
      await servers.stop();
      forget();
    };
    try {
      const clerk = signIns.find((account) => account.role === 'clerk');
      if (clerk === undefined) throw new Error('the demo tenant has no clerk');
      const counter = new CounterClient(servers.kioskUrl);
      await counter.signIn(clerk.name, clerk.pin);
      await counter.becomeDisplay();
      return { sign: (input, step) => signOne(counter, input, step), close };
    } catch (problem) {
      await close();
      throw problem;
    }
  } catch (problem) {
    forget();
    throw problem;
  }
}

async function signOne(
  counter: CounterClient,
  { pdf, inks }: DemoInput,
  step: (what: string) => void,
): Promise<DemoExport> {
  const name = basename(pdf.name);
  assertUsableInk(inks);
  step(`Taking in ${name}`);
  const opened = await counter.intake([{ name, bytes: pdf.bytes }]).catch((problem: unknown) => {
    if (problem instanceof CounterRefusal) throw new DemoProblem(describeRefusal(name, problem.code));
    throw problem;
  });
  if (opened.state === 'placing') throw new DemoProblem(describeRefusal(name, 'no-tags'));
  await signAll(counter, opened, inks, step);
  step('Waiting for the receipt of the cloud');
  await untilDelivered(counter, opened.id);
  return counter.export(opened.id);
}

/** Before a customer is asked anything. @throws DemoProblem naming the file. */
export function assertUsableInk(inks: readonly InkFile[]): void {
  for (const ink of inks) {
    const problem = describeInkProblem({ name: basename(ink.name), bytes: ink.bytes });
    if (problem !== null) throw new DemoProblem(problem);
  }
}

async function signAll(
  counter: CounterClient,
  opened: TransactionDetail,
  inks: readonly InkFile[],
  step: (what: string) => void,
): Promise<void> {
  let used = 0;
  const nextInk = (): InkFile => {
    const ink = inks[Math.min(used, inks.length - 1)];
    if (ink === undefined) throw new DemoProblem('No ink file was given.');
    used += 1;
    return ink;
  };
  for (;;) {
    const transaction = await counter.transaction(opened.id);
    const next = transaction.signatoryList.find((signatory) => signatory.state === 'next');
    if (next === undefined) return;
    step(`Signing as '${next.role}' (${next.fields === 1 ? 'one field' : `${next.fields} fields`})`);
    await walkCeremony(counter, transaction, next, nextInk);
    await counter.dismiss();
  }
}

async function untilDelivered(counter: CounterClient, id: string): Promise<void> {
  const deadline = performance.now() + DELIVERY_PATIENCE_MS;
  for (;;) {
    const { delivery, deliveryProblem } = await counter.transaction(id);
    if (delivery === 'delivered') return;
    if (delivery === 'refused') {
      throw new DemoProblem(`The cloud refused the package: ${deliveryProblem ?? 'no reason given'}.`);
    }
    if (performance.now() > deadline) {
      throw new DemoProblem(`No receipt came from the cloud within ${DELIVERY_PATIENCE_MS / 1000} s.`);
    }
    await new Promise((wait) => setTimeout(wait, LOOK_EVERY_MS));
  }
}

/** What the demo writes, by name. */
export function filesOf(result: DemoExport): readonly (readonly [string, string | Uint8Array])[] {
  return [
    ...result.signed.map(
      (bytes, i) => [i === 0 ? 'signed.pdf' : `signed-${i + 1}.pdf`, Buffer.from(bytes, 'base64')] as const,
    ),
    ['package.asice', Buffer.from(result.package, 'base64')],
    ['receipt.jws', result.receipt],
    ['cloud.jwks.json', result.cloudKeys],
    ['audit.json', result.audit],
    ['escrow.key.pem', result.escrowKey],
    ['escrow.cert.pem', result.escrowCert],
    ['trust.pem', result.trust],
  ];
}

export function isExpected(problem: unknown): problem is Error {
  return problem instanceof DemoProblem || problem instanceof WalkProblem || problem instanceof CounterRefusal;
}
