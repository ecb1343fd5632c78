import type { DemoSecrets } from '../../kiosk-shell/demo/provision.ts';

/**
 * What a drill is: one thing shown inside the lab's guest, on a genuine Linux USB stack. A drill file exports
 * `drills`; drills of a file run one after the other, in a process of that file's own.
 */
export interface Drill {
  /** A sentence about behaviour, unique in the lab. */
  readonly name: string;
  /** The guest is about eleven times slower than the machine it runs on; 60 s unless told. */
  readonly timeoutMs?: number;
  /** Rejects when the sentence does not hold. What it attached it takes away again, whichever way it ends. */
  run(lab: DrillLab): Promise<void>;
}

export interface DrillLab {
  /** Empty, this drill's own, gone when it has ended. */
  readonly folder: string;
  /** A figure or a fact worth reading beside the drill's name: "200 reports/s for 60 s, 0 lost". Never pen data. */
  tell(fact: string): void;
  readonly machine: Machine;
}

/** The machine around the guest: what its hardware can be made to do from outside. */
export interface Machine {
  /** A command of QEMU's machine protocol: `input-send-event`, `device_add`, `device_del`. */
  qmp(command: string, args?: object): Promise<unknown>;
  /** The far end of QEMU's usb-serial (an FTDI 0403:6001); it is plugged in while something listens there. */
  readonly serial: SerialFarEnd;
  /** A tenant for a kiosk, made outside because keys take minutes here. `dataDir` is to be copied, not used. */
  demoTenant(): Promise<{ readonly dataDir: string; readonly demo: DemoSecrets }>;
}
export interface SerialFarEnd {
  plugIn(): Promise<void>;
  unplug(): Promise<void>;
  write(bytes: Uint8Array): Promise<void>;
  /** Everything the guest wrote since the last call. */
  read(): Promise<Uint8Array>;
}

/** One line of the lab's report. */
export interface DrillResult {
  readonly file: string;
  readonly name: string;
  readonly ok: boolean;
  /** What went wrong, empty when nothing did. */
  readonly problem: string;
  readonly facts: readonly string[];
  readonly millis: number;
}
