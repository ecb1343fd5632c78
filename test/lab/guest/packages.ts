/**
 * Debian packages of the guest, downloaded and unpacked but never installed: a kernel with USB (the `cloud` kernels
 * have none), udev, usbip and what these link that a small system lacks.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Says which thing is missing and how to get it; the lab is then skipped. */
export class LabMissing extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LabMissing';
  }
}

const KERNEL_OF = 'linux-image-amd64';
const PACKAGES = ['busybox-static', 'udev', 'usbip', 'libkmod2', 'libwrap0', 'usb.ids', 'libusb-1.0-0'];

/** Downloads into `folder`; answers the files by package name, the kernel's under `kernel`. */
export function downloadPackages(folder: string): Readonly<Record<string, string>> {
  mkdirSync(folder, { recursive: true });
  let kernel = kernelPackage();
  if (kernel === null || !download(folder, [kernel, ...PACKAGES])) {
    // Lists that were never fetched, or are older than the archive they tell of.
    if (process.getuid?.() === 0) run('apt-get', ['update']);
    kernel = kernelPackage();
    if (kernel === null || !download(folder, [kernel, ...PACKAGES]))
      throw new LabMissing(
        `The lab's packages cannot be downloaded (${[kernel ?? KERNEL_OF, ...PACKAGES].join(' ')}). ` +
          'On Debian, run `apt-get update` as root and see that the archive can be reached.',
      );
  }
  const files = readdirSync(folder);
  return Object.fromEntries(
    [['kernel', kernel] as const, ...PACKAGES.map((name) => [name, name] as const)].map(([key, name]) => {
      const file = files.find((entry) => entry.startsWith(`${name}_`));
      if (file === undefined) throw new LabMissing(`The package ${name} did not arrive.`);
      return [key, join(folder, file)];
    }),
  );
}

/** The package behind the one that always names the newest kernel. */
function kernelPackage(): string | null {
  const { stdout, ok } = run('apt-cache', ['depends', KERNEL_OF]);
  return ok ? (/Depends: (linux-image-\S+-amd64)/.exec(stdout)?.[1] ?? null) : null;
}

function download(folder: string, names: readonly string[]): boolean {
  return run('apt-get', ['download', ...names], folder).ok;
}

/** Runs to the end; `depmod` is where accounts other than root do not look. */
export function run(
  program: string,
  args: readonly string[],
  cwd?: string,
): { readonly ok: boolean; readonly stdout: string; readonly said: string } {
  const done = spawnSync(program, [...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C' },
    ...(cwd === undefined ? {} : { cwd }),
  });
  return { ok: done.status === 0, stdout: done.stdout, said: done.stderr };
}
