import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HealthWatch, type HealthCheck } from '../../../kiosk-shell/observe/health.ts';
import { routePattern } from '../../../app/_server/route-pattern.ts';

const well: HealthCheck = { part: 'keys', needed: true, look: () => null };

describe('health', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is not ready while a needed part is unwell, and says nothing of what the part said', async () => {
    const throws: HealthCheck = { part: 'database', needed: true, look: () => Promise.reject(new Error('10.1.2.3')) };
    const health = await new HealthWatch('cloud', [throws, well]).health();
    expect(health).toMatchObject({
      ready: false,
      parts: [
        { part: 'database', ok: false },
        { part: 'keys', ok: true },
      ],
    });
    expect(JSON.stringify(health)).not.toContain('10.1.2.3');
  });

  it('is ready while only something to look at is unwell', async () => {
    const disk: HealthCheck = { part: 'disk', needed: false, look: () => 'Less than 512 MB are free.' };
    expect(await new HealthWatch('kiosk', [disk, well]).health()).toMatchObject({
      ready: true,
      parts: [
        { ok: false, reason: 'Less than 512 MB are free.' },
        { ok: true, reason: null },
      ],
    });
  });

  it('does not wait for a part that hangs, and asks it once however many want to know', async () => {
    let asked = 0;
    const hangs = (): Promise<null> => {
      asked += 1;
      return new Promise(() => undefined);
    };
    const watch = new HealthWatch('cloud', [{ part: 'objects', needed: true, look: hangs }, well]);
    const both = Promise.all([watch.health(), watch.health()]);
    await vi.advanceTimersByTimeAsync(2000);
    const unready = { ready: false, parts: [{ reason: 'It did not answer within 2 seconds.' }, { ok: true }] };
    expect(await both).toMatchObject([unready, unready]);
    expect(asked).toBe(1);
    void watch.health();
    expect(asked).toBe(1);
    await vi.advanceTimersByTimeAsync(2000);
    expect(asked).toBe(2);
  });
});

describe('the pattern of a route', () => {
  it.each([
    ['/api/transactions/abc/void', { id: 'abc' }, '/api/transactions/[id]/void'],
    ['/api/documents/t/d/f.pdf', { tx: 't', doc: 'd', file: 'f.pdf' }, '/api/documents/[tx]/[doc]/[file]'],
    ['/api/cloud/kiosks/Janez%20Novak/revocation', { kiosk: 'Janez Novak' }, '/api/cloud/kiosks/[kiosk]/revocation'],
    ['/api/cloud/kiosks/%/revocation', { kiosk: '%' }, '/api/cloud/kiosks/[kiosk]/revocation'],
    ['/api/x/a/b', { path: ['a', 'b'] }, '/api/x/[path]/[path]'],
    ['/api/me', {}, '/api/me'],
  ])('of %s has no names in it', (pathname, params, expected) => {
    expect(routePattern(pathname, params)).toBe(expected);
  });
});
