import { describe, expect, it } from 'vitest';
import { faultFacts } from '../../../kiosk-shell/observe/fault-facts.ts';
import { openLog, type LogFields, type LogLevel } from '../../../kiosk-shell/observe/log.ts';
import { quietConsole } from '../../../kiosk-shell/observe/quiet-console.ts';
import { sha256 } from '../../../signing/digest.ts';

const clock = { now: () => Date.parse('2026-11-23T08:00:00.000Z') };
function logged(level: LogLevel = 'debug') {
  const lines: string[] = [];
  const log = openLog({ level, clock, sink: (line) => lines.push(line) });
  return { log, lines, said: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('a line of the log', () => {
  it('is JSON with time, level and event first, and one line', () => {
    const { log, lines } = logged();
    log.write('line', { line: 'up' });
    expect(lines).toEqual(['{"time":"2026-11-23T08:00:00.000Z","level":"info","event":"line","line":"up"}\n']);
  });

  it('leaves out what is not there', () => {
    const { log, said } = logged();
    log.write('delivery', { outcome: 'denied', reason: null, trace: undefined });
    expect(said()).toMatchObject([{ outcome: 'denied' }]);
    expect(Object.keys(said()[0]!)).toEqual(['time', 'level', 'event', 'outcome']);
  });

  it('is written from the level asked for upwards', () => {
    const { log, said } = logged('warning');
    log.write('request', { status: 200 });
    log.write('line', { line: 'up' });
    log.fault('sync', new Error('x'));
    expect(said().map(({ event }) => event)).toEqual(['fault']);
  });

  it.each<[string, LogFields<'delivery'> | object]>([
    ['a name', { outcome: 'Janez Novak' }],
    ['a sentence', { reason: 'the customer Janez Novak refused' }],
    ['a name as a reason', { reason: 'Novak' }],
    ['a path as a transaction', { transaction: '/home/novak/pogodba.pdf' }],
    ['a number of an identity card as a trace', { trace: '001234567' }],
    ['text as bytes', { bytes: '1234' as unknown as number }],
    ['not a number', { bytes: Number.NaN }],
    ['something with parts', { package: { name: 'Novak' } as unknown as string }],
    ['two lines', { outcome: 'stored\n{"level":"error"}' }],
  ])('never holds %s, and says which field did not fit', (_, fields) => {
    const { log, lines, said } = logged();
    log.write('delivery', fields);
    expect(said()).toMatchObject([{ event: 'delivery', unfit: Object.keys(fields) }]);
    expect(lines.join('')).not.toMatch(/novak|pogodba|001234567|1234"|stored/i);
  });

  it('never holds a field that is none of the event', () => {
    const { log, lines } = logged();
    log.write('line', { line: 'up', name: 'Novak', trace: 'f'.repeat(32) } as LogFields<'line'>);
    expect(lines.join('')).not.toMatch(/Novak|ffff/);
  });

  it('holds a delivery as it is', () => {
    const { log, said } = logged();
    const fields = {
      outcome: 'refused',
      reason: 'package-signature-invalid',
      transaction: '0190a1b2-0000-4000-8000-000000000001',
      package: sha256(),
      trace: 'a1'.repeat(16),
      attempts: 3,
      bytes: 5000,
    } as const;
    log.write('delivery', fields);
    expect(said()).toMatchObject([fields]);
    expect(said()[0]).not.toHaveProperty('unfit');
  });
});

describe('an error', () => {
  it('is told by class, code and place, never by its message', () => {
    const { log, lines, said } = logged();
    const error = Object.assign(new TypeError('Janez Novak, EMŠO 0101006500006'), { code: 'ERR_INVALID_ARG' });
    error.stack = `TypeError: Janez Novak, EMŠO 0101006500006\n    at look (node:internal/x:1:2)\n    at ingest (file:///home/novak/countersign/sync/cloud/ingest.ts:80:11)`;
    log.fault('sync', error);
    expect(said()).toMatchObject([
      { event: 'fault', part: 'sync', error: 'TypeError', code: 'ERR_INVALID_ARG', at: 'sync/cloud/ingest.ts:80' },
    ]);
    expect(lines.join('')).not.toMatch(/novak|0101006500006/i);
  });

  it('has the code of its cause where it has none', () => {
    const cause = Object.assign(new Error('connect to 10.1.2.3'), { code: 'ECONNREFUSED' });
    expect(faultFacts(new TypeError('fetch failed', { cause }))).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it.each([
    ['a name that is a sentence', Object.assign(new Error('x'), { name: 'Janez Novak' }), 'Error'],
    ['no error at all', 'Janez Novak', 'Unknown'],
    ['nothing', undefined, 'Unknown'],
  ])('with %s is told without it', (_, error, kind) => {
    expect(faultFacts(error)).toMatchObject({ error: kind });
    expect(JSON.stringify(faultFacts(error))).not.toContain('Novak');
  });

  it('does not take a place from its message', () => {
    const error = new Error('x\n    at vault/Novak.ts:1:1)');
    error.stack = `Error: ${error.message}\n    at (node:x:1:1)`;
    expect(faultFacts(error)).toEqual({ error: 'Error' });
  });

  it('on the console of a library is told the same way', () => {
    const { log, lines, said } = logged();
    const target: Pick<Console, 'error' | 'warn'> = { error: () => undefined, warn: () => undefined };
    quietConsole(log, target);
    target.error('⨯', new RangeError('Novak'), { rows: ['Novak'] });
    target.warn('Novak');
    expect(said()).toMatchObject([{ event: 'fault', part: 'screen', error: 'RangeError' }]);
    expect(lines).toHaveLength(1);
    expect(lines.join('')).not.toContain('Novak');
  });
});
