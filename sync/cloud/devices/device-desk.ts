import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { z } from 'zod';
import type { Result } from '../../../signing/result.ts';
import { isoTime } from '../../../signing/clock.ts';
import {
  listCodes,
  makeCode,
  withdrawCode,
  type CodePorts,
  type DeviceActor,
  type ListedCode,
  type NewCode,
  type NewCodeRefusal,
} from './codes.ts';
import { eventsOf, recordEvent, type DeviceEvent } from './device-events.ts';
import type { ReceiptKeyStore, ReceiptRing } from './receipt-ring.ts';
import { reinstateKiosk, revokeKiosk } from './revocation.ts';

export interface DeviceDeskPorts extends Omit<CodePorts, 'receiptKeyId'> {
  readonly ring: ReceiptRing;
  readonly receiptKeys: ReceiptKeyStore;
}

/** What staff of the cloud do about kiosks: codes for new ones, shutting out, keys of receipts. Written down, each of it. */
export interface DeviceDesk {
  makeCode(
    wanted: NewCode,
    by: DeviceActor,
  ): Promise<Result<{ readonly id: string; readonly code: string; readonly expiresAt: string }, NewCodeRefusal>>;
  codes(by: DeviceActor): Promise<readonly ListedCode[]>;
  /** False when no such code is open. */
  withdrawCode(id: string, by: DeviceActor): Promise<boolean>;
  /** Shuts a kiosk out from its next request on; false when there is no such kiosk, or it is out already. */
  revoke(kiosk: string, reason: string, by: DeviceActor): Promise<boolean>;
  /** Takes a revocation back: what the kiosk has waiting is delivered then. */
  reinstate(kiosk: string, reason: string, by: DeviceActor): Promise<boolean>;
  /** What was done about a kiosk, oldest first; empty for one of another tenant. */
  events(kiosk: string, by: DeviceActor): Promise<readonly DeviceEvent[]>;
  /**
   * Makes the next receipt key and announces it, signed by the last one; it signs from `takesOverAt` on.
   * Null for staff of one tenant: receipts are the whole cloud's.
   */
  rotateReceiptKey(takesOverAt: Date, by: DeviceActor): Promise<{ readonly kid: string } | null>;
}

export function createDeviceDesk(ports: DeviceDeskPorts): DeviceDesk {
  const { database, clock, ring } = ports;
  return {
    makeCode: (wanted, by) => makeCode({ ...ports, receiptKeyId: () => ring.presentId(database) }, wanted, by),
    codes: (by) => listCodes(ports, by.tenant),
    withdrawCode: (id, by) => withdrawCode(ports, id, by),
    revoke: (kiosk, reason, by) => revokeKiosk(ports, kiosk, reason, by),
    reinstate: (kiosk, reason, by) => reinstateKiosk(ports, kiosk, reason, by),
    events: async (kiosk, by) =>
      (await eventsOf(database, kiosk)).filter(({ tenant }) => by.tenant === null || tenant === by.tenant),
    rotateReceiptKey: async (takesOverAt, by) => {
      if (by.tenant !== null) return null;
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      // Kept first: a statement about a key that nobody has would stop all receipts.
      ports.receiptKeys.add(privateKey);
      return database.transaction(async (sql) => {
        const kid = await ring.announce(sql, createPublicKey(privateKey), takesOverAt.getTime());
        const detail = { kid, takesOverAt: isoTime(takesOverAt.getTime()) };
        const about = { tenant: '', kiosk: '', event: 'receipt-key-announced' as const, account: by.name, detail };
        await recordEvent(sql, clock.now(), about);
        return { kid };
      });
    },
  };
}

/** The cloud's own name, to which tokens are addressed whatever address it has; made with its database. */
export async function cloudName(ports: Pick<CodePorts, 'database'>): Promise<string> {
  const [row] = await ports.database.query('select name from cloud_name');
  return z.string().parse(row?.['name']);
}
