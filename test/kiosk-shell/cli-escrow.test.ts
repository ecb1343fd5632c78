import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EscrowPorts } from '../../kiosk-shell/cli/escrow-ports.ts';
import { runEscrow } from '../../kiosk-shell/cli/escrow.ts';
import { encodeCapture } from '../../signing/capture/encode-capture.ts';
import { parseInk } from '../../signing/capture/ink-files/parse-ink.ts';
import { certificatePem } from '../../signing/cms/pem.ts';
import { parseReleaseLog, type ReleaseEntry } from '../../signing/escrow/release-log.ts';
import { makePki, sampleCapture, scratch, trustPem, type TestPki } from '../support/seal-fixtures.ts';
import { FIRST, packaged, sealed, SECOND, type SealedSample } from '../signing/verification/samples.ts';

const PROGRAM = path.resolve(import.meta.dirname, '../../kiosk-shell/cli/escrow.ts');
const work = scratch();
const START = Date.parse('2026-11-24T09:00:00Z');
const SECRETS = ['three blue herons', 'deset belih čapelj'];
let pki: TestPki;
let sample: SealedSample;
let asice: string;
let capture: string;
let trust: string;
let key: string;
let runs = 0;
beforeAll(async () => {
  pki = makePki('p256');
  sample = await sealed(pki, [FIRST, SECOND]);
  asice = work.file('package.asice', (await packaged(pki, sample)).bytes);
  capture = work.file('capture.p7m', sample.seals[0]!.sealedCapture!);
  trust = work.file('trust.pem', trustPem(pki));
  key = await protectedKey('escrow');
});
afterAll(() => work.end());

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly complaints: string;
  readonly said: string;
}
async function run(args: readonly string[], changes: Partial<EscrowPorts> & { secrets?: readonly string[] } = {}) {
  const [out, complaints] = [new PassThrough(), new PassThrough()];
  const secrets = [...(changes.secrets ?? SECRETS)];
  let said = '';
  const ports: EscrowPorts = {
    now: () => START,
    ask: async () => Promise.resolve(secrets.shift() ?? null),
    say: (text) => (said += text),
    untilOver: async () => Promise.resolve('limit' as const),
    cost: { n: 16, r: 1, p: 1 },
    ...changes,
  };
  const code = await runEscrow(args, ports, out, complaints);
  const ran: Ran = { code, out: String(out.read() ?? ''), complaints: String(complaints.read() ?? ''), said };
  return ran;
}
async function protectedKey(name: 'escrow' | 'backup' | 'seal'): Promise<string> {
  const pem = work.file(`${name}.key.pem`, pki[name].privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const out = work.file(`${name}.key.json`);
  const made = await run(['protect', '--key', pem, '--holder', 'Ana', '--holder', 'Bor', '--out', out]);
  if (made.code !== 0) throw new Error(made.complaints);
  return out;
}
/** Arguments of an opening with a folder and a log of its own. */
function opening(file: string, ...more: readonly string[]): { args: readonly string[]; folder: string; log: string } {
  runs += 1;
  const folder = work.file(`opened-${runs}`);
  const log = work.file(`log-${runs}.jsonl`);
  const reason = 'Okrožno sodišče, P 12/2026';
  return {
    args: ['open', file, '--key', key, '--reason', reason, '--out', folder, '--log', log, ...more],
    folder,
    log,
  };
}
function entries(log: string): readonly ReleaseEntry[] {
  const parsed = parseReleaseLog(readFileSync(log));
  if (!parsed.ok) throw new Error(parsed.error.problem);
  return parsed.value;
}
const EVERY = ['ink.inkml', 'ink.iso19794-7.bin', 'ink.svc', 'record.json', 'statement.json'];

describe('escrow open', () => {
  it('gives the record, ISO, InkML and SVC of every capture of a package, bound to what was signed', async () => {
    const { args, folder, log } = opening(asice, '--keep', '--json', '--trust', trust);
    const { code, out } = await run(args);
    expect(code).toBe(0);
    const json = JSON.parse(out) as { verdict: string; captures: { checks: Record<string, { outcome: string }> }[] };
    expect(json.verdict).toBe('passed');
    expect(json.captures.map(({ checks }) => Object.values(checks).map(({ outcome }) => outcome))).toEqual([
      ['passed', 'passed', 'passed', 'passed'],
      ['passed', 'passed', 'passed', 'passed'],
    ]);
    for (const name of ['capture-001', 'capture-002']) {
      expect(readdirSync(path.join(folder, name)).filter((file) => EVERY.includes(file))).toEqual(EVERY);
      const file = (own: string): Buffer => readFileSync(path.join(folder, name, own));
      expect(file('record.json')).toEqual(Buffer.from(encodeCapture(sampleCapture())));
      for (const [own, format] of [
        ['ink.inkml', 'inkml'],
        ['ink.iso19794-7.bin', 'iso-19794-7'],
        ['ink.svc', 'svc'],
      ] as const) {
        const ink = parseInk(file(own));
        expect(ink.ok && [ink.value.format, ink.value.samples.filter(({ tip }) => tip).length]).toEqual([format, 400]);
      }
    }
    expect(readdirSync(folder)).not.toContain('.countersign-release');
    expect(entries(log).map(({ event }) => event)).toEqual(['asked', 'opened']);
    expect(entries(log)[1]).toMatchObject({ until: null });
  });

  it('writes down who, why and what before anything lies open, and that it was removed', async () => {
    const { args, folder, log } = opening(asice, '--minutes', '5');
    let seen: readonly string[] = [];
    const { code, said } = await run(args, {
      untilOver: async (millis) => {
        expect(millis).toBe(300_000);
        expect(entries(log).map(({ event }) => event)).toEqual(['asked', 'opened']);
        expect(statSync(folder).mode & 0o777).toBe(0o700);
        expect(statSync(path.join(folder, 'capture-001/record.json')).mode & 0o777).toBe(0o600);
        seen = readdirSync(folder);
        return Promise.resolve('ended');
      },
    });
    expect(code).toBe(0);
    expect(seen).toContain('capture-002');
    expect(said).toContain('2026-11-24T09:05:00.000Z');
    expect(existsSync(folder)).toBe(false);
    expect(statSync(log).mode & 0o777).toBe(0o600);
    expect(entries(log)).toMatchObject([
      { event: 'asked', holders: ['Ana', 'Bor'], reason: 'Okrožno sodišče, P 12/2026', release: 1 },
      { event: 'opened', captures: sample.seals.map(({ sealedCaptureDigest }) => sealedCaptureDigest), release: 1 },
      { event: 'removed', why: 'ended', release: 1 },
    ]);
  });

  it('opens one sealed capture on its own, and says that no document was there to judge', async () => {
    const { args } = opening(capture, '--json', '--cert', work.file('c.pem', certificatePem(pki.escrow.certificate)));
    const { code, out } = await run(args);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      input: { kind: 'capture' },
      verdict: null,
      captures: [{ checks: { h2: { outcome: 'passed' }, binding: null, commitment: null, opened: null } }],
    });
  });

  it('opens with the backup key as well', async () => {
    const backup = await protectedKey('backup');
    const { args } = opening(asice);
    const { code } = await run(args.map((arg) => (arg === key ? backup : arg)));
    expect(code).toBe(0);
  });

  it('says with 2 when what was opened is not what was signed', async () => {
    const other = await sealed(pki, [FIRST, SECOND]);
    const swapped = await packaged(pki, {
      ...sample,
      seals: sample.seals.map((seal, i) => ({ ...seal, sealedCapture: other.seals[i]!.sealedCapture })),
    });
    const { args } = opening(work.file('swapped.asice', swapped.bytes), '--json');
    const { code, out } = await run(args);
    expect(code).toBe(2);
    const { captures } = JSON.parse(out) as { captures: { checks: { commitment: { outcome: string } } }[] };
    expect(captures[0]!.checks.commitment.outcome).toBe('failed');
  });

  it.each([
    ['one passphrase is wrong', ['three blue herons', 'deset belih capelj'], 'passphrases-wrong'],
    ['the second person is not there', ['three blue herons'], 'passphrases-missing'],
  ])('opens nothing when %s, and writes it down', async (_what, secrets, refusal) => {
    const { args, folder, log } = opening(asice, '--json');
    const { code, out } = await run(args, { secrets });
    expect([code, JSON.parse(out)]).toEqual([1, { opened: false, code: refusal }]);
    expect(existsSync(folder)).toBe(false);
    expect(entries(log)).toMatchObject([{ event: 'asked' }, { event: 'refused', code: refusal }]);
  });

  it('tells a package of others, a picture-only one and a file that is none apart', async () => {
    const stranger = makePki('p256');
    const theirs = await packaged(stranger, await sealed(stranger, [FIRST]));
    const without = await packaged(pki, await sealed(pki, [FIRST], { changes: { capture: null } }));
    for (const [bytes, refusal] of [
      [theirs.bytes, 'none-opened'],
      [without.bytes, 'no-captures'],
      [Buffer.from('PK nothing'), 'package-unreadable'],
      [Buffer.from('nothing'), 'not-understood'],
    ] as const) {
      const { args, log } = opening(work.file('odd', bytes), '--json');
      const { code, out } = await run(args);
      expect([code, JSON.parse(out)]).toEqual([1, { opened: false, code: refusal }]);
      expect(entries(log).at(-1)).toMatchObject({ event: 'refused', code: refusal });
    }
  });

  it('removes first what a kill left lying open once its time is over', async () => {
    const { args, folder, log } = opening(asice, '--minutes', '1');
    const killed = run(args, { untilOver: async () => Promise.reject(new Error('killed')) });
    await expect(killed).rejects.toThrow('killed');
    expect(existsSync(folder)).toBe(true);
    const next = opening(capture);
    const again = next.args.map((arg) => (arg === next.log ? log : arg));
    await run(again, { now: () => START + 59_000 });
    expect(existsSync(folder)).toBe(true);
    const third = opening(capture);
    await run(
      third.args.map((arg) => (arg === third.log ? log : arg)),
      { now: () => START + 61_000 },
    );
    expect(existsSync(folder)).toBe(false);
    expect(entries(log).filter(({ release }) => release === 1)).toMatchObject([
      { event: 'asked' },
      { event: 'opened' },
      { event: 'removed', why: 'left-behind' },
    ]);
  });

  it('opens nothing over a damaged log, into a folder in use, or with a key for one person', async () => {
    const damaged = opening(asice);
    await run(damaged.args);
    writeFileSync(damaged.log, readFileSync(damaged.log, 'utf8').replace('sodišče', 'sodisce'));
    const inUse = opening(asice);
    mkdirSync(inUse.folder);
    writeFileSync(path.join(inUse.folder, 'mine.txt'), 'mine');
    const plain = work.file('plain.pem', pki.escrow.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const alone = opening(asice);
    const short = opening(asice);
    for (const [args, words] of [
      [damaged.args, 'damaged at line 2'],
      [inUse.args, 'not an empty folder'],
      [alone.args.map((arg) => (arg === key ? plain : arg)), 'one person alone'],
      [short.args.map((arg) => (arg.startsWith('Okrožno') ? 'why' : arg)), 'reason'],
    ] as const) {
      expect(await run(args)).toMatchObject({ code: 64, out: '', complaints: expect.stringContaining(words) });
    }
    expect(readdirSync(inUse.folder)).toEqual(['mine.txt']);
  });

  it('says what is wrong with the call and ends with 64', async () => {
    for (const args of [
      [],
      ['shut'],
      ['open'],
      ['open', asice],
      ['open', asice, capture, '--key', key],
      ['log'],
      opening(asice, '--minutes', '0').args,
      opening(asice, '--minutes', '5', '--keep').args,
      opening(asice, '--passphrase', key).args,
      opening(asice, '--cert', trust).args,
      opening(work.file('absent.asice')).args,
    ]) {
      const { code, out, complaints } = await run(args);
      expect([code, out]).toEqual([64, '']);
      expect(complaints.length).toBeGreaterThan(20);
    }
  });
});

describe('escrow log', () => {
  it('tells what was opened, and where the log was changed', async () => {
    const { args, log } = opening(asice);
    await run(args);
    const shown = await run(['log', '--log', log]);
    expect(shown.code).toBe(0);
    expect(shown.out).toContain('by Ana and Bor');
    expect(shown.out).toContain('3 entries');
    writeFileSync(log, readFileSync(log, 'utf8').replace('Ana', 'Eva'));
    expect(await run(['log', '--log', log])).toMatchObject({ code: 1, out: 'Damaged at line 2: chain-broken.\n' });
  });
});

describe('the escrow program', () => {
  it('removes at Ctrl-C what it opened, and says so', async () => {
    const { args, folder, log } = opening(asice);
    const files = SECRETS.map((secret, i) => work.file(`secret-${i}`, `${secret}\n`));
    const passphrases = files.flatMap((file) => ['--passphrase', file]);
    const child = spawn(process.execPath, [PROGRAM, ...args, ...passphrases], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    child.stdout.on('data', (text: Buffer) => (out += text.toString()));
    await new Promise<void>((resolve) => {
      let said = '';
      child.stderr.on('data', (text: Buffer) => {
        said += text.toString();
        if (said.includes('Ctrl-C')) resolve();
      });
    });
    expect(existsSync(path.join(folder, 'capture-001/record.json'))).toBe(true);
    // A terminal sends it, and the bootstrap sends it on.
    child.kill('SIGINT');
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code).toBe(0);
    expect(out).toContain('removed');
    expect(existsSync(folder)).toBe(false);
    expect(entries(log).at(-1)).toMatchObject({ event: 'removed', why: 'ended' });
  });

  it('checks a log', async () => {
    const { args, log } = opening(capture);
    await run(args);
    expect(execFileSync(process.execPath, [PROGRAM, 'log', '--log', log]).toString()).toContain('3 entries');
  });
});
