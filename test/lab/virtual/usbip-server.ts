/** Virtual devices for Debian's `usbip` tool, on this machine only: `usbip attach -r 127.0.0.1 -b BUSID`. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { UsbDevice } from './usb-device.ts';
import { encodeList, encodeTaken, requestReader } from './usbip-devlist.ts';
import type { ExportedDevice } from './usbip-devlist.ts';
import { UsbipSession } from './usbip-session.ts';

export const usbipPort = 3240;
const fullSpeed = 2;

export interface UsbipServer {
  readonly port: number;
  /** Pulls the cable of one device. It can be taken again. */
  unplug(busId: string): void;
  /** How often a device has been taken. */
  readonly onTaken: (listener: (busId: string) => void) => void;
  close(): Promise<void>;
}

/** Bus IDs are the keys. Port 0 takes any free one. */
export async function serveUsbip(devices: ReadonlyMap<string, UsbDevice>, port = usbipPort): Promise<UsbipServer> {
  const exported = new Map([...devices].map(([busId, device], at) => [busId, describe(busId, at + 1, device)]));
  const taken = new Map<string, Socket>();
  const takings = new Set<(busId: string) => void>();
  const sockets = new Set<Socket>();

  const serve = (socket: Socket): void => {
    const requests = requestReader();
    let session: UsbipSession | null = null;
    const take = (busId: string): void => {
      const device = devices.get(busId);
      const told = exported.get(busId);
      if (!device || !told || taken.has(busId)) {
        socket.end(encodeTaken(device && told ? 'busy' : 'no-such-device'));
        return;
      }
      taken.set(busId, socket);
      socket.write(encodeTaken(told));
      session = new UsbipSession(device, (bytes) => socket.write(bytes));
      socket.once('close', () => {
        session?.close();
        taken.delete(busId);
      });
      for (const listener of takings) listener(busId);
      session.receive(requests.rest);
    };
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      if (session) {
        session.receive(chunk);
        if (session.broken !== null) socket.destroy();
        return;
      }
      const [request] = requests.push(chunk);
      if (requests.broken !== null) socket.destroy();
      else if (request?.type === 'list') socket.end(encodeList([...exported.values()]));
      else if (request) take(request.busId);
    });
  };

  const server = createServer(serve);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    unplug: (busId) => taken.get(busId)?.destroy(),
    onTaken: (listener) => takings.add(listener),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function describe(busId: string, number: number, { identity, interfaces }: UsbDevice): ExportedDevice {
  return {
    busId,
    bus: 1,
    device: number,
    speed: fullSpeed,
    vid: identity.vid,
    pid: identity.pid,
    release: identity.release,
    interfaces,
  };
}
