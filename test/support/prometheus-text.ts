/** Reads the text exposition format 0.0.4 strictly, as `promtool check metrics` would. */

export interface MetricFamily {
  readonly type: string;
  readonly help: string;
  /** By name and labels as written. */
  readonly samples: ReadonlyMap<string, number>;
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"`;
const SAMPLE = new RegExp(
  String.raw`^(${NAME})(\{${LABEL}(?:,${LABEL})*\})? (NaN|[+-]Inf|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$`,
);

/** @throws Error naming the first line that is wrong */
export function parsePrometheus(text: string): ReadonlyMap<string, MetricFamily> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Map<string, { type: string; help: string; samples: Map<string, number> }>();
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, kind, name = '', rest = ''] = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`).exec(line) ?? [];
    const family = families.get(name);
    if (kind === 'HELP') {
      if (family !== undefined) throw new Error(`told twice: ${line}`);
      families.set(name, { type: '', help: rest, samples: new Map() });
    } else if (kind === 'TYPE') {
      if (family?.type !== '' || !/^(counter|gauge|histogram|summary)$/.test(rest)) throw new Error(line);
      family.type = rest;
    } else addSample(families, line);
  }
  for (const [name, { type, samples }] of families) {
    if (type === '') throw new Error(`no type: ${name}`);
    if (type === 'counter' && !name.endsWith('_total')) throw new Error(`a counter without _total: ${name}`);
    if (type === 'histogram') checkBuckets(name, samples);
  }
  return families;
}

function addSample(families: Map<string, { type: string; samples: Map<string, number> }>, line: string): void {
  const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
  const owner = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, ''));
  if (name === '' || owner === undefined || owner.samples.has(name + labels)) throw new Error(`no sample: ${line}`);
  owner.samples.set(name + labels, Number(value.replace('Inf', 'Infinity')));
}

/** Buckets grow, and the last one has them all. */
function checkBuckets(name: string, samples: ReadonlyMap<string, number>): void {
  const last = new Map<string, number>();
  for (const [key, value] of samples) {
    if (!key.startsWith(`${name}_bucket`)) continue;
    const series = key.replace(/le="[^"]*",?/, '').replace(/,\}$/, '}');
    if (value < (last.get(series) ?? 0)) throw new Error(`a bucket shrinks: ${key}`);
    last.set(series, value);
    const count = samples.get(series.replace('_bucket', '_count').replace('{}', ''));
    if (key.includes('le="+Inf"') && count !== value) throw new Error(`the last bucket is not the count: ${key}`);
  }
}
