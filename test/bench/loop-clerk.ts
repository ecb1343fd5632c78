/** The clerk, the customer's screen and the manager who handle 50 MB: in a thread of their own, so that measuring waits for nobody. */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { CounterClient } from '../../kiosk-shell/cli/counter-client.ts';
import { walkToPen } from './walk-to-pen.ts';

interface SignIn {
  readonly name: string;
  readonly pin: string;
}
interface Opening {
  readonly url: string;
  readonly clerk: SignIn;
  readonly manager: SignIn;
  readonly large: Uint8Array;
  readonly small: Uint8Array;
}
type Acts = Awaited<ReturnType<typeof actsOf>>;
type ActName = keyof Acts;
interface Order {
  readonly act: ActName;
  readonly id: string;
}
type Answer = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly message: string };

async function actsOf({ url, clerk, manager, large, small }: Opening) {
  const counter = new CounterClient(url);
  await counter.signIn(clerk.name, clerk.pin);
  await counter.becomeDisplay();
  const office = new CounterClient(url);
  await office.signIn(manager.name, manager.pin);
  return {
    /** @returns the transaction, like the next. */
    takeInLarge: async () => (await counter.intake([{ name: 'large.pdf', bytes: large }])).id,
    takeInSmall: async () => (await counter.intake([{ name: 'small.pdf', bytes: small }])).id,
    /** The newest revision, as a screen gets it. */
    read: async (transaction: string) => {
      const [document] = (await counter.transaction(transaction)).documentList;
      if (document === undefined) throw new Error('the transaction has no document');
      await counter.documentBytes(transaction, document.id, document.digest);
      return transaction;
    },
    /** @returns the ceremony. */
    walkToPen: (transaction: string) => walkToPen(counter, transaction),
    decline: async (ceremony: string) => {
      await counter.decline(ceremony);
      await counter.dismiss();
      return ceremony;
    },
    pressOk: async (ceremony: string) => {
      await counter.press('ok');
      return ceremony;
    },
    dismiss: async (ceremony: string) => {
      await counter.dismiss();
      return ceremony;
    },
    verify: async (transaction: string) => (await office.verify(transaction)).verdict,
  };
}

export class LoopClerk {
  readonly #worker: Worker;

  static async start(opening: Opening): Promise<LoopClerk> {
    const worker = new Worker(new URL(import.meta.url), { workerData: opening });
    const clerk = new LoopClerk(worker);
    await clerk.#answer();
    return clerk;
  }
  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  do(act: ActName, id = ''): Promise<string> {
    const answer = this.#answer();
    this.#worker.postMessage({ act, id } satisfies Order);
    return answer;
  }
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  /** One at a time. */
  #answer(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#worker.once('error', reject);
      this.#worker.once('message', (answer: Answer) => {
        this.#worker.off('error', reject);
        if (answer.ok) resolve(answer.value);
        else reject(new Error(answer.message));
      });
    });
  }
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  const acts = await actsOf(workerData as Opening);
  const answer = (given: Answer): void => port.postMessage(given);
  port.on('message', ({ act, id }: Order) => {
    acts[act](id).then(
      (value) => answer({ ok: true, value }),
      (problem: unknown) => answer({ ok: false, message: `${act}: ${String(problem)}` }),
    );
  });
  answer({ ok: true, value: '' });
}
