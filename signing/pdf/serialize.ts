/** Objects as bytes (ISO 32000-1, 7.3): what `parseObject` reads back as the same value. */
import { join } from '../bytes.ts';
import { isDelimiter } from './characters.ts';
import type { PdfDict, PdfObject, PdfStream } from './objects.ts';

/** Bytes in pieces, joined once at the end. */
export class ByteSink {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }
  push(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }
  /** One byte per character. */
  text(text: string): void {
    this.push(Buffer.from(text, 'latin1'));
  }
  bytes(): Uint8Array {
    return join(this.#parts);
  }
}

/**
 * A stream is written with a direct /Length of its raw data.
 * @throws RangeError for numbers and names that PDF cannot hold
 */
export function writeObject(object: PdfObject): Uint8Array {
  const sink = new ByteSink();
  writeTo(sink, object);
  return sink.bytes();
}

export function writeTo(sink: ByteSink, object: PdfObject): void {
  if (object === null) sink.text('null');
  else if (typeof object === 'boolean') sink.text(object ? 'true' : 'false');
  else if (typeof object === 'number') sink.text(numberText(object));
  else {
    switch (object.kind) {
      case 'name':
        sink.text(nameText(object.name));
        return;
      case 'string':
        if (object.hex) sink.text(`<${Buffer.from(object.bytes).toString('hex').toUpperCase()}>`);
        else sink.push(literalBytes(object.bytes));
        return;
      case 'ref':
        sink.text(`${object.number} ${object.generation} R`);
        return;
      case 'array':
        sink.text('[');
        object.items.forEach((item, index) => {
          if (index > 0) sink.text(' ');
          writeTo(sink, item);
        });
        sink.text(']');
        return;
      case 'dict':
        writeDict(sink, object);
        return;
      case 'stream':
        writeStream(sink, object);
    }
  }
}

function writeDict(sink: ByteSink, dict: PdfDict): void {
  sink.text('<<');
  for (const [key, value] of dict.entries) {
    sink.text(`\n${nameText(key)} `);
    writeTo(sink, value);
  }
  sink.text('\n>>');
}

function writeStream(sink: ByteSink, stream: PdfStream): void {
  const entries = new Map(stream.dict.entries);
  entries.set('Length', stream.raw.length);
  writeDict(sink, { kind: 'dict', entries });
  sink.text('\nstream\n');
  sink.push(stream.raw);
  sink.text('\nendstream');
}

/** 7.3.3 knows no exponents. */
function numberText(value: number): string {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e15) throw new RangeError('not a number that PDF can hold');
  const text = String(value === 0 ? 0 : value);
  const [digits, exponent] = text.split('e-');
  if (digits === undefined || exponent === undefined) return text;
  const places = Number(exponent);
  // A length or coordinate below 1e-40 is nothing, and readers limit the digits they take.
  if (places > 40) return '0';
  const sign = value < 0 ? '-' : '';
  return `${sign}0.${'0'.repeat(places - 1)}${digits.replace(/[-.]/g, '')}`;
}

function nameText(name: string): string {
  let text = '/';
  for (let i = 0; i < name.length; i += 1) {
    const code = name.charCodeAt(i);
    if (code === 0 || code > 0xff) throw new RangeError('a name with a character that PDF cannot hold');
    const plain = code > 0x20 && code < 0x7f && code !== 0x23 && !isDelimiter(code);
    text += plain ? name.charAt(i) : `#${code.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

function literalBytes(bytes: Uint8Array): Uint8Array {
  const out: number[] = [0x28];
  for (const byte of bytes) {
    if (byte === 0x28 || byte === 0x29 || byte === 0x5c) out.push(0x5c, byte);
    // Read back raw, a carriage return would turn into a line feed (7.3.4.2).
    else if (byte === 0x0d) out.push(0x5c, 0x72);
    else out.push(byte);
  }
  out.push(0x29);
  return Uint8Array.from(out);
}
