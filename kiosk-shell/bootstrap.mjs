/**
 * Runs first, on whatever Node (20 or newer) the machine has, with nothing installed: brings in what is locked,
 * builds what changed, then hands over to the project's own Node. Plain JavaScript, no dependencies.
 * Everything it says goes to standard error, so that `--json` output stays one document.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { watchCallers } from './bootstrap/ancestors.mjs';
import { fingerprint, isCurrent, packagesFingerprint } from './bootstrap/fingerprint.mjs';
import { takeLock } from './bootstrap/lock.mjs';
import { say } from './bootstrap/progress.mjs';
import { explainFailure } from './bootstrap/explain-failure.mjs';
import { endRunningStep, runStep } from './bootstrap/run-step.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const ownNode = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.exe' : 'node');
const [command = 'help', ...args] = process.argv.slice(2);

const commands = {
  start: { build: true, script: 'kiosk-shell/cli/start.ts' },
  demo: { build: true, script: 'kiosk-shell/cli/demo.ts' },
  verify: { build: false, script: 'kiosk-shell/cli/verify.ts' },
  'verify-proof': { build: false, script: 'kiosk-shell/cli/verify-proof.ts' },
  escrow: { build: false, script: 'kiosk-shell/cli/escrow.ts' },
  found: { build: false, script: 'kiosk-shell/cli/found.ts' },
  enrol: { build: false, script: 'kiosk-shell/cli/enrol.ts' },
  submit: { build: false, script: 'kiosk-shell/cli/submit.ts' },
  erase: { build: false, script: 'kiosk-shell/cli/erase.ts' },
  protect: { build: false, script: 'kiosk-shell/cli/protect.ts' },
  doctor: { build: false, script: 'kiosk-shell/cli/doctor.ts' },
  reset: { build: false, script: 'kiosk-shell/cli/reset.ts' },
  bench: { build: true, script: 'test/bench/run.ts' },
  test: { build: true, tools: true, script: 'test/run.ts' },
  validate: { build: true, tools: true, script: 'test/validate.ts' },
  lab: { build: false, tools: true, script: 'test/lab/run.ts' },
  'virtual-pad': { build: false, script: 'test/lab/virtual/cli.ts' },
};

/** What the build depends on: the screens and what their bundles can reach. */
const BUILD_INPUTS = [
  'app',
  'signing',
  'kiosk-shell/kiosk-api',
  'kiosk-shell/cloud-api.ts',
  'kiosk-shell/runtime.ts',
  'sync/protocol',
  'instrumentation.ts',
  'proxy.ts',
  'next.config.js',
  'tsconfig.json',
  'package-lock.json',
];
/** Outside programs (and some libraries) the tests need, by the Debian package that brings them. */
const TOOLS = {
  chromium: 'chromium',
  pdfsig: 'poppler-utils',
  qpdf: 'qpdf',
  certutil: 'libnss3-tools',
  openssl: 'openssl',
  javac: 'default-jdk-headless',
  'pdfbox2.jar': 'libpdfbox2-java',
  'bcpkix.jar': 'libbcpkix-java',
  'jaxb-api.jar': 'libjaxb-api-java',
  sha256sum: 'coreutils',
  'qemu-system-x86_64': 'qemu-system-x86',
  kmod: 'kmod',
  cpio: 'cpio',
  xz: 'xz-utils',
  'libusb-1.0.so.0': 'libusb-1.0-0',
  initdb: 'postgresql',
  radosgw: 'radosgw',
  'ceph-mon': 'ceph-mon',
  'ceph-osd': 'ceph-osd',
  'libsofthsm2.so': 'softhsm2',
  'pkcs11-tool': 'opensc',
};
/** Where Debian keeps the libraries of Java. */
const JAVA_LIBRARIES = '/usr/share/java';
/** Where Debian keeps PostgreSQL. */
const POSTGRES = '/usr/lib/postgresql';
/** Where Linux systems keep shared libraries. */
const LIBRARY_FOLDERS = ['/usr/lib', '/usr/lib64', '/lib', '/lib64', '/usr/local/lib'];
/** What `next build` prints, in plain words; the last that was seen is what it is doing. */
const BUILD_PHASES = [
  ['Creating an optimized', 'compiling'],
  ['Compiled', 'compiled'],
  ['Collecting page data', 'collecting pages'],
  ['Generating static pages', 'writing pages'],
  ['Finalizing', 'finishing'],
];

function packagesThere() {
  const folder = join(root, 'node_modules');
  if (!existsSync(folder)) return '';
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  return `${names.length} packages unpacked`;
}

function buildPhase(output) {
  return BUILD_PHASES.findLast(([mark]) => output.includes(mark))?.[1] ?? '';
}

async function install() {
  const stamp = join(root, 'node_modules', '.countersign-installed');
  const wanted = packagesFingerprint(root);
  if (isCurrent(stamp, wanted) && existsSync(ownNode)) return;
  await alone(async () => {
    // Another command may just have done it.
    if (isCurrent(stamp, wanted) && existsSync(ownNode)) return;
    const first = !existsSync(stamp);
    // Only the package that brings Node may run its script; all other packages ship their binaries.
    await runStep(
      first
        ? 'Installing the locked packages (the first time this takes a minute or two)'
        : 'Installing the packages again, because what is locked changed',
      'npm',
      ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
      { cwd: root, note: packagesThere },
    );
    await runStep(
      'Fetching the Node that this project runs on',
      'npm',
      ['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error'],
      { cwd: root },
    );
    if (!existsSync(ownNode)) {
      say(
        'The project’s own Node did not arrive. Check that the npm registry is reachable, then run the command again.',
      );
      process.exit(1);
    }
    writeFileSync(stamp, wanted);
  });
}

async function build() {
  const stamp = join(root, '.next', 'countersign-built');
  const wanted = fingerprint(root, BUILD_INPUTS);
  if (isCurrent(stamp, wanted)) return;
  await alone(async () => {
    if (isCurrent(stamp, wanted)) return;
    // A build that is interrupted must not pass for the one before it.
    rmSync(stamp, { force: true });
    await runStep('Building the screens', ownNode, ['node_modules/next/dist/bin/next', 'build'], {
      cwd: root,
      environment: ownEnvironment(),
      note: buildPhase,
    });
    writeFileSync(stamp, wanted);
  });
}

/** One command at a time installs or builds in this folder. */
async function alone(work) {
  const release = await takeLock(join(root, '.cache', 'bootstrap.lock'));
  process.once('exit', release);
  await work();
  release();
  process.off('exit', release);
}

function ownEnvironment() {
  return {
    PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`,
    NEXT_TELEMETRY_DISABLED: '1',
    // npm starts scripts in the project's folder; paths that a person typed are meant from where they stood.
    COUNTERSIGN_CALLED_FROM: process.env.INIT_CWD ?? process.cwd(),
  };
}

function isOnPath(program) {
  return spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
}

/** A shared library is no program: it is looked for by its file, also in folders named like x86_64-linux-gnu. */
function isLibraryThere(file) {
  const folders = LIBRARY_FOLDERS.filter((folder) => existsSync(folder));
  const ofMachines = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.includes('-linux-'))
      .map((name) => join(folder, name)),
  );
  return [...folders, ...ofMachines].some((folder) => existsSync(join(folder, file)));
}

/** Debian keeps the programs of each PostgreSQL in a folder of its own. */
function isPostgresThere() {
  const versions = existsSync(POSTGRES) ? readdirSync(POSTGRES) : [];
  return versions.some((version) => existsSync(join(POSTGRES, version, 'bin', 'initdb')));
}

function isToolThere(name) {
  if (name === 'initdb') return isPostgresThere();
  if (name.startsWith('libsofthsm')) return existsSync(join('/usr/lib/softhsm', name));
  if (name.endsWith('.jar')) return existsSync(join(JAVA_LIBRARIES, name));
  return name.includes('.so.') ? isLibraryThere(name) : isOnPath(name);
}

async function tools() {
  const missing = Object.entries(TOOLS).filter(([name]) => !isToolThere(name));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(([, name]) => name))];
  if (process.getuid?.() === 0 && isOnPath('apt-get')) {
    await runStep('Refreshing the list of Debian packages', 'apt-get', ['update'], { cwd: root });
    await runStep(
      `Installing ${packages.join(', ')} for the tests`,
      'apt-get',
      ['install', '--yes', '--no-install-recommends', ...packages],
      { cwd: root, environment: { DEBIAN_FRONTEND: 'noninteractive' } },
    );
    return;
  }
  say(
    `For all tests to run, install: ${packages.join(' ')} (for example: sudo apt-get install ${packages.join(' ')}). Going on without.`,
  );
}

/** The channel tells the child at once when this process is gone, however it ended. */
function handOver(script) {
  const child = spawn(ownNode, [script, ...args], {
    cwd: root,
    env: { ...process.env, ...ownEnvironment() },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  child.on('error', (error) => {
    say(`The project’s own Node cannot be run (${error.message}). Remove node_modules, then run the command again.`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
  return child;
}

const chosen = commands[command];
if (chosen === undefined) {
  say(`Unknown command '${command}'. There are: ${Object.keys(commands).join(', ')}.`);
  process.exit(64);
}
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 20) {
  say(
    `Node 20 or newer is needed to begin with; this is ${process.versions.node}. See nodejs.org, or your system's packages.`,
  );
  process.exit(1);
}

let child = null;
/** A terminal sends Ctrl-C to the whole group; the child ends what it started, and this waits for it. */
function end(signal) {
  if (child !== null) {
    child.kill(signal);
    return;
  }
  endRunningStep(signal);
  process.exit(130);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(signal));
watchCallers(() => end('SIGTERM'));

try {
  await install();
  if (chosen.tools) await tools();
  if (chosen.build) await build();
  child = handOver(chosen.script);
} catch (error) {
  // Only files are touched outside the steps: a full disk, or a folder of somebody else.
  say(`${command} could not be prepared: ${error.message}`);
  say(
    explainFailure(`${error.code} ${error.message}`) ??
      'Run the command again; if it fails again, remove node_modules and .next first.',
  );
  process.exit(1);
}
