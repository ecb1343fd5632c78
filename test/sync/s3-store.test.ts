import { createHash } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { utf8 } from '../../signing/bytes.ts';
import { systemClock } from '../../signing/clock.ts';
import { sha256, type Sha256 } from '../../signing/digest.ts';
import { openS3Bucket, type S3Options } from '../../sync/cloud/s3-bucket.ts';
import { s3ObjectStore } from '../../sync/cloud/s3-object-store.ts';
import { cephIsHere, startCeph, type TestCeph } from '../support/ceph.ts';
import { requireTool } from '../support/tools.ts';

const bytes = utf8('a package');
const digest = sha256(bytes);

describe('objects in a real S3', () => {
  let ceph: TestCeph | undefined;
  beforeAll(async () => {
    if (cephIsHere()) ceph = await startCeph();
  });
  beforeEach((ctx) => requireTool(ctx, 'radosgw'));
  afterAll(() => ceph?.end());

  const gateway = (): TestCeph => {
    if (ceph === undefined) throw new Error('the gateway did not start');
    return ceph;
  };
  async function options(lockDays: number | null = null): Promise<S3Options> {
    const bucket = await gateway().newBucket({ objectLock: lockDays !== null });
    return { endpoint: gateway().endpoint, region: 'default', bucket, ...gateway().user, lockDays };
  }
  const storeOf = async (given: S3Options) => s3ObjectStore(await openS3Bucket(given), systemClock);
  it.each([null, 1])('are written once, given back and gone when removed (locked for %s days)', async (lockDays) => {
    const given = await options(lockDays);
    const objects = await storeOf(given);
    expect(await objects.get(digest)).toBe(null);
    expect(await objects.put(digest, bytes)).toBe('written');
    expect(await objects.put(digest, bytes)).toBe('present');
    expect(await objects.get(digest)).toEqual(bytes);
    expect(await gateway().versions(given.bucket)).toHaveLength(1);
    await objects.remove(digest);
    await objects.remove(digest);
    expect(await objects.get(digest)).toBe(null);
    expect(await gateway().versions(given.bucket)).toEqual([]);
  });

  it('let one of twelve writers in several processes win', async () => {
    const given = await options();
    const large = new Uint8Array(2_000_000).fill(7);
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, async () => (await storeOf(given)).put(sha256(large), large)),
    );
    expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'present')).toHaveLength(11);
    expect(await gateway().versions(given.bucket)).toHaveLength(1);
  });

  it('are listed by pages in the order of their digests, and nothing else is', async () => {
    const given = await options();
    const objects = await storeOf(given);
    const all = Array.from({ length: 5 }, (_, i) => utf8(`package ${i}`));
    for (const each of all) await objects.put(sha256(each), each);
    await gateway().overwrite(given.bucket, 'objects/notes', 'x');
    const names = all.map((each) => sha256(each)).toSorted();
    expect((await objects.list(null)).map((each) => each.digest)).toEqual(names);
    expect((await objects.list(names[1] as Sha256)).map((each) => each.digest)).toEqual(names.slice(2));
    expect(await objects.list(names.at(-1) as Sha256)).toEqual([]);
    const [first] = await objects.list(null);
    expect(Math.abs((first?.modifiedAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('with a lock cannot be deleted past us before their time, and not by us under a legal hold', async () => {
    const given = await options(3);
    const objects = await storeOf(given);
    await objects.put(digest, bytes);
    const [stored] = await gateway().versions(given.bucket);
    await expect(gateway().delete(given.bucket, `objects/${digest}`, stored?.version ?? '')).rejects.toThrow(
      'object lock',
    );
    expect(await objects.hold(digest, true)).toBe('by-store');
    await expect(objects.remove(digest)).rejects.toMatchObject({ name: 'StoreFault', reason: 'held' });
    expect(await objects.get(digest)).toEqual(bytes);
    await objects.hold(digest, false);
    await objects.remove(digest);
    expect(await objects.get(digest)).toBe(null);
  });

  it('without a lock are held by the rows of the cloud alone', async () => {
    const objects = await storeOf(await options());
    await objects.put(digest, bytes);
    expect(await objects.hold(digest, true)).toBe('by-rows-alone');
  });

  it('that somebody exchanged are found out, on reading and before a receipt for them', async () => {
    const given = await options();
    const objects = await storeOf(given);
    await gateway().overwrite(given.bucket, `objects/${digest}`, 'another');
    await expect(objects.get(digest)).rejects.toMatchObject({ reason: 'damaged' });
    await expect(objects.put(digest, bytes)).rejects.toMatchObject({ reason: 'damaged' });
  });

  it('are refused at the door with a word on what is wrong, and never a secret', async () => {
    const given = await options();
    const stranger = await gateway().newUser();
    for (const wrong of [
      { ...given, bucket: 'no-such-bucket' },
      { ...given, secretAccessKey: 'wrong' },
      { ...given, ...stranger },
      { ...given, lockDays: 1 },
    ]) {
      const opened = openS3Bucket(wrong);
      await expect(opened).rejects.toMatchObject({ reason: 'refused' });
      const said = await opened.catch(String);
      expect(said).toContain('object store, open');
      for (const secret of [wrong.secretAccessKey, wrong.accessKeyId]) expect(said).not.toContain(secret);
    }
  });

  it('are not waited for when the store takes calls and says nothing', async () => {
    const given = await options();
    const objects = await storeOf({ ...given, patienceMs: 300 });
    gateway().pause();
    try {
      await expect(objects.get(digest)).rejects.toMatchObject({ reason: 'unreachable' });
      await expect(objects.put(digest, bytes)).rejects.toMatchObject({ reason: 'unreachable' });
    } finally {
      gateway().resume();
    }
    expect(await objects.put(digest, bytes)).toMatch(/written|present/);
    expect(await objects.get(digest)).toEqual(bytes);
  });
});

describe('a store that is not well', () => {
  let close: () => void = () => undefined;
  afterEach(() => close());

  async function fake(listener: RequestListener): Promise<S3Options> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    close = () => {
      server.closeAllConnections();
      server.close();
    };
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const keys = { accessKeyId: 'id', secretAccessKey: 'secret' };
    return { endpoint: `http://127.0.0.1:${address.port}`, region: 'x', bucket: 'b', ...keys, lockDays: null };
  }

  it('and lies about bytes is not believed, whatever checksum it gives', async () => {
    const lie = utf8('a pocket!');
    const given = await fake((request, response) => {
      const etag = `"${createHash('md5').update(lie).digest('hex')}"`;
      response.writeHead(200, { etag, 'content-length': request.method === 'GET' ? lie.length : 0 });
      response.end(request.method === 'GET' ? lie : undefined);
    });
    const objects = s3ObjectStore(await openS3Bucket(given), systemClock);
    await expect(objects.get(digest)).rejects.toMatchObject({ reason: 'damaged' });
  });

  it('is asked a few times and no more', async () => {
    let puts = 0;
    const given = await fake((request, response) => {
      if (request.method === 'PUT') puts += 1;
      request.resume();
      response.writeHead(request.method === 'PUT' ? 503 : 200).end();
    });
    const objects = s3ObjectStore(await openS3Bucket(given), systemClock);
    await expect(objects.put(digest, bytes)).rejects.toMatchObject({ reason: 'unreachable' });
    expect(puts).toBe(3);
  });

  it('that is away is said to be out of reach', async () => {
    const given = await fake((_, response) => response.end());
    close();
    await expect(openS3Bucket(given)).rejects.toMatchObject({ reason: 'unreachable' });
  });
});
