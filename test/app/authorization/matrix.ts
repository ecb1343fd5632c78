/**
 * Who gets in where, said by hand and not read from the code: each method of each route of `app/`, by the path of its folder. A
 * route that is not here fails the test; so does one that is here and is gone.
 */
export type Caller =
  | 'nobody'
  | 'clerk'
  | 'manager'
  | 'display'
  | 'device'
  | 'cloud-owner'
  | 'cloud-operator'
  | 'cloud-admin'
  | 'cloud-manager'
  | 'cloud-auditor'
  | 'cloud-invited';

export interface Entry {
  readonly side: 'kiosk' | 'cloud' | 'both';
  /** Which sessions the door knows; all others are answered 401. */
  readonly door: 'open' | 'staff' | 'display' | 'cloud' | 'device' | 'metrics' | 'key';
  /** Those of the door's sessions that get in; the others are answered 403. Absent: all. */
  readonly who?: readonly Caller[];
  /** What who gets in is answered, as nothing of what is asked for exists. */
  readonly status: number;
  /** Of those whom another answer is given. */
  readonly but?: Readonly<Partial<Record<Caller, number>>>;
  readonly body?: unknown;
  /** The same for a real one: what its own people are answered, and those of another tenant. */
  readonly real?: { readonly own: number; readonly other: number };
}

const NO_ID = { transaction: 'none', signatory: 'none' };
const REASON = { reason: 'on purpose' };
const CEREMONY = { ceremony: 'none' };
const staff = (status: number, body?: unknown): Entry => ({ side: 'kiosk', door: 'staff', status, body });
const manager = (status: number, body?: unknown): Entry => ({ ...staff(status, body), who: ['manager'] });
const display = (status: number, body?: unknown): Entry => ({ side: 'kiosk', door: 'display', status, body });
const cloud = (who: readonly Caller[], status: number, body?: unknown): Entry => ({
  ...{ side: 'cloud', door: 'cloud', status, body },
  who: ['cloud-owner', ...who],
});
const open = (side: Entry['side'], status: number, body?: unknown): Entry => ({ side, door: 'open', status, body });
/** For other programs, by an API key: no session of anybody's opens it (their ways: integration-route.test.ts). */
const key: Entry = { side: 'cloud', door: 'key', status: 401 };
const device = (status: number): Entry => ({ side: 'cloud', door: 'device', status });

const READERS: readonly Caller[] = ['cloud-manager', 'cloud-auditor'];
const ADMIN: readonly Caller[] = ['cloud-admin'];
const MAKERS: readonly Caller[] = ['cloud-operator', 'cloud-admin'];

export const ROUTES: Readonly<Record<string, Entry>> = {
  'GET /api/health': open('both', 200),
  'GET /api/health/live': open('both', 200),
  /** For Prometheus by a token of its own (test/e2e); none of these. */
  'GET /api/metrics': { side: 'both', door: 'metrics', status: 200 },
  'GET /pdfjs/[...path]': open('both', 404),

  'POST /api/sign-in': open('kiosk', 401, { name: 'nobody', secret: 'wrong' }),
  'POST /api/sign-out': open('kiosk', 200),
  'GET /api/me': staff(200),
  'GET /api/counter': staff(200),
  'POST /api/counter/dismiss': staff(200),
  'GET /api/events': staff(200),
  'POST /api/intake': staff(411),
  'POST /api/check': staff(411),
  'GET /api/transactions': staff(200),
  'GET /api/transactions/[id]': staff(404),
  'POST /api/transactions/[id]/place': staff(400, {}),
  'POST /api/transactions/[id]/type': staff(404, { document: 'none', type: 'none' }),
  'GET /api/transactions/[id]/audit': staff(200),
  'POST /api/transactions/[id]/audit': manager(404),
  'POST /api/transactions/[id]/retry': manager(404),
  'POST /api/transactions/[id]/approve': manager(404),
  'POST /api/transactions/[id]/return': manager(404, REASON),
  'POST /api/transactions/[id]/give-back': staff(404),
  'POST /api/transactions/[id]/void': manager(404, REASON),
  'POST /api/transactions/[id]/verify': manager(404),
  'POST /api/transactions/[id]/report': manager(404, { format: 'html', language: 'sl' }),
  'POST /api/transactions/[id]/erase': manager(404, {
    askedBy: 'signatory',
    reference: 'X 1',
    basis: { kind: 'consent-withdrawn' },
    signatories: ['none'],
  }),
  'GET /api/documents/[tx]/[doc]/[file]': staff(404),
  'POST /api/ceremonies': staff(404, NO_ID),
  'POST /api/ceremonies/[id]/identity': staff(400, {}),
  'POST /api/ceremonies/[id]/point': staff(409, { document: 'none', page: 0 }),
  'POST /api/ceremonies/[id]/device': staff(404, { device: { kind: 'surface' } }),
  'POST /api/ceremonies/[id]/pad-check': staff(404, { matches: true }),
  'POST /api/ceremonies/[id]/finish': staff(409, { act: 'done' }),
  'POST /api/ceremonies/[id]/cancel': staff(404, REASON),
  'GET /api/demo/export/[id]': staff(409),
  'POST /api/simulated-pad/plug': staff(404, { plugged: true }),
  'POST /api/simulated-pad/press': staff(400, {}),
  'POST /api/simulated-pad/pen': staff(404, { samples: [] }),
  'POST /api/simulated-pad/replay': staff(404),
  'GET /api/simulated-pad/screen': staff(404),
  'GET /api/simulated-pad/buttons': staff(404),

  'POST /api/display/new': staff(200),
  'POST /api/display/code': staff(200),
  'POST /api/display/redeem': open('kiosk', 400, { code: '000000' }),
  'GET /api/display': display(200),
  'GET /api/display/events': display(200),
  'GET /api/display/documents/[doc]/[file]': display(404),
  'GET /api/display/copy/[ceremony]/[doc]': display(404),
  'POST /api/display/acts/seen': display(400, {}),
  'POST /api/display/acts/looking': display(400, {}),
  'POST /api/display/acts/finish-review': display(404, CEREMONY),
  'POST /api/display/acts/consent': display(400, {}),
  'POST /api/display/acts/decline': display(404, CEREMONY),
  'POST /api/display/acts/clear': display(404, CEREMONY),
  'POST /api/display/acts/accept': display(400, {}),
  'POST /api/display/acts/doubt': display(400, {}),
  'POST /api/display/acts/mirror': display(400, {}),
  'POST /api/display/acts/sign-area': display(400, {}),

  'POST /api/cloud/sign-in': open('cloud', 401, { name: 'nobody', secret: 'wrong' }),
  'POST /api/cloud/sign-out': open('cloud', 200),
  'POST /api/cloud/me/secret': { side: 'cloud', door: 'cloud', status: 422, body: { present: 'x', next: 'short' } },
  'GET /api/cloud/packages': cloud(READERS, 200),
  'GET /api/cloud/packages/[digest]': cloud(READERS, 404),
  'POST /api/cloud/packages/[digest]/report': cloud(READERS, 404, { format: 'html', language: 'sl' }),
  'GET /api/cloud/packages/[digest]/documents/[number]': cloud(READERS, 404),
  'POST /api/cloud/packages/[digest]/audit': cloud(READERS, 404, { format: 'json' }),
  'POST /api/cloud/packages/[digest]/subject-export': cloud(['cloud-manager'], 404, { reference: 'X 1' }),
  'POST /api/cloud/packages/[digest]/destruction': cloud(['cloud-manager'], 404, {
    askedBy: 'signatory',
    reference: 'X 1',
    basis: 'consent-withdrawn',
  }),
  'GET /api/cloud/exceptions': cloud([...MAKERS, ...READERS], 200),
  'POST /api/cloud/exceptions': cloud([...MAKERS, 'cloud-manager'], 404, { key: 'none' }),
  'GET /api/cloud/kiosks': cloud([...MAKERS, ...READERS], 200),
  'GET /api/cloud/branches': cloud(['cloud-admin', 'cloud-auditor'], 200),
  'POST /api/cloud/branches/staff': cloud(ADMIN, 400, {}),
  'GET /api/cloud/keys': cloud([...MAKERS, 'cloud-auditor'], 200),
  'GET /api/cloud/retention': cloud(['cloud-admin', ...READERS], 200),
  'POST /api/cloud/retention/rules': cloud(['cloud-manager'], 400, {}),
  'POST /api/cloud/retention/holds': cloud(['cloud-manager'], 400, {}),
  'POST /api/cloud/retention/holds/[hold]/lift': cloud(['cloud-manager'], 404, { tenant: 'none', ...REASON }),
  'GET /api/cloud/retention/tombstones/[digest]': cloud(['cloud-admin', ...READERS], 404),
  'GET /api/cloud/enrolment-codes': cloud(ADMIN, 200),
  'POST /api/cloud/enrolment-codes': cloud(ADMIN, 400, {}),
  'DELETE /api/cloud/enrolment-codes/[code]': { ...cloud(ADMIN, 404), real: { own: 200, other: 404 } },
  'POST /api/cloud/kiosks/[kiosk]/revocation': { ...cloud(MAKERS, 404, REASON), real: { own: 200, other: 404 } },
  'DELETE /api/cloud/kiosks/[kiosk]/revocation': { ...cloud(MAKERS, 404, REASON), real: { own: 200, other: 404 } },
  'POST /api/cloud/receipt-keys': cloud(['cloud-operator'], 400, {}),
  'GET /api/cloud/users': cloud([...MAKERS, 'cloud-auditor'], 200),
  'POST /api/cloud/users': cloud(MAKERS, 400, {}),
  'POST /api/cloud/users/[user]/role': {
    ...cloud(MAKERS, 404, { role: 'admin' }),
    real: { own: 200, other: 404 },
  },
  'POST /api/cloud/users/[user]/unlock': { ...cloud(MAKERS, 404), real: { own: 200, other: 404 } },
  'POST /api/cloud/users/[user]/secret': { ...cloud(MAKERS, 404), real: { own: 200, other: 404 } },
  'POST /api/cloud/users/[user]/close': { ...cloud(MAKERS, 404), real: { own: 200, other: 404 } },

  'GET /api/cloud/api-keys': cloud(ADMIN, 200),
  'POST /api/cloud/api-keys': cloud(ADMIN, 400, {}),
  'DELETE /api/cloud/api-keys/[key]': cloud(ADMIN, 404),

  'GET /api/v1/[[...path]]': key,
  'POST /api/v1/[[...path]]': key,
  'DELETE /api/v1/[[...path]]': key,

  'GET /api/cloud/v1/[[...path]]': device(200),
  'POST /api/cloud/v1/[[...path]]': device(404),
  'PUT /api/cloud/v1/[[...path]]': device(404),
  'PATCH /api/cloud/v1/[[...path]]': device(404),
  'DELETE /api/cloud/v1/[[...path]]': device(404),
  'HEAD /api/cloud/v1/[[...path]]': device(404),
  'OPTIONS /api/cloud/v1/[[...path]]': device(404),
};

/** Pages: who sees them, and where everybody else is sent. Those of the other role do not exist. */
export interface PageEntry {
  readonly side: 'kiosk' | 'cloud';
  readonly who: readonly Caller[] | 'everybody';
  readonly others?: Readonly<Partial<Record<Caller, string>>> & { readonly else: string };
}
const STAFF: readonly Caller[] = ['clerk', 'manager'];
const CLOUD: readonly Caller[] = ['cloud-owner', 'cloud-operator', 'cloud-admin', 'cloud-manager', 'cloud-auditor'];

/** A page of the console for those who may be there; others who are signed in are led to where it opens. */
function consolePage(who: readonly Caller[]): PageEntry {
  const out = CLOUD.filter((one) => one !== 'cloud-owner' && !who.includes(one)).map((one) => [one, '/cloud'] as const);
  const others = { ...Object.fromEntries(out), 'cloud-invited': '/cloud/secret', else: '/cloud/sign-in' };
  return { side: 'cloud', who: ['cloud-owner', ...who], others };
}

export const PAGES: Readonly<Record<string, PageEntry>> = {
  '/': { side: 'kiosk', who: STAFF, others: { else: '/sign-in' } },
  '/sign-in': { side: 'kiosk', who: 'everybody' },
  '/manager': { side: 'kiosk', who: ['manager'], others: { clerk: '/', else: '/sign-in' } },
  '/check': { side: 'kiosk', who: STAFF, others: { else: '/sign-in' } },
  '/simulated-pad': { side: 'kiosk', who: STAFF, others: { else: '/sign-in' } },
  '/customer': { side: 'kiosk', who: 'everybody' },
  '/cloud': { side: 'cloud', who: CLOUD, others: { 'cloud-invited': '/cloud/secret', else: '/cloud/sign-in' } },
  '/cloud/sign-in': { side: 'cloud', who: 'everybody' },
  '/cloud/secret': { side: 'cloud', who: [...CLOUD, 'cloud-invited'], others: { else: '/cloud/sign-in' } },
  '/cloud/packages': consolePage(READERS),
  '/cloud/kiosks': consolePage([...MAKERS, ...READERS]),
  '/cloud/branches': consolePage(['cloud-admin', 'cloud-auditor']),
  '/cloud/keys': consolePage([...MAKERS, 'cloud-auditor']),
  '/cloud/retention': consolePage(['cloud-admin', ...READERS]),
  '/cloud/programs': consolePage(ADMIN),
  '/cloud/users': {
    side: 'cloud',
    who: ['cloud-owner', 'cloud-operator', 'cloud-admin', 'cloud-auditor'],
    others: { 'cloud-manager': '/cloud', 'cloud-invited': '/cloud/secret', else: '/cloud/sign-in' },
  },
};
