import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { provisionDemo, type DemoSecrets } from '../../../kiosk-shell/demo/provision.ts';

declare module 'vitest' {
  interface ProvidedContext {
    tenant: { readonly folder: string; readonly demo: DemoSecrets };
  }
}

/** Keys take seconds to make: one tenant serves the whole run, each file works on a copy. */
export async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-e2e-tenant-'));
  const demo = await provisionDemo(folder, {
    kioskUrl: 'http://127.0.0.1:3000',
    cloudUrl: 'http://127.0.0.1:4000',
    now: new Date(),
  });
  project.provide('tenant', { folder, demo });
  return () => rmSync(folder, { recursive: true, force: true });
}
