import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SOFTHSM } from '../../support/tools.ts';

/** The module reads where its tokens are from the environment of the process, when it is begun: one folder per test file. */
export function useSoftTokens(folder: string): void {
  const tokens = path.join(folder, 'tokens');
  mkdirSync(tokens, { recursive: true });
  const file = path.join(folder, 'softhsm2.conf');
  writeFileSync(file, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  process.env['SOFTHSM2_CONF'] = file;
}

/** A token with one AES-256 key that never leaves it. */
export function makeToken(label: string, key: string, pin: string): void {
  const quiet = { stdio: 'pipe' } as const;
  const own = ['--init-token', '--free', '--label', label, '--pin', pin, '--so-pin', '12345678'];
  execFileSync('softhsm2-util', own, quiet);
  addKey(label, key, pin);
}

export function addKey(label: string, key: string, pin: string): void {
  const login = ['--module', SOFTHSM, '--token-label', label, '--login', '--pin', pin];
  execFileSync('pkcs11-tool', [...login, '--keygen', '--key-type', 'AES:32', '--label', key, '--sensitive'], {
    stdio: 'pipe',
  });
}
