/**
 * Runs first, on whatever Node (20 or newer) the machine has, with nothing installed: brings in what is locked,
 * builds what changed, then hands over to the project's own Node. Plain JavaScript, no dependencies.
 * Everything it says goes to standard error, so that `--json` output stays one document.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const ownNode = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.exe' : 'node');
const [command = 'help', ...args] = process.argv.slice(2);

const commands = {
  start: { build: true, script: 'kiosk-shell/cli/start.ts' },
  demo: { build: true, script: 'kiosk-shell/cli/demo.ts' },
  verify: { build: false, script: 'kiosk-shell/cli/verify.ts' },
  doctor: { build: false, script: 'kiosk-shell/cli/doctor.ts' },
  reset: { build: false, script: 'kiosk-shell/cli/reset.ts' },
  bench: { build: true, script: 'test/bench/run.ts' },
  test: { build: true, tools: true, script: 'test/run.ts' },
  validate: { build: true, tools: true, script: 'test/validate.ts' },
};

/** What the build depends on: the screens and what their bundles can reach. */
const BUILD_INPUTS = [
  'app',
  'signing',
  'kiosk-shell/kiosk-api.ts',
  'kiosk-shell/cloud-api.ts',
  'sync/protocol',
  'instrumentation.ts',
  'next.config.js',
  'tsconfig.json',
  'package-lock.json',
];
/** Outside programs the tests call, by the Debian package that brings them. */
const TOOLS = {
  chromium: 'chromium',
  pdfsig: 'poppler-utils',
  qpdf: 'qpdf',
  certutil: 'libnss3-tools',
  openssl: 'openssl',
  sha256sum: 'coreutils',
};

function say(text) {
  process.stderr.write(`${text}\n`);
}

function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap((entry) => filesUnder(join(root, entry)))) {
    hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

function isCurrent(stamp, value) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === value;
}

/** Runs a program to its end; says every ten seconds that it still works. */
function run(what, program, programArgs, environment = {}) {
  const started = Date.now();
  say(`${what} …`);
  return new Promise((resolve) => {
    const child = spawn(program, programArgs, {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    const tail = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        tail.push(chunk);
        if (tail.length > 200) tail.shift();
      });
    }
    const ticker = setInterval(() => say(`  still working (${Math.round((Date.now() - started) / 1000)} s)`), 10_000);
    child.on('error', (error) => finish(error.message));
    child.on('exit', (code) => finish(code === 0 ? null : `ended with code ${code}`));
    function finish(problem) {
      clearInterval(ticker);
      if (problem === null) {
        say(`  done in ${Math.round((Date.now() - started) / 1000)} s`);
        resolve();
        return;
      }
      say(Buffer.concat(tail).toString('utf8').slice(-6000));
      say(`${what}: ${problem}.`);
      process.exit(1);
    }
  });
}

async function install() {
  const stamp = join(root, 'node_modules', '.countersign-installed');
  const wanted = fingerprint(['package.json', 'package-lock.json']);
  if (isCurrent(stamp, wanted) && existsSync(ownNode)) return;
  // Only the package that brings Node may run its script; all other packages ship their binaries.
  await run('Installing the locked packages (the first time this takes a minute or two)', 'npm', [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  await run('Fetching the Node that this project runs on', 'npm', [
    'rebuild',
    'node',
    '--ignore-scripts=false',
    '--loglevel=error',
  ]);
  if (!existsSync(ownNode)) {
    say('The project’s own Node did not arrive. Check that the npm registry is reachable, then run the command again.');
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

async function build() {
  const stamp = join(root, '.next', 'countersign-built');
  const wanted = fingerprint(BUILD_INPUTS);
  if (isCurrent(stamp, wanted)) return;
  await run('Building the screens', ownNode, ['node_modules/next/dist/bin/next', 'build'], ownEnvironment());
  writeFileSync(stamp, wanted);
}

function ownEnvironment() {
  return {
    PATH: `${join(root, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`,
    NEXT_TELEMETRY_DISABLED: '1',
  };
}

function isOnPath(program) {
  return spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
}

async function tools() {
  const missing = Object.entries(TOOLS).filter(([program]) => !isOnPath(program));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(([, name]) => name))];
  if (process.getuid?.() === 0 && isOnPath('apt-get')) {
    await run('Refreshing the list of Debian packages', 'apt-get', ['update']);
    await run(
      `Installing ${packages.join(', ')} for the tests`,
      'apt-get',
      ['install', '--yes', '--no-install-recommends', ...packages],
      { DEBIAN_FRONTEND: 'noninteractive' },
    );
    return;
  }
  say(
    `For all tests to run, install: ${packages.join(' ')} (for example: sudo apt-get install ${packages.join(' ')}). Going on without.`,
  );
}

function handOver(script) {
  const child = spawn(ownNode, [script, ...args], {
    cwd: root,
    env: { ...process.env, ...ownEnvironment() },
    stdio: 'inherit',
  });
  // A terminal sends Ctrl-C to the whole group; the child ends what it started, and this waits for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
}

const chosen = commands[command];
if (chosen === undefined) {
  say(`Unknown command '${command}'. There are: ${Object.keys(commands).join(', ')}.`);
  process.exit(64);
}
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 20) {
  say(`Node 20 or newer is needed to begin with; this is ${process.versions.node}.`);
  process.exit(1);
}
await install();
if (chosen.tools) await tools();
if (chosen.build) await build();
handOver(chosen.script);
