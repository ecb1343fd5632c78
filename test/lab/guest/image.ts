/**
 * Builds what the guest boots from, once, into `.cache/lab`: the kernel unpacked, an initramfs of busybox and five
 * modules, and a tree with udev, usbip and the USB modules that is laid over the machine's own root.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { downloadPackages, LabMissing, run } from './packages.ts';
import { vmlinuxOf } from './vmlinux.ts';

export interface GuestImage {
  readonly kernel: string;
  readonly initramfs: string;
  /** Laid over the machine's root in the guest. */
  readonly tree: string;
}

const BOOT_MODULES = ['virtio_pci', '9pnet_virtio', '9p', 'overlay', 'virtio_console'];
export const USB_MODULES = [
  ...['xhci_pci', 'vhci_hcd', 'usbhid', 'hid_generic', 'wacom', 'uhid', 'evdev'],
  ...['hid_multitouch', 'hid_uclogic', 'usbserial', 'ftdi_sio', 'cdc_acm'],
];
const SOURCES = ['image.ts', 'packages.ts', 'vmlinux.ts', 'init.sh'];

/** Throws `LabMissing` where this machine cannot have a lab. `say` hears what takes long. */
export function guestImage(projectRoot: string, say: (text: string) => void): GuestImage {
  requirePrograms();
  const cache = join(projectRoot, '.cache', 'lab');
  const image = { kernel: join(cache, 'kernel'), initramfs: join(cache, 'initramfs.gz'), tree: join(cache, 'tree') };
  const stamp = join(cache, 'built');
  const wanted = fingerprintOfSources();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return image;
  say('Building the lab’s guest (kernel, busybox, udev; once) …');
  rmSync(stamp, { force: true });
  const work = join(cache, 'work');
  rmSync(work, { recursive: true, force: true });
  try {
    build(work, image);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  writeFileSync(stamp, wanted);
  return image;
}

/** Without these nothing boots; `npm run lab` and `npm test` install them where they may. */
function requirePrograms(): void {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new LabMissing('The lab runs this machine’s own Node in a PC: it needs Linux on x64.');
  const missing = [
    ['qemu-system-x86_64', 'qemu-system-x86'],
    ['depmod', 'kmod'],
    ['cpio', 'cpio'],
    ['dpkg-deb', 'dpkg'],
    ['setpriv', 'util-linux'],
    ['xz', 'xz-utils'],
  ].filter(([program = '']) => !run('sh', ['-c', `command -v ${program}`]).ok);
  if (missing.length > 0) throw new LabMissing(`no qemu (install ${missing.map(([, name]) => name ?? '').join(' ')})`);
}

function fingerprintOfSources(): string {
  const hash = createHash('sha256');
  for (const name of SOURCES) hash.update(readFileSync(join(import.meta.dirname, name)));
  return hash.digest('hex');
}

function build(work: string, image: GuestImage): void {
  const packages = downloadPackages(join(work, 'packages'));
  const tree = join(work, 'tree');
  for (const [name, file] of Object.entries(packages)) {
    const folder = join(work, name === 'kernel' ? 'kernel' : 'tree');
    mkdirSync(folder, { recursive: true });
    must('dpkg-deb', ['-x', file, folder]);
  }
  mergeUsr(tree);
  const busybox = join(tree, 'usr/bin/busybox');

  const kernelTree = join(work, 'kernel');
  const [version = ''] = readdirSync(join(kernelTree, 'lib/modules'));
  must('depmod', ['-b', kernelTree, version]);
  const modules = modulesOf(join(kernelTree, 'lib/modules', version));

  const initramfs = join(work, 'initramfs');
  mkdirSync(join(initramfs, 'modules'), { recursive: true });
  mkdirSync(join(initramfs, 'bin'));
  copyFileSync(busybox, join(initramfs, 'bin/busybox'));
  copyFileSync(join(import.meta.dirname, 'init.sh'), join(initramfs, 'init'));
  chmodSync(join(initramfs, 'init'), 0o755);
  const bootOrder = modules.closure(BOOT_MODULES).map((file, i) => {
    const name = `${String(i).padStart(2, '0')}-${plainName(file)}.ko`;
    copyModule(join(modules.folder, file), join(initramfs, 'modules', name), busybox);
    return name;
  });
  if (bootOrder.length === 0) throw new Error('the kernel package holds none of the modules to boot with');
  must('sh', ['-c', `cd "$1" && find . | cpio --quiet -o -H newc | gzip -1 > "$2"`, 'sh', initramfs, image.initramfs]);

  for (const file of modules.closure(USB_MODULES)) {
    const target = join(tree, 'usr/lib/modules', version, dirname(file), `${plainName(file)}.ko`);
    mkdirSync(dirname(target), { recursive: true });
    copyModule(join(modules.folder, file), target, busybox);
  }
  for (const name of ['modules.order', 'modules.builtin', 'modules.builtin.modinfo'])
    copyFileSync(join(modules.folder, name), join(tree, 'usr/lib/modules', version, name));
  must('depmod', ['-b', join(tree, 'usr'), version]);

  const bzImage = readFileSync(join(kernelTree, 'boot', `vmlinuz-${version}`));
  writeFileSync(image.kernel, vmlinuxOf(bzImage) ?? bzImage);
  rmSync(image.tree, { recursive: true, force: true });
  renameSync(tree, image.tree);
}

/** Packages still name /bin and /lib, which on the machine are links into /usr: folders over them would hide all of it. */
function mergeUsr(tree: string): void {
  for (const name of ['bin', 'sbin', 'lib']) {
    const from = join(tree, name);
    if (!existsSync(from)) continue;
    cpSync(from, join(tree, 'usr', name), { recursive: true, verbatimSymlinks: true });
    rmSync(from, { recursive: true });
  }
}

interface Modules {
  readonly folder: string;
  /** Files of these modules and of what they need, in the order to load them. What is built in needs no file. */
  closure(names: readonly string[]): readonly string[];
}

function modulesOf(folder: string): Modules {
  const needs = new Map<string, readonly string[]>();
  for (const line of readFileSync(join(folder, 'modules.dep'), 'utf8').split('\n')) {
    const [file, rest] = line.split(':');
    if (file !== undefined && rest !== undefined) needs.set(file, rest.trim().split(' ').filter(Boolean));
  }
  const byName = new Map([...needs.keys()].map((file) => [plainName(file).replaceAll('-', '_'), file]));
  return {
    folder,
    closure: (names) => {
      const found = new Set<string>();
      const add = (file: string): void => {
        for (const needed of needs.get(file) ?? []) add(needed);
        found.add(file);
      };
      for (const name of names) {
        const file = byName.get(name);
        if (file !== undefined) add(file);
      }
      return [...found];
    },
  };
}

const plainName = (file: string): string => basename(file).replace(/\.ko(\.xz)?$/, '');

function copyModule(from: string, to: string, busybox: string): void {
  if (from.endsWith('.xz')) must('sh', ['-c', '"$1" unxz -c "$2" > "$3"', 'sh', busybox, from, to]);
  else copyFileSync(from, to);
}

function must(program: string, args: readonly string[]): void {
  const done = run(program, args);
  if (!done.ok) throw new Error(`${program} failed while building the lab: ${done.said.trim()}`);
}
