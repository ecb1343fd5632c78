import * as modes from '../../../drivers/wacom/stu-540-reports.ts';
import * as crypto from '../../../drivers/wacom/stu-crypto-reports.ts';
import * as queries from '../../../drivers/wacom/stu-queries.ts';
import * as settings from '../../../drivers/wacom/stu-settings-reports.ts';

/** Every parser of what a STU pad answers, and of the news it sends of its keys. */
export const stuParsers: readonly ((report: Uint8Array) => { readonly ok: boolean })[] = [
  queries.parseStatus,
  queries.parseInformation,
  queries.parseCapability,
  (report) => queries.parseIdentity(report, 0x0b),
  (report) => queries.parseIdentity(report, 0x0f),
  queries.parseUid,
  queries.parseHidInformation,
  queries.parseThreshold,
  crypto.parseDhPrime,
  crypto.parseDhBase,
  crypto.parseDevicePublicKey,
  crypto.parseKeyPiece,
  crypto.parseEncryptionStatus,
  settings.parseInking,
  settings.parseOptionMode,
  settings.parseWritingArea,
  settings.parsePen16,
  (report) => settings.parsePen24(report, 'rgb'),
  settings.parseBackground16,
  (report) => settings.parseBackground24(report, 'bgr'),
  settings.parseBacklight,
  settings.parseContrast,
  settings.parseBootScreen,
  settings.parseRendering,
  settings.parseDefaultMode,
  modes.parseRomHash,
  modes.parseCurrentImageArea,
  modes.parseOperationMode,
  modes.parseKeyEvent,
];
