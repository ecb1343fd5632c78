/**
 * One QEMU machine from power-on to power-off. Always software emulation: `/dev/kvm` existing says nothing about it
 * working, and a lab that runs only on some machines proves nothing on the others.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { guestImage, USB_MODULES } from './image.ts';
import { run } from './packages.ts';

export interface MachineOptions {
  readonly projectRoot: string;
  /** A shell command, run by root in the project's folder, with the project's Node first on the path. */
  readonly command: string;
  /** From power-on to power-off. */
  readonly limitMs: number;
  readonly say: (text: string) => void;
}

export interface MachineEnd {
  /** Of the command; null when the machine ended before the command did. */
  readonly exitCode: number | null;
  /** What the command printed. */
  readonly output: string;
  /** What the kernel and its first process printed. */
  readonly console: string;
}

export interface RunningMachine {
  readonly sockets: { readonly qmp: string; readonly port: string; readonly serial: string };
  /** Files written to /lab-out in the guest; gone with `dispose`. */
  readonly out: string;
  readonly ended: Promise<MachineEnd>;
  stop(): void;
  /** Keeps console and output in `keepIn`, when told to, then removes every trace. */
  dispose(keepIn?: string): void;
}

const MEMORY_MB = 1536;

export function startMachine(options: MachineOptions): RunningMachine {
  const image = guestImage(options.projectRoot, options.say);
  stripTypes(options.projectRoot);
  // Socket paths must be short (108 bytes), which a project's folder need not be.
  const folder = mkdtempSync(join(tmpdir(), 'countersign-lab-'));
  const out = join(folder, 'out');
  mkdirSync(out);
  const consoleFile = join(folder, 'console.txt');
  const sockets = { qmp: join(folder, 'qmp'), port: join(folder, 'port'), serial: join(folder, 'serial') };
  writeFileSync(join(out, 'begin.sh'), beginScript(options));
  writeFileSync(join(out, 'command.sh'), `${options.command}\n`);

  // Ends with this process, however that ends.
  const qemu = spawn(
    'setpriv',
    [
      ...['--pdeathsig', 'KILL', '--', 'qemu-system-x86_64'],
      ...['-M', 'q35', '-accel', 'tcg,thread=multi,tb-size=256', '-cpu', 'max,-la57,-smap,-smep'],
      ...['-m', String(MEMORY_MB), '-smp', '2', '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
      ...['-kernel', image.kernel, '-initrd', image.initramfs],
      ...['-append', 'console=ttyS0 quiet panic=-1 mitigations=off nokaslr tsc=reliable'],
      ...['-chardev', `file,id=con,path=${consoleFile}`, '-serial', 'chardev:con'],
      ...['-qmp', `unix:${sockets.qmp},server=on,wait=off`],
      ...['-device', 'virtio-serial-pci', '-chardev', `socket,id=lab,path=${sockets.port},server=on,wait=off`],
      ...['-device', 'virtserialport,chardev=lab,name=countersign.lab'],
      ...['-virtfs', 'local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap'],
      ...['-virtfs', `local,path=${image.tree},mount_tag=tree,security_model=none,readonly=on`],
      ...['-virtfs', `local,path=${out},mount_tag=out,security_model=none`],
      // The two devices that QEMU itself makes. The serial adapter is plugged in while its socket has a caller.
      ...['-device', 'qemu-xhci,id=xhci', '-device', 'usb-tablet,bus=xhci.0,id=tablet'],
      ...['-chardev', `socket,id=serial,path=${sockets.serial},server=on,wait=off`],
      ...['-device', 'usb-serial,bus=xhci.0,chardev=serial,id=adapter'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let complaint = '';
  qemu.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const stop = (): void => void qemu.kill('SIGKILL');
  const leave = (): void => {
    stop();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', leave);
  const limit = setTimeout(stop, options.limitMs);
  const ended = new Promise<MachineEnd>((resolve) => {
    qemu.once('error', (error) => (complaint += error.message));
    qemu.once('close', () => {
      clearTimeout(limit);
      process.off('exit', leave);
      const code = textOf(join(out, 'exit-code')).trim();
      resolve({
        exitCode: code === '' ? null : Number(code),
        output: textOf(join(out, 'output.txt')),
        console: complaint + textOf(consoleFile),
      });
    });
  });
  return {
    sockets,
    out,
    ended,
    stop,
    dispose: (keepIn) => {
      if (keepIn !== undefined) {
        rmSync(keepIn, { recursive: true, force: true });
        mkdirSync(keepIn, { recursive: true });
        for (const file of [consoleFile, out]) {
          if (existsSync(file)) cpSync(file, join(keepIn, file.slice(folder.length + 1)), { recursive: true });
        }
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function beginScript({ projectRoot, limitMs }: MachineOptions): string {
  const settings = {
    PROJECT: projectRoot,
    LIMIT_SECONDS: String(Math.ceil(limitMs / 1000)),
    MODULES: USB_MODULES.join(' '),
    STRIP_HOOK: pathToFileURL(join(import.meta.dirname, 'strip-hook.mjs')).href,
  };
  return [
    ...Object.entries(settings).map(([name, value]) => `${name}=${shellWord(value)}`),
    readFileSync(join(import.meta.dirname, 'stage.sh'), 'utf8'),
  ].join('\n');
}

function stripTypes(projectRoot: string): void {
  const script = join(import.meta.dirname, 'strip-types.ts');
  const done = run(process.execPath, ['--disable-warning=ExperimentalWarning', script, projectRoot]);
  if (!done.ok) throw new Error(`types could not be stripped: ${done.said}`);
}

/** One word to a shell, whatever is in it. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
