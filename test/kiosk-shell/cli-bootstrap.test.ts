import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { explainFailure } from '../../kiosk-shell/bootstrap/explain-failure.mjs';
import { fingerprint, packagesFingerprint } from '../../kiosk-shell/bootstrap/fingerprint.mjs';
import { takeLock } from '../../kiosk-shell/bootstrap/lock.mjs';
import { startProgress } from '../../kiosk-shell/bootstrap/progress.mjs';
import { plainEnvironment, ROOT } from '../support/cli-runs.ts';

/** A folder with the bootstrap, a program on the path that stands in for npm and notes its calls, and little scripts. */
let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'countersign-bootstrap-'));
  mkdirSync(join(project, 'kiosk-shell/cli'), { recursive: true });
  mkdirSync(join(project, 'tools'));
  cpSync(join(ROOT, 'kiosk-shell/bootstrap.mjs'), join(project, 'kiosk-shell/bootstrap.mjs'));
  cpSync(join(ROOT, 'kiosk-shell/bootstrap'), join(project, 'kiosk-shell/bootstrap'), { recursive: true });
  put('package.json', JSON.stringify({ name: 'x', scripts: {}, dependencies: { a: '1' } }));
  put('package-lock.json', '{}');
  put('app/page.tsx', 'one');
  put('proxy.ts', 'one');
  put(
    'kiosk-shell/cli/verify.ts',
    'console.log(JSON.stringify({ args: process.argv.slice(2), from: process.env.COUNTERSIGN_CALLED_FROM }));',
  );
  put('kiosk-shell/cli/start.ts', 'console.log("started");');
  put('kiosk-shell/cli/reset.ts', 'process.exit(7);');
  fakeNpm();
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function put(name: string, text: string): void {
  mkdirSync(join(project, name, '..'), { recursive: true });
  writeFileSync(join(project, name), text);
}

/** `ci` brings a Node and a Next that notes its builds, unless `fails` says what goes wrong. */
function fakeNpm(fails = ''): void {
  const node = process.execPath;
  put(
    'tools/npm',
    `#!/bin/sh
echo "npm $*" >> calls
${fails === '' ? '' : `echo "${fails}" >&2; exit 1`}
mkdir -p node_modules/.bin node_modules/next/dist/bin
ln -sf ${node} node_modules/.bin/node
echo 'require("fs").appendFileSync("calls", "next build\\\\n"); require("fs").mkdirSync(".next", { recursive: true });' > node_modules/next/dist/bin/next
`,
  );
  chmodSync(join(project, 'tools/npm'), 0o755);
}

function run(...args: readonly string[]): { code: number | null; out: string; said: string } {
  const done = spawnSync(process.execPath, ['kiosk-shell/bootstrap.mjs', ...args], {
    cwd: project,
    encoding: 'utf8',
    env: { ...plainEnvironment(), PATH: `${join(project, 'tools')}:${process.env['PATH'] ?? ''}` },
  });
  return { code: done.status, out: done.stdout, said: done.stderr };
}

/** What was called since the last look. */
function calls(): readonly string[] {
  const file = join(project, 'calls');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  rmSync(file);
  return lines.map((line) => line.split(' ').slice(0, 2).join(' '));
}

describe('the bootstrap', () => {
  it('installs and builds first, and then neither while nothing changes', () => {
    const first = run('start');
    expect(first).toMatchObject({ code: 0, out: 'started\n' });
    expect(first.said).toMatch(/Installing the locked packages \(the first time.*\n {2}done in/);
    expect(first.said).toMatch(/Building the screens …/);
    expect(calls()).toEqual(['npm ci', 'npm rebuild', 'next build']);
    expect(run('start')).toEqual({ code: 0, out: 'started\n', said: '' });
    expect(calls()).toEqual([]);
  });

  it('builds again when a screen or the proxy changed, and installs again when the lock changed', () => {
    run('start');
    calls();
    put('app/page.tsx', 'two');
    run('start');
    expect(calls()).toEqual(['next build']);
    put('proxy.ts', 'two');
    run('start');
    expect(calls()).toEqual(['next build']);
    put('test/some.test.ts', 'new');
    put('package.json', JSON.stringify({ name: 'x', scripts: { new: 'one' }, dependencies: { a: '1' } }));
    expect(run('start').said).toBe('');
    expect(calls()).toEqual([]);
    put('package-lock.json', '{"new":1}');
    expect(run('start').said).toContain('Installing the packages again, because what is locked changed');
    expect(calls()).toEqual(['npm ci', 'npm rebuild', 'next build']);
  });

  it('builds nothing for a command that has no screens, and keeps standard output for it alone', () => {
    const ran = run('verify', 'a file.pdf', '--json');
    expect(calls()).toEqual(['npm ci', 'npm rebuild']);
    expect(JSON.parse(ran.out)).toEqual({ args: ['a file.pdf', '--json'], from: project });
    expect(run('reset').code).toBe(7);
  });

  it('does not take an interrupted build or installation for a whole one', () => {
    run('start');
    put('app/page.tsx', 'two');
    put('node_modules/next/dist/bin/next', 'process.exit(1);');
    expect(run('start')).toMatchObject({ code: 1, out: '' });
    put('app/page.tsx', 'one');
    calls();
    put('node_modules/next/dist/bin/next', 'require("fs").appendFileSync("calls", "next build\\n");');
    run('start');
    expect(calls()).toEqual(['next build']);
    rmSync(join(project, 'node_modules/.bin/node'));
    run('verify');
    expect(calls()).toEqual(['npm ci', 'npm rebuild']);
  });

  it('ends with what npm said and what to do', () => {
    fakeNpm('npm error code ENOTFOUND getaddrinfo');
    const ran = run('start');
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.said).toContain('npm error code ENOTFOUND');
    expect(ran.said).toContain('ended with code 1.');
    expect(ran.said).toMatch(
      /The npm registry cannot be reached\. Check the network .* then run the command again\.\n$/,
    );
  });

  it('knows its commands', () => {
    const ran = run('strat');
    expect(ran).toMatchObject({ code: 64, out: '' });
    expect(ran.said).toMatch(/^Unknown command 'strat'\. There are: start, demo, verify/);
  });

  it('waits for another that installs, and then has nothing to do', async () => {
    const release = await takeLock(join(project, '.cache/bootstrap.lock'), process.pid);
    const child = spawn(process.execPath, ['kiosk-shell/bootstrap.mjs', 'verify'], {
      cwd: project,
      env: { ...plainEnvironment(), PATH: `${join(project, 'tools')}:${process.env['PATH'] ?? ''}` },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const code = new Promise((resolve) => child.once('exit', resolve));
    await new Promise<void>((resolve) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes(`Another Countersign command (process ${process.pid}) is installing or building`)) resolve();
      });
    });
    expect(calls()).toEqual([]);
    // The other one has finished meanwhile.
    mkdirSync(join(project, 'node_modules/.bin'), { recursive: true });
    symlinkSync(process.execPath, join(project, 'node_modules/.bin/node'));
    put('node_modules/.countersign-installed', packagesFingerprint(project));
    release();
    expect(await code).toBe(0);
    expect(calls()).toEqual([]);
  });

  it('takes over the lock of a command that was killed', async () => {
    const dead = spawnSync(process.execPath, ['-e', '0']).pid;
    put('.cache/bootstrap.lock', String(dead));
    const release = await takeLock(join(project, '.cache/bootstrap.lock'), process.pid);
    expect(readFileSync(join(project, '.cache/bootstrap.lock'), 'utf8')).toBe(String(process.pid));
    release();
    expect(existsSync(join(project, '.cache/bootstrap.lock'))).toBe(false);
  });
});

describe('the parts of the bootstrap', () => {
  it('tell one tree from another by names and contents', () => {
    const before = fingerprint(project, ['app', 'absent']);
    expect(fingerprint(project, ['app', 'absent'])).toBe(before);
    put('app/other.tsx', '');
    const named = fingerprint(project, ['app']);
    expect(named).not.toBe(before);
    // What moves from one file to the next is a change.
    put('app/other.tsx', 'e');
    put('app/page.tsx', 'on');
    expect(new Set([before, named, fingerprint(project, ['app'])]).size).toBe(3);
  });

  it.each([
    ['npm error code ENOSPC', /^The disk is full/],
    ['request to registry failed, reason: connect ECONNREFUSED', /^The npm registry cannot be reached/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /certificate that is not trusted/],
    ['npm error code E401', /refuses this machine/],
    ['npm error code E404', /not in the npm registry in use/],
    ['EINTEGRITY sha512', /other bytes than are locked/],
    ['EACCES: permission denied', /may not write/],
    ['JavaScript heap out of memory', /too little memory/],
    ['spawn npm ENOENT', /not installed or not on the path/],
  ])('say what to do about %j', (output, words) => {
    expect(explainFailure(output)).toMatch(words);
  });

  it('invent no advice', () => {
    expect(explainFailure('Module not found: ./page.css')).toBeNull();
  });

  it('count the seconds in place on a terminal, and write lines elsewhere', () => {
    const written = (isTTY: boolean): string => {
      let text = '';
      const stream = { isTTY, columns: 80, write: (more: string) => (text += more) };
      startProgress('Building', () => 'compiling', stream as unknown as typeof process.stderr).end(true);
      return text;
    };
    expect(written(true)).toBe('\r\u001b[2KBuilding … 0 s, compiling\r\u001b[2KBuilding: done in 0 s\n');
    expect(written(false)).toBe('Building …\n  done in 0 s\n');
  });
});
