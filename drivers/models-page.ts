import type { PadModel } from './found-pad.ts';
import { padModels } from './pad-models.ts';
import { topazModels } from './topaz/topaz-models.ts';
import { padMakers, unseenPads } from './undriven-pads.ts';

/** Lines of a page between which a table stands. */
const begins = '<!-- models: made by `node drivers/write-models-page.ts`, change drivers/pad-models.ts -->';
const ends = '<!-- end of models -->';

/** The page of this folder with the table of models as the code has it. Throws where the page has no place for it. */
export function withModels(page: string): string {
  return withTable(page, modelsTable());
}
/** The project's first page with what each model was proven on, likewise. */
export function withProof(page: string): string {
  return withTable(page, proofTable());
}

function withTable(page: string, table: string): string {
  const begin = page.indexOf(begins);
  const end = page.indexOf(ends);
  if (begin < 0 || end < begin) throw new Error('the page has no place for the table of models');
  return `${page.slice(0, begin + begins.length)}\n\n${table}\n\n${page.slice(end)}`;
}

function proofTable(): string {
  const models = [...padModels, ...topazModels, ...padMakers];
  const named = (proven: PadModel['proven']): string =>
    models
      .filter((model) => model.proven === proven)
      .map(({ maker, model }) => `${maker} ${model}`)
      .join(', ');
  return markdown([
    ['proven on', 'models'],
    ['a real device', named('device') || 'none'],
    ['the lab', `${named('lab')}, any other pen by its descriptor`],
    ['a simulation only', named('simulated')],
    ['recognised, not driven', named(null)],
  ]);
}

function modelsTable(): string {
  return markdown([
    ['model', 'recognised by', 'signatory looks at', 'driver', 'proven'],
    ...padModels.map((model) => rowOf(model, `USB ${hex(model.vid)}:${hex(model.pid)}`)),
    ...padMakers.map((model) => rowOf(model, `USB ${hex(model.vid)}, any product`)),
    ...topazModels.map((model) => rowOf(model, settingOf(model))),
    ['any other pen', 'report descriptor', 'computer’s screen or nothing', 'hid-pen', 'lab'],
    ...unseenPads.map(({ maker, model, reason }) => [`${maker} ${model}`, 'not recognised', '-', reason, '-']),
  ]);
}

/** Columns padded as the formatter wants them; the first row is the head. */
function markdown(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

function rowOf(model: PadModel, recognised: string): readonly string[] {
  const { driver } = model;
  const how = driver.kind === 'recognised' ? `not driven (\`${driver.code}\`): ${driver.reason}` : driver.kind;
  return [`${model.maker} ${model.model}`, recognised, viewOf(model), how, model.proven ?? '-'];
}

function viewOf({ driver, geometry, shows }: PadModel): string {
  if (driver.kind === 'recognised') return '-';
  if (shows !== 'own-screen') return shows === 'nothing' ? 'nothing' : 'computer’s screen';
  const { screen } = geometry;
  return screen ? `its own, ${screen.width}x${screen.height}, ${depths[screen.colour]}` : 'its own';
}
const depths = { mono: '1 bit', rgb16: '16 bit', rgb24: '24 bit' } as const;

function settingOf({ driver }: PadModel): string {
  return driver.kind === 'topaz-bsb' ? `setting \`${driver.traits.name}\`` : '-';
}

const hex = (value: number): string => value.toString(16).padStart(4, '0');
