import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { serialModelNames } from '../../drivers/serial/serial-pads.ts';
import { readConfig, readLaunchConfig, type Environment } from '../../kiosk-shell/config.ts';

const HERE = path.resolve('/srv/countersign');
const problemsOf = (environment: Environment): readonly string[] => {
  const read = readConfig(environment, HERE);
  return read.ok ? [] : read.error.map(({ name }) => name);
};

describe('the configuration of a server', () => {
  it('has an answer to an empty environment', () => {
    expect(readConfig({}, HERE)).toEqual({
      ok: true,
      value: {
        role: 'kiosk',
        dataDir: path.join(HERE, '.countersign'),
        kioskUrl: 'http://127.0.0.1:3000',
        cloudUrl: 'http://127.0.0.1:4000',
        demo: false,
        simulatedPads: [],
        serialPads: [],
        epadReach: null,
        padSettings: null,
        logLevel: 'info',
        drainSeconds: 0,
      },
    });
  });

  it.each<[Environment, object]>([
    [{ COUNTERSIGN_ROLE: 'cloud' }, { role: 'cloud' }],
    [{ COUNTERSIGN_ROLE: '' }, { role: 'kiosk' }],
    [{ COUNTERSIGN_DEMO: '1' }, { demo: true }],
    [{ COUNTERSIGN_DEMO: '0' }, { demo: false }],
    [{ COUNTERSIGN_SIMULATED_PAD: 'stu-540' }, { simulatedPads: ['stu-540'] }],
    [{ COUNTERSIGN_SIMULATED_PAD: 'stu-430, stu-530,stu-530' }, { simulatedPads: ['stu-430', 'stu-530', 'stu-530'] }],
    [{ COUNTERSIGN_SIMULATED_PAD: 'dtu-1141,epad,stu-541' }, { simulatedPads: ['dtu-1141', 'epad', 'stu-541'] }],
    [{ COUNTERSIGN_SIMULATED_PAD: 'none' }, { simulatedPads: [] }],
    [
      { COUNTERSIGN_SERIAL_PADS: `${serialModelNames[0] ?? ''}@/dev/ttyUSB0` },
      { serialPads: [{ model: serialModelNames[0], port: '/dev/ttyUSB0' }] },
    ],
    [{ COUNTERSIGN_EPAD_REACH: '1100x570' }, { epadReach: { maxX: 1100, maxY: 570 } }],
    [
      { COUNTERSIGN_PAD_SETTINGS: 'backlight=2, boot-screen=off' },
      { padSettings: { backlight: 2, bootScreen: false } },
    ],
    [{ COUNTERSIGN_PAD_SETTINGS: '' }, { padSettings: null }],
    [{ COUNTERSIGN_LOG: 'debug' }, { logLevel: 'debug' }],
    [{ COUNTERSIGN_DRAIN_SECONDS: '15' }, { drainSeconds: 15 }],
    [{ COUNTERSIGN_DATA: 'data' }, { dataDir: path.join(HERE, 'data') }],
    [{ COUNTERSIGN_DATA: path.resolve('/var/lib/cs') }, { dataDir: path.resolve('/var/lib/cs') }],
    [{ COUNTERSIGN_CLOUD_URL: 'https://cloud.example.com/' }, { cloudUrl: 'https://cloud.example.com' }],
    [{ COUNTERSIGN_KIOSK_URL: 'http://localhost:3100' }, { kioskUrl: 'http://localhost:3100' }],
    [{ COUNTERSIGN_KIOSK_URL: 'http://[::1]:3100' }, { kioskUrl: 'http://[::1]:3100' }],
  ])('reads %o', (environment, expected) => {
    expect(readConfig(environment, HERE)).toMatchObject({ ok: true, value: expected });
  });

  it.each<[Environment, readonly string[]]>([
    [{ COUNTERSIGN_ROLE: 'Kiosk' }, ['COUNTERSIGN_ROLE']],
    [{ COUNTERSIGN_DEMO: 'true' }, ['COUNTERSIGN_DEMO']],
    [{ COUNTERSIGN_LOG: 'verbose' }, ['COUNTERSIGN_LOG']],
    [{ COUNTERSIGN_DRAIN_SECONDS: '301' }, ['COUNTERSIGN_DRAIN_SECONDS']],
    [{ COUNTERSIGN_DRAIN_SECONDS: '-1' }, ['COUNTERSIGN_DRAIN_SECONDS']],
    [{ COUNTERSIGN_SERIAL_PADS: 'no-such-pad@/dev/ttyUSB0' }, ['COUNTERSIGN_SERIAL_PADS']],
    [{ COUNTERSIGN_EPAD_REACH: 'wide' }, ['COUNTERSIGN_EPAD_REACH']],
    [{ COUNTERSIGN_PAD_SETTINGS: 'backlight=4' }, ['COUNTERSIGN_PAD_SETTINGS']],
    [{ COUNTERSIGN_SIMULATED_PAD: 'stu-9000' }, ['COUNTERSIGN_SIMULATED_PAD']],
    [{ COUNTERSIGN_SIMULATED_PAD: 'stu-530,' }, ['COUNTERSIGN_SIMULATED_PAD']],
    [{ COUNTERSIGN_SIMULATED_PAD: 'stu-530,stu-530,stu-530,stu-530,stu-530' }, ['COUNTERSIGN_SIMULATED_PAD']],
    [{ COUNTERSIGN_CLOUD_URL: 'cloud.example.com' }, ['COUNTERSIGN_CLOUD_URL']],
    [{ COUNTERSIGN_CLOUD_URL: 'ftp://cloud.example.com' }, ['COUNTERSIGN_CLOUD_URL']],
    [{ COUNTERSIGN_KIOSK_URL: 'http://0.0.0.0:3000' }, ['COUNTERSIGN_KIOSK_URL']],
    [{ COUNTERSIGN_KIOSK_URL: 'http://192.168.1.10:3000' }, ['COUNTERSIGN_KIOSK_URL']],
    [{ COUNTERSIGN_KIOSK_URL: 'nonsense' }, ['COUNTERSIGN_KIOSK_URL']],
    [{ COUNTERSIGN_ROLE: 'x', COUNTERSIGN_DEMO: 'y' }, ['COUNTERSIGN_ROLE', 'COUNTERSIGN_DEMO']],
  ])('refuses %o and names every problem', (environment, names) => {
    expect(problemsOf(environment)).toEqual(names);
  });
});

describe('what npm start may be told', () => {
  it('has ports and a folder of its own', () => {
    expect(readLaunchConfig({}, HERE)).toEqual({
      ok: true,
      value: { kioskPort: 3000, cloudPort: 4000, dataDir: path.join(HERE, '.countersign') },
    });
    expect(readLaunchConfig({ KIOSK_PORT: '80', CLOUD_PORT: '65535', COUNTERSIGN_DATA: 'x' }, HERE)).toEqual({
      ok: true,
      value: { kioskPort: 80, cloudPort: 65_535, dataDir: path.join(HERE, 'x') },
    });
  });

  it.each(['three', '0', '65536', '-1', '30.5', '3000 ', '1e3', '999999'])('refuses the port %j', (port) => {
    expect(readLaunchConfig({ KIOSK_PORT: port }, HERE)).toMatchObject({ ok: false, error: [{ name: 'KIOSK_PORT' }] });
  });

  it('refuses one port for both', () => {
    expect(readLaunchConfig({ KIOSK_PORT: '4000' }, HERE)).toMatchObject({
      ok: false,
      error: [{ name: 'CLOUD_PORT' }],
    });
  });
});
