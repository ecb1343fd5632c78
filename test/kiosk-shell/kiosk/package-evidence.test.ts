import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { packageEvidence, type PackageEvidence } from '../../../kiosk-shell/kiosk/package-evidence.ts';
import { systemClock } from '../../../signing/clock.ts';
import { encodeTimestampRequest } from '../../../signing/cms/timestamp-protocol.ts';
import { inspectPdf } from '../../../signing/verification/verify-pdf.ts';
import type { KioskEvidenceConfig } from '../../../sync/evidence/evidence-config.ts';
import { serviceHttp } from '../../../sync/evidence/service-http.ts';
import { makeAuthorities, type Authorities } from '../../support/authorities.ts';
import { serveAuthorities, type AuthorityHttp } from '../../support/authority-http.ts';
import { makePki, scratch } from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';
import { sealed } from '../../signing/verification/samples.ts';

const work = scratch();
const pki = makePki('p256');
const roots = [pki.root.certificate];
let document: Uint8Array;
let authorities: Authorities;
let http: AuthorityHttp;
let round = 0;
/** The authorities stamp with the real clock; it is put forward here. */
let ahead = 0;

beforeAll(async () => {
  document = (await sealed(pki)).bytes;
});
afterAll(() => work.end());
beforeEach(async (ctx: TestContext) => {
  requireTool(ctx, 'openssl');
  ahead = 0;
  const dir = path.join(work.dir, String((round += 1)));
  mkdirSync(dir);
  authorities = makeAuthorities(pki, dir);
  http = await serveAuthorities(authorities);
  ctx.onTestFinished(() => http.close());
});

function evidence(
  goal: KioskEvidenceConfig['goal'],
  patience = (): AbortSignal => new AbortController().signal,
): PackageEvidence {
  const services = { timestamp: http.timestamp, ocsp: [http.ocsp], crls: [http.crl], roots: [] };
  const made = packageEvidence(
    { services, rules: { algorithmEnds: new Map(), ahead: 0 }, goal, patienceMs: 60_000 },
    {
      clock: { ...systemClock, now: () => Date.now() + ahead },
      roots,
      http: serviceHttp,
      patience,
    },
  );
  onTestFinished(() => made.close());
  return made;
}

function isPrefix(bytes: Uint8Array): boolean {
  return Buffer.compare(bytes.subarray(0, document.length), document) === 0;
}

describe('evidence that a kiosk adds before a package leaves', () => {
  it.each(['B-T', 'B-LTA'] as const)('raises each document to %s, nothing sealed touched', async (goal) => {
    const [first, second] = await evidence(goal).add([document, document]);
    for (const { bytes, level, reason } of [first!, second!]) {
      expect([level, reason, isPrefix(bytes)]).toEqual([goal, null, true]);
      const { report, longTerm } = inspectPdf(bytes, { name: 'raised', roots });
      expect([report.verdict, longTerm?.level]).toEqual(['passed', goal]);
      expect(report.signatures.every(({ laterChanges }) => laterChanges.outcome === 'passed')).toBe(true);
    }
    expect(http.asked.filter((one) => one === '/timestamp')).toHaveLength(goal === 'B-T' ? 2 : 4);
  });

  it('leaves a document as sealed when nobody answers in time, and packages behind it wait for nothing', async () => {
    let patience = new AbortController();
    http.manner.timestamp = 'hang';
    http.onHang = () => patience.abort();
    const adding = evidence('B-T', () => patience.signal);
    const [first, second] = await adding.add([document, document]);
    expect(first).toMatchObject({ level: 'B-B', reason: { code: 'service-timeout' } });
    expect(second).toMatchObject({ level: null, reason: { code: 'service-timeout' } });
    expect([first!.bytes, second!.bytes]).toEqual([document, document]);

    patience = new AbortController();
    http.manner.timestamp = 'honest';
    ahead = 4 * 60_000;
    expect((await adding.add([document]))[0]!.bytes).toBe(document);
    expect(http.asked).toEqual(['/timestamp']);
    ahead = 6 * 60_000;
    expect(await adding.add([document])).toMatchObject([{ level: 'B-T', reason: null }]);
  });

  it('leaves a document as sealed when nobody is there', async () => {
    await http.close();
    const [only] = await evidence('B-T').add([document]);
    expect(only).toMatchObject({ level: 'B-B', reason: { code: 'service-unreachable' } });
    expect(only!.bytes).toBe(document);
  });

  it('keeps a time-stamp when only what comes after it cannot be had', async () => {
    const patience = new AbortController();
    http.manner.ocsp = 'hang';
    http.onHang = () => patience.abort();
    const [only] = await evidence('B-LT', () => patience.signal).add([document]);
    expect(only).toMatchObject({ level: 'B-T', reason: { code: 'service-timeout' } });
    expect(isPrefix(only!.bytes)).toBe(true);
    expect(inspectPdf(only!.bytes, { name: 'raised', roots }).report.verdict).toBe('passed');
  });

  it.each(['busy', 'html', 'huge', 'garbage'] as const)(
    'keeps nothing of an authority that is %s, and asks it for the next document',
    async (manner) => {
      http.manner.timestamp = manner;
      const adding = evidence('B-T');
      const [only] = await adding.add([document]);
      expect([only!.bytes, only!.level, only!.reason === null]).toEqual([document, 'B-B', false]);
      http.manner.timestamp = 'honest';
      expect(await adding.add([document])).toMatchObject([{ level: 'B-T', reason: null }]);
    },
  );

  it('keeps nothing of an authority that stamps something else', async () => {
    const answer = await authorities.stamp(
      encodeTimestampRequest({ digest: Buffer.alloc(32, 5), nonce: Buffer.alloc(16, 1) }),
    );
    http.manner.timestamp = { answer };
    const [only] = await evidence('B-T').add([document]);
    expect(only).toMatchObject({ level: 'B-B', reason: { code: 'timestamp-imprint' } });
    expect(only!.bytes).toBe(document);
  });

  it('ends at once with the kiosk, the document as sealed', async () => {
    http.manner.timestamp = 'hang';
    const adding = evidence('B-T');
    http.onHang = () => void adding.close();
    const [only] = await adding.add([document]);
    expect(only!.bytes).toBe(document);
    expect(only!.reason).not.toBeNull();
  });
});
