/** The machine's side of the port: does what drills ask of the hardware. */
import { execFileSync } from 'node:child_process';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { demoFolder } from '../../support/kiosk-rig.ts';
import { socketWhenThere } from './line-socket.ts';
import type { Ask } from './port.ts';
import type { Qmp } from './qmp.ts';

export interface Answering {
  answer(ask: Ask): Promise<unknown>;
  close(): void;
}

/** `out` is the folder that the guest sees as /lab-out. */
export function answering(qmp: Qmp, serialPath: string, out: string): Answering {
  let serial: Socket | null = null;
  let written: Buffer[] = [];
  const unplug = (): void => {
    serial?.destroy();
    serial = null;
  };
  return {
    answer: async (ask) => {
      if (ask.kind === 'qmp') return await qmp.execute(ask.command, ask.args);
      if (ask.kind === 'demo-tenant') return await demoTenant(out);
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

async function demoTenant(out: string): Promise<unknown> {
  const made = await demoFolder();
  // Modes matter: keys that others could read are refused.
  execFileSync('cp', ['-a', made.dataDir, join(out, 'demo-tenant')]);
  made.remove();
  return { dataDir: '/lab-out/demo-tenant', demo: made.demo };
}
