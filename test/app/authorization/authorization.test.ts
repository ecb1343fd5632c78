import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { setRuntime } from '../../../app/_server/runtime.ts';
import { ask, everyHandler, filesNamed } from './ask.ts';
import { PAGES, ROUTES, type Caller, type Entry } from './matrix.ts';
import { KIOSK, openPeople, PROTOCOL, SECRET, TENANT, tokenOf, type Headed, type People } from './people.ts';

const DOORS: Readonly<Record<Exclude<Entry['door'], 'open'>, readonly Caller[]>> = {
  staff: ['clerk', 'manager'],
  display: ['display'],
  device: ['device'],
  metrics: [],
  key: [],
  cloud: ['cloud-owner', 'cloud-operator', 'cloud-admin', 'cloud-manager', 'cloud-auditor', 'cloud-invited'],
};
const CALLERS: readonly Caller[] = ['nobody', ...Object.values(DOORS).flat()];
/** The one thing that whoever has a one-time secret may do. */
const CHOOSING = 'POST /api/cloud/me/secret';

/** Next's own ways to a request's cookies end where no Next is running. */
const request = vi.hoisted(() => ({ headers: new Headers() }));
vi.mock('next/headers', () => ({
  headers: () => Promise.resolve(request.headers),
  cookies: () =>
    Promise.resolve({
      get: (name: string) => {
        const found = new RegExp(`${name}=([^;]+)`).exec(request.headers.get('cookie') ?? '');
        return found === null ? undefined : { name, value: found[1] };
      },
    }),
}));

/** 'shown', where the page sends to, or the status of its refusal. */
async function visit(file: string, running: People['kiosk'] | People['cloud'], headers: Headed): Promise<string> {
  request.headers = new Headers(headers);
  setRuntime(running);
  const { default: page } = (await import(file)) as { default: (props: object) => Promise<unknown> };
  try {
    await page({ searchParams: Promise.resolve({}) });
    return 'shown';
  } catch (error) {
    const { digest } = error as { digest?: string };
    if (digest?.startsWith('NEXT_REDIRECT') === true) return digest.split(';')[2] ?? '';
    if (digest?.startsWith('NEXT_HTTP_ERROR_FALLBACK') === true) return digest.split(';')[1] ?? '';
    throw error;
  }
}

let people: People;
let handlers: Awaited<ReturnType<typeof everyHandler>>;
beforeAll(async () => {
  [people, handlers] = await Promise.all([openPeople(), everyHandler()]);
});
afterAll(() => people.end());

function expected(key: string, { door, who, status, but }: Entry, caller: Caller): number {
  if (door === 'open') return status;
  if (!DOORS[door].includes(caller)) return 401;
  if (caller === 'cloud-invited') return key === CHOOSING ? status : 403;
  return who === undefined || who.includes(caller) ? (but?.[caller] ?? status) : 403;
}

describe('who gets in where', () => {
  it('is said of every method of every route, and of every page', () => {
    expect([...handlers.keys()].sort()).toEqual(Object.keys(ROUTES).sort());
    expect([...filesNamed('page.tsx').keys()].sort()).toEqual(Object.keys(PAGES).sort());
  });

  it.each(Object.entries(ROUTES))('%s', async (key, entry) => {
    const sides = (['kiosk', 'cloud'] as const).filter((side) => entry.side === side || entry.side === 'both');
    const told: Record<string, number> = {};
    const wanted: Record<string, number> = {};
    for (const side of sides) {
      for (const caller of CALLERS) {
        // Whoever signs in or out would do it with his own session: those doors are asked without one.
        const own = entry.door === 'open' ? {} : people.headers.get(caller)!;
        const headers = entry.door === 'device' ? { ...PROTOCOL, ...own } : own;
        const body = key.endsWith('/sign-in') ? { name: `no ${caller}`, secret: 'wrong' } : entry.body;
        told[`${side} ${caller}`] = (await ask(handlers, people[side], { key, headers, body })).status;
        wanted[`${side} ${caller}`] = expected(key, entry, caller);
      }
    }
    expect(told).toEqual(wanted);
  });

  it.each(Object.entries(ROUTES).filter(([, { side }]) => side !== 'both'))(
    '%s is not there on the other side',
    async (key, entry) => {
      const other = entry.side === 'kiosk' ? people.cloud : people.kiosk;
      for (const caller of CALLERS) {
        const { status } = await ask(handlers, other, { key, headers: people.headers.get(caller)!, body: entry.body });
        expect(status, caller).toBe(404);
      }
    },
  );

  it.each(Object.entries(PAGES))('page %s', async (path, { side, who, others }) => {
    const file = filesNamed('page.tsx').get(path)!;
    for (const caller of CALLERS) {
      const headers = people.headers.get(caller)!;
      const sees = who === 'everybody' || who.includes(caller);
      expect(await visit(file, people[side], headers), caller).toBe(
        sees ? 'shown' : (others?.[caller] ?? others?.else),
      );
      const elsewhere = await visit(file, people[side === 'kiosk' ? 'cloud' : 'kiosk'], headers);
      expect(elsewhere, `${caller} on the other side`).toBe(path === '/' ? '/cloud' : '404');
    }
  });

  it('is told to no page of another place when the request comes from there', async () => {
    const foreign = [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'null' },
    ];
    for (const [key, { side, door, body }] of Object.entries(ROUTES)) {
      if (/^(GET|HEAD) /.test(key) || door === 'device' || door === 'key') continue;
      for (const headers of foreign) {
        const caller = door === 'open' ? 'nobody' : DOORS[door][0]!;
        const running = people[side === 'cloud' ? 'cloud' : 'kiosk'];
        const answer = await ask(handlers, running, {
          key,
          headers: { ...people.headers.get(caller)!, ...headers },
          body,
        });
        expect([answer.status, answer.code], `${key} ${JSON.stringify(headers)}`).toEqual([403, 'cross-origin']);
      }
    }
  });

  it('does not depend on a name that was made to point here', async () => {
    for (const [key, { side, door, body }] of Object.entries(ROUTES)) {
      if (door === 'device' || side === 'both') continue;
      const headers = { ...people.headers.get(door === 'open' ? 'nobody' : DOORS[door][0]!)!, host: 'rebound.example' };
      expect((await ask(handlers, people[side], { key, headers, body })).status, key).toBe(421);
    }
  });
});

describe('what belongs to another tenant', () => {
  it('is not there, and is for its own people', async () => {
    const owner = (await people.cloud.staffByToken(tokenOf(people.headers.get('cloud-owner'))))!;
    const wanted = { tenant: TENANT, branch: { id: 'Bled', name: 'Bled' }, kiosk: 'bled-9' };
    const code = await people.cloud.devices.makeCode(wanted, owner);
    if (!code.ok) throw new Error(code.error);
    const params = { user: 'target', kiosk: KIOSK, code: code.value.id };
    const real = Object.entries(ROUTES).filter(([, entry]) => entry.real !== undefined);
    expect(real.length).toBeGreaterThan(5);
    for (const [key, { body, real: answers }] of real) {
      for (const caller of ['other-admin', 'other-manager', 'other-auditor'] as const) {
        const { status } = await ask(handlers, people.cloud, {
          key,
          headers: people.headers.get(caller)!,
          body,
          params,
        });
        expect(status, `${key} ${caller}`).toBe(caller === 'other-admin' ? answers?.other : 403);
      }
      const headers = people.headers.get('cloud-admin')!;
      const { status } = await ask(handlers, people.cloud, { key, headers, body, params });
      expect(status, key).toBe(answers?.own);
    }
  });
});

describe('a session', () => {
  const signIn = (headers: Headed): ReturnType<typeof ask> =>
    ask(handlers, people.cloud, {
      key: 'POST /api/cloud/sign-in',
      headers,
      body: { name: 'cloud-auditor', secret: SECRET },
    });
  const tokenIn = (answer: { headers: Headers }): string =>
    /^countersign-cloud=([^;]+); Path=\/; HttpOnly; SameSite=Strict$/.exec(
      answer.headers.get('set-cookie') ?? '',
    )?.[1] ?? '';
  const isLive = async (token: string): Promise<boolean> => (await people.cloud.staffByToken(token)) !== null;

  it('begins with a token of its own: one that was put there beforehand, or was there before, opens nothing', async () => {
    const planted = 'A'.repeat(43);
    const first = tokenIn(await signIn({ cookie: `countersign-cloud=${planted}` }));
    expect(first).not.toBe(planted);
    expect([await isLive(planted), await isLive(first)]).toEqual([false, true]);
    const second = tokenIn(await signIn({ cookie: `countersign-cloud=${first}` }));
    expect([await isLive(first), await isLive(second)]).toEqual([false, true]);
    const headers = { cookie: `countersign-cloud=${second}` };
    await ask(handlers, people.cloud, { key: 'POST /api/cloud/sign-out', headers });
    expect(await isLive(second)).toBe(false);
  });

  it('is not opened by guessing on: the door of that address closes, and says until when', async () => {
    const guess = (ip: string): ReturnType<typeof ask> =>
      ask(handlers, people.cloud, {
        key: 'POST /api/cloud/sign-in',
        headers: { 'x-forwarded-for': ip },
        body: { name: 'cloud-auditor', secret: 'wrong' },
      });
    const told: number[] = [];
    for (let i = 0; i < 6; i += 1) told.push((await guess('203.0.113.9')).status);
    expect(told).toEqual([401, 401, 401, 401, 429, 429]);
    expect((await guess('203.0.113.10')).status).toBe(401);
  });
});
