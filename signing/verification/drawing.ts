import { Lexer, type Token } from '../pdf/lexer.ts';
import type { PdfStream } from '../pdf/objects.ts';
import { PdfSyntaxError, type PdfFile } from '../pdf/pdf-file.ts';

/** What an appearance does, one operator after the other. */
export interface Operation {
  readonly operator: string;
  /** Arrays and dictionaries as their tokens, one after the other. */
  readonly operands: readonly Token[];
}

/** More than any field draws; what is longer is not looked through. */
const MAX_BYTES = 64 * 1024;

/** Operators that put nothing on the page (ISO 32000-1 tables 57 to 61, 73 to 77, 103, 105 to 108, 113, 320, 32). */
const SILENT: ReadonlySet<string> = new Set(
  [
    'q Q cm w J j M d ri i gs m l c v y h re W W* n BT ET Tc Tw Tz TL Tf Tr Ts Td TD Tm T*',
    'CS cs SC SCN sc scn G g RG rg K k d0 d1 BMC BDC EMC MP DP BX EX',
  ].flatMap((list) => list.split(' ')),
);

/**
 * Read as strictly as the file: null for what readers could take for different things, for inline images, for what lies
 * outside the file, and for what is too long. A null shows anything.
 */
export function operationsOf(file: PdfFile, stream: PdfStream): readonly Operation[] | null {
  if (stream.dict.entries.has('F')) return null;
  try {
    const lexer = new Lexer(file.decode(stream, MAX_BYTES), 0, MAX_BYTES, false);
    const operations: Operation[] = [];
    let operands: Token[] = [];
    for (let token = lexer.next(); token.kind !== 'end'; token = lexer.next()) {
      if (token.kind !== 'keyword' || isLiteral(token.word)) operands.push(token);
      else if (token.word === 'BI') return null;
      else {
        operations.push({ operator: token.word, operands });
        operands = [];
      }
    }
    return operations;
  } catch (error) {
    if (error instanceof PdfSyntaxError) return null;
    throw error;
  }
}

function isLiteral(word: string): boolean {
  return word === 'true' || word === 'false' || word === 'null';
}

/** Unless it is known to put nothing on the page. */
export function paints({ operator, operands }: Operation): boolean {
  const [text, ...more] = operands;
  const saysNothing = operator === 'Tj' && more.length === 0 && text?.kind === 'string' && text.bytes.length === 0;
  return !saysNothing && !SILENT.has(operator);
}

/** With something from the resources, where the same name can stand for something else. */
export function borrows({ operands }: Operation): boolean {
  return operands.some(({ kind }) => kind === 'name');
}

export function sameOperations(a: readonly Operation[], b: readonly Operation[]): boolean {
  return a.length === b.length && a.every((operation, i) => asText(operation) === asText(b[i]));
}

function asText(operation: Operation | undefined): string {
  return JSON.stringify(operation, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  );
}

/** Whether what it sets is taken back: everything between `q` and `Q` that belong together. */
export function leavesNothing(operations: readonly Operation[]): boolean {
  let depth = 0;
  for (const { operator } of operations) {
    if (operator === 'q') depth += 1;
    else if (depth === 0) return false;
    else if (operator === 'Q') depth -= 1;
  }
  return depth === 0;
}
