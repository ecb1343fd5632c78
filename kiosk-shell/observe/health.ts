/** What has to answer, and what a person should look at. */
export type HealthPartName =
  'database' | 'objects' | 'keys' | 'background-work' | 'vault' | 'disk' | 'delivery' | 'line' | 'pads';

export interface HealthPart {
  readonly part: HealthPartName;
  readonly ok: boolean;
  /** Without it this process can do nothing. */
  readonly needed: boolean;
  /** A sentence of this program's own; null when all is well. */
  readonly reason: string | null;
}
export interface Health {
  readonly role: 'kiosk' | 'cloud';
  /** False while a needed part does not answer, and from the moment this process was asked to end. */
  readonly ready: boolean;
  readonly draining: boolean;
  readonly parts: readonly HealthPart[];
}

export interface HealthCheck {
  readonly part: HealthPartName;
  readonly needed: boolean;
  /** What is wrong, in a sentence without names or addresses; null for nothing. A throw is an answer too. */
  readonly look: () => Promise<string | null> | string | null;
}

/** A balancer asks every few seconds, and gives up soon. */
const PATIENCE_MS = 2_000;

/** One look at a time, however many ask; each part has a time limit of its own, so the answer comes within two seconds. */
export class HealthWatch {
  readonly #role: Health['role'];
  readonly #checks: readonly HealthCheck[];
  #looking: Promise<readonly HealthPart[]> | null = null;
  #draining = false;

  constructor(role: Health['role'], checks: readonly HealthCheck[]) {
    this.#role = role;
    this.#checks = checks;
  }

  /** This process ends soon: whoever shares out requests is to send it no more. */
  drain(): void {
    this.#draining = true;
  }

  async health(): Promise<Health> {
    this.#looking ??= Promise.all(this.#checks.map(looked)).finally(() => (this.#looking = null));
    const parts = await this.#looking;
    const ready = !this.#draining && parts.every(({ ok, needed }) => ok || !needed);
    return { role: this.#role, ready, draining: this.#draining, parts };
  }
}

async function looked({ part, needed, look }: HealthCheck): Promise<HealthPart> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, `It did not answer within ${PATIENCE_MS / 1000} seconds.`);
  });
  try {
    const reason = await Promise.race([Promise.resolve().then(look), late]);
    return { part, needed, ok: reason === null, reason };
  } catch {
    return { part, needed, ok: false, reason: 'It answered with an error; the log says which.' };
  } finally {
    clearTimeout(timer);
  }
}
