import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { TestContext } from 'vitest';
import { javaLibrary } from './java.ts';
import { postgresBinaries } from './postgres.ts';

/** Debian's PKCS #11 module of the software token. */
export const SOFTHSM = '/usr/lib/softhsm/libsofthsm2.so';

/** Skips the test when an outside program (or `x.jar`, a Java library) is absent, but throws on CI, where it must be there. */
export function requireTool(ctx: TestContext, ...tools: readonly string[]): void {
  for (const tool of tools) {
    if (!isThere(tool)) absent(ctx, tool);
  }
}

/** For what only root may do, as mounting and networks of its own. */
export function requireRoot(ctx: TestContext): void {
  if (process.getuid?.() !== 0) absent(ctx, 'root');
}

function isThere(tool: string): boolean {
  if (tool === 'initdb') return postgresBinaries() !== null;
  if (tool === SOFTHSM) return existsSync(tool);
  return tool.endsWith('.jar') ? existsSync(javaLibrary(tool)) : spawnSync('which', [tool]).status === 0;
}

/** Absolute path of a file or folder of the shared test data beside the checkout; skips when it is absent off CI. */
export function sharedData(ctx: TestContext, relative: string): string {
  const found = path.resolve(import.meta.dirname, '../../../shared/data', relative);
  if (!existsSync(found)) absent(ctx, `shared data ${relative}`);
  return found;
}

function absent(ctx: TestContext, what: string): void {
  if (process.env['CI'] !== undefined) throw new Error(`${what} is needed on CI`);
  ctx.skip(`skipped: no ${what}`);
}
