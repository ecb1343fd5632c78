import { isArray, isDict, isRef, isStream, type PdfObject } from '../pdf/objects.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';

/** Who points to an object: `from` is an object number, 0 for the trailer; `path` the keys without array indexes. */
export interface Referrer {
  readonly from: number;
  readonly path: string;
}
/** Every object reachable from catalog and document information, and all that point to it; also objects that do not exist. */
export type ReferenceGraph = ReadonlyMap<number, readonly Referrer[]>;

interface Link {
  readonly to: number;
  readonly generation: number;
  readonly path: string;
}
/** Revisions share most objects: their links are read once, keyed by place in the file. */
export type LinkCache = Map<string, readonly Link[]>;

/** Keys of the trailer that lead into the document (7.5.5); others are private and never drawn. */
const ROOTS = ['Root', 'Info'] as const;

/** @throws PdfSyntaxError when a reachable object cannot be read. */
export function referenceGraph(file: PdfFile, cache: LinkCache): ReferenceGraph {
  const graph = new Map<number, Referrer[]>();
  const waiting: Link[] = [];
  const follow = (from: number, links: readonly Link[]): void => {
    for (const link of links) {
      const known = graph.get(link.to);
      if (known === undefined) {
        graph.set(link.to, [{ from, path: link.path }]);
        waiting.push(link);
      } else known.push({ from, path: link.path });
    }
  };
  for (const key of ROOTS) follow(0, linksOf(file.trailer.entries.get(key) ?? null, key));
  for (let link = waiting.pop(); link !== undefined; link = waiting.pop()) follow(link.to, cached(file, link, cache));
  return graph;
}

function cached(file: PdfFile, { to, generation }: Link, cache: LinkCache): readonly Link[] {
  const place = `${to} ${JSON.stringify(file.locate(to) ?? null)}`;
  let links = cache.get(place);
  if (links === undefined) {
    links = linksOf(file.get({ kind: 'ref', number: to, generation }), '');
    cache.set(place, links);
  }
  return links;
}

function linksOf(root: PdfObject, base: string): readonly Link[] {
  const links: Link[] = [];
  const visit = (value: PdfObject, path: string): void => {
    if (isRef(value)) links.push({ to: value.number, generation: value.generation, path });
    else if (isArray(value)) for (const item of value.items) visit(item, path);
    else if (isDict(value)) {
      for (const [key, item] of value.entries) visit(item, path === '' ? key : `${path}/${key}`);
    } else if (isStream(value)) visit(value.dict, path);
  };
  visit(root, base);
  return links;
}
