import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { combine, failed, passed } from '../../signing/verification/checks.ts';
import type { Check, Outcome } from '../../signing/verification/verification-report.ts';
import { DESTRUCTION_TYPE, parseDestructionClaims, type DestructionClaims } from '../../sync/protocol/destruction.ts';
import { fromCaller } from './caller.ts';
import { parseKeys, readReceipt, readStatement, type ReceiptInput } from './verify-receipt.ts';

/**
 * `npm run verify-proof -- PROOF --keys JWKS [--receipt JWS] [--json]`: judges the cloud's proof that it destroyed a package,
 * offline; with the receipt also whether it is about the package that was received then.
 *
 * Ends with 0 when all holds, 1 when something does not, 64 when it was called wrongly or a file cannot be read.
 */
const USAGE = 'Usage: npm run verify-proof -- PROOF --keys JWKS [--receipt JWS] [--json]';
const EXIT_USAGE = 64;
const DAY_MS = 86_400_000;

class UsageProblem extends Error {}

interface ProofReport {
  readonly type: 'countersign.destruction-report';
  readonly version: 1;
  readonly verdict: Outcome;
  readonly checks: Readonly<Record<string, Check>>;
  /** What the proof says; null when it is not to be believed. */
  readonly claims: DestructionClaims | null;
}

/** Writes the report to `out` and nothing else there; complaints about the call go to `complaints`. */
export async function runVerifyProof(
  args: readonly string[],
  out: NodeJS.WritableStream,
  complaints: NodeJS.WritableStream = process.stderr,
): Promise<number> {
  try {
    const { json, proof, receipt } = readRequest(args);
    const report = await judge(proof, receipt);
    out.write(json ? `${JSON.stringify(report, null, 2)}\n` : describe(report));
    return report.verdict === 'passed' ? 0 : 1;
  } catch (problem) {
    if (!(problem instanceof UsageProblem)) throw problem;
    complaints.write(`${problem.message}\n`);
    return EXIT_USAGE;
  }
}

async function judge(proof: ReceiptInput, receipt: ReceiptInput | null): Promise<ProofReport> {
  const read = await readStatement(proof, DESTRUCTION_TYPE, parseDestructionClaims);
  const checks: Record<string, Check> = read.ok
    ? { signature: passed('The cloud signed this proof.'), rule: checkRule(read.value) }
    : { signature: failed('proof-untrusted', `The proof is not to be trusted: ${read.error}.`) };
  if (read.ok && receipt !== null) checks['receipt'] = await checkReceipt(read.value, receipt);
  return {
    ...{ type: 'countersign.destruction-report', version: 1 },
    verdict: combine(Object.values(checks).map(({ outcome }) => outcome)),
    checks,
    claims: read.ok ? read.value : null,
  };
}

function checkRule({ rule, arrivedAt, destroyedAt }: DestructionClaims): Check {
  if ('demand' in rule) return passed(`Demanded by the ${rule.demand.by}: ${rule.demand.legalBasis}.`);
  return Date.parse(destroyedAt) - Date.parse(arrivedAt) >= rule.days * DAY_MS
    ? passed(`Due ${rule.days} days after receipt.`)
    : failed('destroyed-early', `Destroyed sooner than ${rule.days} days after receipt, which it names as the rule.`);
}

async function checkReceipt(claims: DestructionClaims, input: ReceiptInput): Promise<Check> {
  const receipt = await readReceipt(input);
  if (!receipt.ok) return receipt.error;
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['digest', receipt.value.package.digest, claims.package.digest],
    ['tenant', receipt.value.tenant, claims.tenant],
    ['transaction', receipt.value.transaction, claims.transaction],
    ['time of arrival', receipt.value.arrivedAt, claims.arrivedAt],
  ];
  const other = pairs.filter(([, one, another]) => one !== another).map(([name]) => name);
  return other.length === 0
    ? passed(`This is the package that arrived as number ${receipt.value.sequence}.`)
    : failed('receipt-differs', `The receipt is genuine, but about another package: ${other.join(', ')} differ.`);
}

function describe({ verdict, checks, claims }: ProofReport): string {
  const lines = Object.entries(checks).map(
    ([name, { outcome, detail }]) => `  ${name.padEnd(12)}${outcome.padEnd(10)}${detail}`,
  );
  if (verdict !== 'passed' || claims === null) return [...lines, 'This proves nothing.', ''].join('\n');
  const { how, backups, destroyedAt, package: of } = claims;
  const copies =
    how === 'key-destroyed'
      ? 'Its key was destroyed, so copies of the object in backups of the store cannot be read.'
      : 'The object was removed; it had no key of its own.';
  const kept =
    backups === null
      ? 'Nothing is said about backups of the database.'
      : `Backups of the database are kept for ${backups.days} days: nothing is left in them after ${backups.goneBy}.`;
  return [...lines, `The package ${of.digest} was destroyed at ${destroyedAt}.`, copies, kept, ''].join('\n');
}

function readRequest(args: readonly string[]): {
  readonly json: boolean;
  readonly proof: ReceiptInput;
  readonly receipt: ReceiptInput | null;
} {
  const { values, positionals } = parse(args);
  const [file, ...more] = positionals;
  if (file === undefined || values.keys === undefined || more.length > 0) throw new UsageProblem(USAGE);
  const keys = parseKeys(read(values.keys, 'key file'));
  if (keys === null) throw new UsageProblem(`The key file ${values.keys} is not a JWK set of public keys.`);
  const receipt = values.receipt === undefined ? null : { jws: read(values.receipt, 'receipt'), keys };
  return { json: values.json, proof: { jws: read(file, 'proof'), keys }, receipt };
}

function parse(args: readonly string[]): {
  values: { json: boolean; keys?: string; receipt?: string };
  positionals: string[];
} {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        keys: { type: 'string' },
        receipt: { type: 'string' },
      },
    });
  } catch (problem) {
    throw new UsageProblem(`${problem instanceof Error ? problem.message : 'Unreadable arguments'}\n${USAGE}`);
  }
}

function read(path: string, what: string): string {
  try {
    return readFileSync(fromCaller(path), 'latin1');
  } catch {
    throw new UsageProblem(`The ${what} ${path} cannot be read.`);
  }
}

if (import.meta.main) process.exitCode = await runVerifyProof(process.argv.slice(2), process.stdout);
