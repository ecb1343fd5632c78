/** The machine's side of the port: does what drills ask of the hardware. */
import type { Socket } from 'node:net';
import { socketWhenThere } from './line-socket.ts';
import type { Ask } from './port.ts';
import type { Qmp } from './qmp.ts';

export interface Answering {
  answer(ask: Ask): Promise<unknown>;
  close(): void;
}

export function answering(qmp: Qmp, serialPath: string): Answering {
  let serial: Socket | null = null;
  let written: Buffer[] = [];
  const unplug = (): void => {
    serial?.destroy();
    serial = null;
  };
  return {
    answer: async (ask) => {
      if (ask.kind === 'qmp') return await qmp.execute(ask.command, ask.args);
      switch (ask.act) {
        case 'plug-in':
          unplug();
          written = [];
          serial = await socketWhenThere(serialPath);
          serial.on('data', (bytes) => written.push(bytes));
          serial.on('error', () => undefined);
          return null;
        case 'unplug':
          unplug();
          return null;
        case 'write':
          if (serial === null) throw new Error('the serial adapter is not plugged in');
          serial.write(Buffer.from(ask.bytes, 'base64'));
          return null;
        case 'read':
          return Buffer.concat(written.splice(0)).toString('base64');
      }
    },
    close: unplug,
  };
}
