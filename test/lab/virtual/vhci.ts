/**
 * Plugging a virtual device into this kernel (Linux module vhci_hcd, root only): one end of a Unix socket is handed to
 * the kernel, the device speaks USB/IP on the other. Pulling the cable is closing it.
 */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UsbDevice } from './usb-device.ts';
import { UsbipSession } from './usbip-session.ts';
import type { SessionCounts } from './usbip-session.ts';

const controller = '/sys/devices/platform/vhci_hcd.0';
const fullSpeed = 2;
const free = '004';

export interface Plugged {
  readonly port: number;
  readonly counts: SessionCounts;
  /** Resolves when the connection has ended, from whichever side. */
  readonly ended: Promise<void>;
  unplug(): void;
}

/** Free ports of the controller for full-speed devices. Throws where the kernel has no vhci_hcd. */
export function freePorts(): readonly number[] {
  return parsePorts(readFileSync(join(controller, 'status'), 'utf8'));
}

/** Lines of the controller's `status`: hub, port, state, and so on. */
export function parsePorts(status: string): readonly number[] {
  return status
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([hub, , state]) => hub === 'hs' && state === free)
    .map(([, port]) => Number(port));
}

/** On the port named, or the first free one. */
export async function plug(device: UsbDevice, wanted?: number): Promise<Plugged> {
  const ports = freePorts();
  const port = wanted ?? ports[0];
  if (port === undefined || !ports.includes(port)) throw new Error('no such free port on the virtual USB controller');
  const { ours, kernels } = await socketPair();
  const session = new UsbipSession(device, (bytes) => ours.write(bytes));
  const ended = new Promise<void>((resolve) => ours.once('close', () => resolve()));
  ours.on('data', (chunk) => {
    session.receive(chunk);
    if (session.broken !== null) ours.destroy();
  });
  ours.on('error', () => ours.destroy());
  ours.once('close', () => session.close());
  try {
    const deviceId = (1 << 16) | (port + 1);
    writeFileSync(join(controller, 'attach'), `${port} ${descriptorOf(kernels)} ${deviceId} ${fullSpeed}`);
  } catch (error) {
    ours.destroy();
    throw error;
  } finally {
    // The kernel has its own hold on it.
    kernels.destroy();
  }
  return {
    port,
    counts: session.counts,
    ended,
    unplug: () => {
      session.close();
      ours.destroy();
    },
  };
}

/** Node makes no socket pair; a listener that is gone after one connection comes to the same. */
async function socketPair(): Promise<{ readonly ours: Socket; readonly kernels: Socket }> {
  const folder = mkdtempSync(join(tmpdir(), 'virtual-pad-'));
  const server = createServer({ pauseOnConnect: true });
  try {
    server.listen(join(folder, 'cable'));
    await once(server, 'listening');
    const ours = connect(join(folder, 'cable'));
    const [[kernels]] = (await Promise.all([once(server, 'connection'), once(ours, 'connect')])) as [[Socket], unknown];
    return { ours, kernels };
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}

function descriptorOf(socket: Socket): number {
  const { _handle: handle } = socket as Socket & { readonly _handle?: { readonly fd?: number } };
  if (handle?.fd === undefined || handle.fd < 0) throw new Error('this Node does not tell the descriptor of a socket');
  return handle.fd;
}
