import { join } from 'node:path';
import { systemRandom, type RandomBytes } from '../../signing/access/session.ts';
import { systemClock, type Clock } from '../../signing/clock.ts';
import type { AuditEntry } from '../../signing/audit/audit-entry.ts';
import { isDated, recipientsAt } from '../../signing/cms/capture-recipients.ts';
import { randomId, type NewId, type StaffId, type TransactionId } from '../../signing/ids.ts';
import { ok } from '../../signing/result.ts';
import type { Agreed, Ceremony } from '../../signing/ceremony/ceremony.ts';
import type { ConfigurationPuller } from '../../sync/kiosk/configuration-puller.ts';
import type { JobPuller } from '../../sync/kiosk/job-puller.ts';
import type { Courier, CourierEvent } from '../../sync/kiosk/courier.ts';
import type { StatusReporter } from '../../sync/kiosk/status-reporter.ts';
import type { LineState } from '../../sync/kiosk/line.ts';
import { systemTimers } from '../../sync/kiosk/timers.ts';
import { openKeyStore } from '../../vault/key-store/key-store.ts';
import { openKeyring } from '../../vault/keyring.ts';
import { openVault, type Vault } from '../../vault/vault.ts';
import type { Config } from '../config.ts';
import { DATA_LAYOUT, parseKioskEnrolment, type KioskEnrolment } from '../enrolment.ts';
import { readKioskEvidence } from '../evidence-file.ts';
import { sampleDocument } from '../demo/sample-document.ts';
import type { Act } from '../kiosk-api/acts.ts';
import type { CeremonyView } from '../kiosk-api/ceremony.ts';
import type { CounterStatus } from '../kiosk-api/counter.ts';
import type { KioskApi } from '../kiosk-api/kiosk-api.ts';
import type { TransactionDetail } from '../kiosk-api/transaction.ts';
import { watchKiosk } from '../observe/kiosk-watch.ts';
import { openLog, type Log } from '../observe/log.ts';
import { startPadHost, type PadService } from '../pad-host/client.ts';
import { recipientSentence } from '../recipient-words.ts';
import { WorkBench } from '../work/work-bench.ts';
import { CeremonyDesk } from './ceremony-desk.ts';
import { takeStep } from './ceremony-steps.ts';
import { refuse, type KioskContext } from './context.ts';
import { CloudWatch } from './cloud-watch.ts';
import { ConfigurationDesk } from './configuration-desk.ts';
import { counterOf, devicesOf } from './counter-view.ts';
import {
  newConfigurationPuller,
  newCourier,
  newJobPuller,
  newRenewalDesk,
  newRenewalRound,
  newStatusReporter,
} from './new-courier.ts';
import { CheckDesk } from './check-desk.ts';
import { CustomerDisplay } from './customer-display.ts';
import { demoExport } from './demo-export.ts';
import { ErasureDesk } from './erasure-desk.ts';
import { escrowStatus } from './escrow-watch.ts';
import { KioskEvents } from './events.ts';
import { Inbox } from './inbox.ts';
import { JobDesk } from './job-desk.ts';
import { IntakeDesk } from './intake-desk.ts';
import { ManagerDesk } from './manager-desk.ts';
import { packageEvidence } from './package-evidence.ts';
import { Packer } from './packer.ts';
import { isThere } from './pad-guard.ts';
import { PadGreeter } from './pad-greeter.ts';
import { SigningDesk } from './signing-desk.ts';
import { simulatedPadOf } from './simulated-pad.ts';
import type { RenewalDesk } from './renewal-desk.ts';
import type { RenewalRound } from './renewal-round.ts';
import { StaffDesk } from './staff-desk.ts';
import { toCeremony, toDetail, toPenData, toSummary } from './views.ts';

export interface KioskPorts {
  readonly clock?: Clock;
  readonly newId?: NewId;
  readonly random?: RandomBytes;
  /** A pad host that runs already; it is closed with the kiosk. */
  readonly pads?: PadService;
  /** Default: design.md 6, ten seconds, then a document is refused. */
  readonly intakeTimeoutMs?: number;
  /** How long services for evidence may take for one transaction; default: as configured. */
  readonly evidencePatience?: () => AbortSignal;
  /** Default: what went wrong, on standard error. */
  readonly log?: Log;
}

const INTAKE_TIMEOUT_MS = 10_000;

/** Composition root of a counter: opens the vault, the keys, the pads, the work threads and the courier, once. */
export async function openKioskRuntime(config: Config, ports: KioskPorts = {}): Promise<KioskApi> {
  const clock = ports.clock ?? systemClock;
  const newId = ports.newId ?? randomId;
  const keyFolder = join(config.dataDir, ...DATA_LAYOUT.kioskKeys);
  const keyStore = openKeyStore(keyFolder);
  const keyring = openKeyring(keyFolder, keyStore);
  const enrolment = parseKioskEnrolment(keyring.config());
  if (!enrolment.ok) throw new Error(`this kiosk's enrolment cannot be read: ${enrolment.error}`);
  if (enrolment.value.demo && !config.demo) {
    throw new Error('the keys of this kiosk were made for a demo; they are refused outside demo mode');
  }
  const evidence = readKioskEvidence(config.dataDir);
  if (!evidence.ok) throw new Error(`${join(...DATA_LAYOUT.kioskEvidence)}: ${evidence.error}`);
  const watch = watchKiosk({
    log: ports.log ?? openLog({ level: 'warning', clock }),
    ...{ clock, dataDir: config.dataDir },
    tokenFile: join(config.dataDir, ...DATA_LAYOUT.kioskMetricsToken),
    vault: () => vault,
    keys: () => keys,
    pads: () => pads.pads(),
    clockOffsetMs: () => (cloudWatch.reading === null ? null : cloudWatch.clock().offsetMs),
  });
  const onAudit = (entry: AuditEntry): void => watch.audited(entry);
  const vault: Vault = openVault(join(config.dataDir, 'kiosk', 'vault.sqlite'), { clock, newId, keyStore, onAudit });
  const cloudWatch = new CloudWatch({ vault, clock });
  const enrolled = { vault, enrolment: enrolment.value, keys: keyring, clock, demo: config.demo };
  const configuration = new ConfigurationDesk(enrolled);
  const { keys } = configuration;
  const recipients = recipientsAt(keys.escrowCertificates(), { at: new Date(clock.now()), demo: config.demo });
  // Certificates that ended are no reason to close a branch: it records nothing, and all else goes on.
  if (!recipients.ok && !isDated(recipients.error.problem)) {
    vault.close();
    throw new Error(`pen data cannot be sealed, so this kiosk does not start: ${recipientSentence(recipients.error)}`);
  }
  const pads: PadService =
    ports.pads ??
    (await startPadHost({
      simulated: config.simulatedPads,
      serial: config.serialPads,
      epadReach: config.epadReach,
      padSettings: config.padSettings,
      demoIfNone: config.demo,
    }));
  const context: KioskContext = {
    config,
    configuration,
    get identity() {
      return configuration.identity;
    },
    get documentTypes() {
      return configuration.documentTypes;
    },
    cloudWatch,
    vault,
    keys,
    keyStore,
    work: new WorkBench(),
    intakeWork: new WorkBench(),
    pads,
    evidence:
      evidence.value === null
        ? null
        : packageEvidence(evidence.value, {
            clock,
            roots: [keys.tenantRoot()],
            ...(ports.evidencePatience === undefined ? {} : { patience: ports.evidencePatience }),
          }),
    watch,
    events: new KioskEvents(),
    clock,
    newId,
    random: ports.random ?? systemRandom,
    intakeTimeoutMs: ports.intakeTimeoutMs ?? INTAKE_TIMEOUT_MS,
  };
  if (!configuration.hasStaff) enrolStaff(vault, enrolment.value.staff);
  const kiosk = new KioskRuntime(context);
  await kiosk.open();
  return kiosk.api();
}

/** Accounts that came with the enrolment and are not known yet; what a person changed since stays. */
function enrolStaff(vault: Vault, staff: KioskEnrolment['staff']): void {
  for (const { id, name, role, verifier } of staff) {
    if (vault.staff.get(id) !== null) continue;
    vault.write(() => void vault.staff.insert({ id: id as StaffId, name, role, verifier }));
  }
}

function isShown({ shown }: Pick<Agreed, 'shown'>, document: string, page: number): boolean {
  return shown.some((one) => one.document === document && page >= 0 && page < one.pageCount);
}

class KioskRuntime {
  readonly #context: KioskContext;
  readonly #staff: StaffDesk;
  readonly #intake: IntakeDesk;
  readonly #ceremonies: CeremonyDesk;
  readonly #signing: SigningDesk;
  readonly #greeter: PadGreeter;
  readonly #display: CustomerDisplay;
  readonly #manager: ManagerDesk;
  readonly #checks: CheckDesk;
  readonly #packer: Packer;
  readonly #erasures: ErasureDesk;
  readonly #inbox: Inbox;
  readonly #courier: Courier;
  readonly #configurations: ConfigurationPuller;
  readonly #jobDesk: JobDesk;
  readonly #jobs: JobPuller;
  readonly #status: StatusReporter;
  readonly #renewal: RenewalDesk;
  readonly #renewals: RenewalRound;
  #line: LineState = 'unknown';
  #padsThere = '[]';
  /** Where the customer is looking: for the clerk's screen, not kept. */
  #looking: { readonly ceremony: string; readonly document: string; readonly page: number } | null = null;

  constructor(context: KioskContext) {
    this.#context = context;
    const moved = (ceremony: Ceremony): void => this.#moved(ceremony);
    this.#staff = new StaffDesk(context);
    this.#intake = new IntakeDesk(context);
    this.#ceremonies = new CeremonyDesk(context, { moved });
    this.#signing = new SigningDesk(context, { moved });
    this.#greeter = new PadGreeter(context, () => this.#signing.device);
    this.#display = new CustomerDisplay(context, this.#signing);
    this.#manager = new ManagerDesk(context);
    this.#checks = new CheckDesk(context);
    this.#courier = newCourier(context, (event) => this.#told(event));
    this.#configurations = newConfigurationPuller(context, () => {
      this.#devicesChanged(true);
      this.#counterChanged();
    });
    this.#jobDesk = new JobDesk(context, this.#intake);
    this.#jobs = newJobPuller(context, this.#jobDesk);
    this.#status = newStatusReporter(context);
    this.#renewal = newRenewalDesk(context);
    this.#renewals = newRenewalRound(context, this.#renewal, () => this.#counterChanged());
    context.cloudWatch.onChange(() => this.#counterChanged());
    this.#packer = new Packer(context, () => {
      this.#courier.poke();
      this.#counterChanged();
    });
    this.#erasures = new ErasureDesk(context, {
      packed: () => this.#packer.idle(),
      replaced: (before) => this.#courier.abandon(before),
      timers: systemTimers,
    });
    this.#inbox = new Inbox(join(context.config.dataDir, 'kiosk', 'inbox'), {
      intake: this.#intake,
      newId: context.newId,
      isTaken: (id) => context.vault.transactions.get(id) !== null,
    });
    context.pads.onChange(() => {
      context.watch.padsChanged();
      this.#greeter.padsChanged();
      this.#counterChanged();
      this.#devicesChanged();
    });
  }

  /** Mends what a kill left behind, then opens for business. */
  async open(): Promise<void> {
    const { vault, config } = this.#context;
    const { problem } = escrowStatus(this.#context);
    const unable = problem === null ? {} : { escrow: problem };
    if (config.demo && vault.transactions.list({ limit: 1 }).length === 0) await this.#takeSample();
    await vault.contents.sweep();
    this.#erasures.emptyLog();
    vault.write(() => void vault.audit.append({ eventType: 'kiosk.started', extra: { demo: config.demo, ...unable } }));
    for (const ceremony of vault.ceremonies.allActive()) await this.#recover(ceremony);
    this.#greeter.padsChanged();
    this.#unpacked(this.#packer.packLeftOvers());
    this.#context.configuration.settle();
    this.#courier.start();
    this.#configurations.start();
    this.#jobs.start();
    this.#status.start();
    this.#renewals.start();
    this.#inbox.start();
  }

  api(): KioskApi {
    const { vault, events } = this.#context;
    const staff = this.#staff;
    const signing = this.#signing;
    const display = this.#display;
    return {
      role: 'kiosk',
      signIn: (name, secret, ip) => staff.signIn(name, secret, ip),
      staffByToken: (token, touch = true) => staff.byToken(token, touch),
      signOut: (token, ip) => staff.signOut(token, ip),
      newDisplay: (actor) => staff.newDisplay(actor),
      newDisplayCode: (actor) => staff.newDisplayCode(actor),
      redeemDisplayCode: (code) => staff.redeemDisplayCode(code),
      isDisplay: (token) => staff.isDisplay(token),

      intake: async (files, by) => {
        const taken = await this.#intake.intake(files, by);
        return taken.ok ? ok(this.#detail(taken.value)) : taken;
      },
      place: async (id, input, actor) => {
        const placed = await this.#intake.place(id, input, actor);
        return placed.ok ? ok(this.#detail(placed.value)) : placed;
      },

      chooseDocumentType: (id, document, type, actor) => {
        const chosen = this.#intake.chooseType(id, document, type, actor);
        return this.#decided(id, chosen.ok ? ok(this.#detail(chosen.value)) : chosen);
      },

      transactions: (filter) => vault.transactions.list(filter).map(toSummary),
      transaction: (id) => (vault.transactions.get(id) === null ? null : this.#detail(id)),
      documentBytes: async (id, document, digest) =>
        vault.documents.get(document)?.transaction === id ? vault.documents.read(document, digest) : null,
      auditOf: (id) => vault.audit.ofTransaction(id),
      counter: () => this.#counter(),

      begin: (id, signatory, actor, how = { pictureOnly: false }) => {
        const begun = this.#viewed(this.#ceremonies.begin(id, signatory, actor, how));
        // Time ran on while the screen stood: it is told how things are.
        if (!begun.ok && begun.error.code === 'escrow-unavailable') this.#counterChanged();
        return Promise.resolve(begun);
      },
      attestIdentity: async (id, input, values, actor) =>
        this.#viewed(await this.#ceremonies.attest(id, input, values, actor)),
      point: (id, document, page) => {
        const state = vault.ceremonies.get(id)?.state;
        if (state?.kind !== 'review') return refuse('wrong-state', 'nobody is reading');
        if (!isShown(state, document, page)) return refuse('invalid', 'no such page is before the customer');
        display.point(id, document, page);
        return ok(undefined);
      },
      chooseDevice: async (id, device, actor) => {
        const chosen = this.#viewed(await signing.chooseDevice(id, device, actor));
        this.#counterChanged();
        return chosen;
      },
      confirmPad: async (id, matches, actor) => this.#viewed(await signing.confirmPad(id, matches, actor)),
      finishForCustomer: async (id, act) => {
        if (act === 'done') return signing.accept(id, null);
        const cleared = await signing.clear(id);
        return cleared.ok ? ok({ doubt: null }) : cleared;
      },
      cancel: async (id, reason, actor) => {
        if (signing.isSealing(id)) return refuse('busy', 'the signature is being sealed');
        const cancelled = this.#ceremonies.cancel(id, reason, actor);
        if (cancelled.ok) await signing.disarm();
        return cancelled;
      },
      dismiss: () => display.dismiss(),

      display: () => display.view(),
      displayDocument: (document, digest) => display.document(document, digest),
      pageSeen: (id, document, digest, page, dwellMs) => this.#ceremonies.pageSeen(id, document, digest, page, dwellMs),
      looking: (id, document, page) => {
        const ceremony = vault.ceremonies.get(id);
        if (ceremony?.state.kind !== 'review') return refuse('wrong-state', 'nobody is reading');
        if (!isShown(ceremony.state, document, page)) return refuse('invalid', 'no such page is before the customer');
        this.#looking = { ceremony: id, document, page };
        events.emit({ type: 'transaction', id: ceremony.transaction });
        return ok(undefined);
      },
      finishReview: (id) => this.#ceremonies.finishReview(id),
      answerConsent: async (id, answer, language) => {
        const answered = this.#ceremonies.answerConsent(id, answer, language);
        if (!answered.ok && answered.error.code === 'escrow-unavailable') {
          display.show();
          this.#counterChanged();
        }
        const ceremony = vault.ceremonies.get(id);
        // A pad that fails to open is no reason to refuse the answer: the clerk sees it and chooses another.
        if (answered.ok && ceremony !== null) await signing.arm(ceremony);
        return answered;
      },
      decline: async (id) => {
        if (signing.isSealing(id)) return refuse('busy', 'the signature is being sealed');
        const declined = this.#ceremonies.decline(id);
        if (declined.ok) await signing.disarm();
        return declined;
      },
      mirrorSurface: (id, strokes, reset) => signing.mirror(id, strokes, reset),
      signArea: (id, area) => signing.signArea(id, area),
      clearInk: (id) => signing.clear(id),
      acceptInk: (id, ink) => signing.accept(id, ink),
      answerDoubt: (id, keep) => signing.answerDoubt(id, keep),
      copy: (id, document) => display.copy(id, document),

      approve: (id, actor) => this.#decided(id, this.#manager.approve(id, actor)),
      returnToClerk: (id, reason, actor) => this.#decided(id, this.#manager.returnToClerk(id, reason, actor)),
      giveBack: (id, actor) => Promise.resolve(this.#decided(id, this.#jobDesk.giveBack(id, actor))),
      voidTransaction: async (id, reason, actor) => {
        const { act, ended } = this.#manager.void(id, reason, actor);
        if (ended !== null) {
          await signing.disarm();
          this.#moved(ended);
        }
        return this.#decided(id, act);
      },
      retryDelivery: (id, actor) => {
        const retried = this.#manager.retryDelivery(id, actor);
        if (retried.ok && vault.outbox.ofTransaction(id) === null) this.#pack(id as TransactionId);
        this.#courier.poke();
        return this.#decided(id, retried);
      },
      erasePenData: async (id, order, actor) => this.#decided(id, await this.#erasures.erase(id, order, actor)),
      exportAudit: (id, actor) => this.#manager.exportAudit(id, actor),
      verify: (id, actor) => this.#manager.verify(id, actor),
      saveReport: (id, wanted, actor) => this.#manager.saveReport(id, wanted, actor),
      check: (file, actor) => this.#checks.check(file, actor),
      saveCheck: (file, wanted, actor) => this.#checks.save(file, wanted, actor),
      demoExport: (id) => demoExport(this.#context, id),
      simulatedPad: simulatedPadOf(this.#context.pads, () => signing.inkArea()),

      watch: this.#context.watch,
      drain: () => {
        this.#context.watch.drain();
        return Promise.resolve();
      },
      subscribe: (listener) => events.subscribe(listener),
      close: () => this.#close(),
    };
  }

  /** A demo opens with something to sign. */
  async #takeSample(): Promise<void> {
    await this.#intake.intake(
      [{ name: 'Pogodba o osebnem računu 2026-117.pdf', bytes: await sampleDocument() }],
      'demo',
    );
  }

  /** Ink lives in memory only: after a restart the same field is offered again, and the trail says why. */
  async #recover(ceremony: Ceremony): Promise<void> {
    const { vault } = this.#context;
    vault.write(
      () =>
        void vault.audit.append({
          eventType: 'kiosk.recovered',
          transactionId: ceremony.transaction,
          transactionName: vault.transactions.get(ceremony.transaction)?.name ?? null,
          signatoryId: ceremony.signatory,
          extra: { ceremony: ceremony.id, step: ceremony.state.kind },
        }),
    );
    if (ceremony.state.kind !== 'capture' && ceremony.state.kind !== 'questioned') return;
    const again = takeStep(this.#context, ceremony.id, { kind: 'interrupt', reason: 'restarted' }, null);
    if (again.ok) await this.#signing.arm(again.value);
  }

  #moved(ceremony: Ceremony): void {
    const { events, configuration } = this.#context;
    if (ceremony.state.kind !== 'review') this.#looking = null;
    if (this.#renewal.settle()) this.#counterChanged();
    if (configuration.settle()) {
      this.#devicesChanged(true);
      this.#counterChanged();
    }
    this.#display.follow(ceremony);
    this.#greeter.follow(ceremony);
    events.emit({ type: 'transaction', id: ceremony.transaction });
    events.emit({ type: 'transactions' });
    if (ceremony.state.kind === 'completed') this.#pack(ceremony.transaction);
  }

  /** What fails here is tried again at the next start, or when a manager asks. */
  #pack(id: TransactionId): void {
    this.#unpacked(this.#packer.pack(id));
  }

  #unpacked(packing: Promise<void>): void {
    void packing.catch((error: unknown) => {
      this.#context.watch.fault('packing', error);
      this.#counterChanged();
    });
  }

  #decided<T>(id: string, act: Act<T>): Act<T> {
    if (act.ok) {
      this.#context.events.emit({ type: 'transaction', id });
      this.#context.events.emit({ type: 'transactions' });
    }
    return act;
  }

  #viewed(act: Act<Ceremony>): Act<CeremonyView> {
    return act.ok ? ok(this.#ceremonyView(act.value)) : act;
  }

  #detail(id: string): TransactionDetail {
    const { vault } = this.#context;
    const row = vault.transactions.get(id);
    if (row === null) throw new Error('a transaction that was just there is gone');
    const ceremony = vault.ceremonies.activeOf(id) ?? vault.ceremonies.ofTransaction(id).at(-1) ?? null;
    return toDetail(
      vault,
      row,
      ceremony === null ? null : this.#ceremonyView(ceremony),
      devicesOf(this.#context, row.id),
      toPenData(vault, row.id, this.#context.identity.captures === 'document'),
    );
  }

  #ceremonyView(ceremony: Ceremony): CeremonyView {
    const { vault } = this.#context;
    const current = vault.ceremonies.get(ceremony.id) ?? ceremony;
    const looking =
      this.#looking?.ceremony === current.id ? { document: this.#looking.document, page: this.#looking.page } : null;
    return toCeremony(vault, current, looking, this.#signing.view(current));
  }

  /** Which devices may sign depends on what is plugged in and on the rules: transactions that wait for somebody say it anew. */
  #devicesChanged(rulesToo = false): void {
    const { vault, events, pads } = this.#context;
    const there = JSON.stringify(
      pads
        .pads()
        .filter(isThere)
        .map(({ description }) => description),
    );
    if (there === this.#padsThere && !rulesToo) return;
    this.#padsThere = there;
    for (const state of ['placing', 'open', 'signing'] as const) {
      for (const { id } of vault.transactions.list({ state, limit: 20 })) events.emit({ type: 'transaction', id });
    }
  }

  #counter(): CounterStatus {
    return counterOf(this.#context, this.#line, this.#signing.device);
  }

  #counterChanged(): void {
    this.#context.events.emit({ type: 'counter', status: this.#counter() });
    this.#status.changed();
  }

  #told(event: CourierEvent): void {
    const { events, watch } = this.#context;
    watch.told(event);
    if (event.type === 'line') this.#line = event.state;
    if ('entry' in event) events.emit({ type: 'transaction', id: event.entry.transaction });
    this.#counterChanged();
  }

  async #close(): Promise<void> {
    const { work, intakeWork, evidence, pads, vault } = this.#context;
    await this.#inbox.stop();
    await this.#configurations.stop();
    await this.#jobs.stop();
    await this.#status.stop();
    await this.#renewals.stop();
    await this.#courier.stop();
    await evidence?.close();
    await this.#packer.idle();
    this.#erasures.close();
    await Promise.all([work.close(), intakeWork.close(), pads.close()]);
    vault.close();
  }
}
