/** Who may open a pad: udev with the rules file that the table of models makes, on nodes of a real kernel. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Drill } from '../drill.ts';
import { hidrawOf, withHidGeneric, withPad, type Attached } from './attached.ts';

const STU_530 = { vid: 0x056a, pid: 0x00a5 };
const RULES = '60-countersign-pads.rules';
const SOURCE = join(import.meta.dirname, '../../../kiosk-shell/install', RULES);
const INSTALLED = `/etc/udev/rules.d/${RULES}`;
const NOBODYS_GROUP = 65_534;

export const drills: readonly Drill[] = [
  {
    name: 'with our udev rules a pad’s hidraw node opens for the group plugdev, and for nobody else but root',
    timeoutMs: 180_000,
    run: async (lab) => {
      await withHidGeneric(() =>
        withPad('stu-530', STU_530, async (attached) => {
          assertOurs(await hidrawOf(attached));
          assert.deepEqual(lookAs(plugdev()), { opened: ['hidraw'], problems: [] });
          assert.deepEqual(lookAs(NOBODYS_GROUP), { opened: [], problems: ['no-permission'] });
        }),
      );
      lab.tell('0660 plugdev; a member opens it, another is told "no-permission"');
    },
  },
  {
    name: 'with our udev rules a pad without a hidraw node opens over the bus for the group plugdev only',
    timeoutMs: 180_000,
    run: async (lab) => {
      await withPad('stu-530', STU_530, ({ usb }) => {
        assertOurs(usb.path);
        assert.deepEqual(lookAs(plugdev()), { opened: ['libusb'], problems: [] });
        assert.deepEqual(lookAs(NOBODYS_GROUP), { opened: [], problems: ['no-usb-permission'] });
        return Promise.resolve();
      });
      lab.tell('0660 plugdev; a member opens it, another is told "no-usb-permission"');
    },
  },
  {
    name: 'without our udev rules a member of plugdev is refused on both roads',
    timeoutMs: 180_000,
    run: async () => {
      rmSync(INSTALLED);
      reload();
      try {
        const refused = async (attached: Attached, hidraw: boolean): Promise<void> => {
          if (hidraw) await hidrawOf(attached);
          const problems = [hidraw ? 'no-permission' : 'no-usb-permission'];
          assert.deepEqual(lookAs(plugdev()), { opened: [], problems });
        };
        await withPad('stu-530', STU_530, (attached) => refused(attached, false));
        await withHidGeneric(() => withPad('stu-530', STU_530, (attached) => refused(attached, true)));
      } finally {
        copyFileSync(SOURCE, INSTALLED);
        reload();
      }
    },
  },
  {
    name: 'udev takes every line of the rules file, and those for the pad apply',
    timeoutMs: 120_000,
    run: async (lab) => {
      await withHidGeneric(() =>
        withPad('stu-530', STU_530, async (attached) => {
          const said = [
            ...udevTest(`/sys/class/hidraw/${basename(await hidrawOf(attached))}`),
            ...udevTest(`/sys/bus/usb/devices/${attached.usb.port}`),
          ].filter((line) => line.includes(RULES));
          assert.deepEqual(
            said.filter((line) => /invalid|unknown|fail|ignor|expect/i.test(line)),
            [],
          );
          const applied = said.filter((line) => / GROUP \d+| MODE 0660/.test(line));
          lab.tell(`${applied.length} assignments of the file applied to the pad`);
          assert.equal(applied.length, 4, said.join('\n'));
        }),
      );
    },
  },
];

function assertOurs(path: string): void {
  execFileSync('udevadm', ['settle', '--timeout=60']);
  const { mode, gid } = statSync(path);
  assert.deepEqual([(mode & 0o777).toString(8), gid], ['660', plugdev()]);
}

function reload(): void {
  execFileSync('udevadm', ['control', '--reload']);
}

function udevTest(syspath: string): readonly string[] {
  // It tells on standard error; `$1` keeps the path one word.
  return execFileSync('sh', ['-c', 'udevadm test "$1" 2>&1', 'sh', syspath], { encoding: 'utf8' }).split('\n');
}

function plugdev(): number {
  return Number(/^plugdev:[^:]*:(\d+):/m.exec(readFileSync('/etc/group', 'utf8'))?.[1]);
}

function lookAs(group: number): unknown {
  const probe = join(import.meta.dirname, 'rights-probe.ts');
  return JSON.parse(execFileSync(process.execPath, [probe, String(group)], { encoding: 'utf8' }));
}
