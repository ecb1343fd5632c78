import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DerError, expectOid, readDer, type DerErrorCode } from '../../../signing/cms/der-reader.ts';
import { encodeDer, fromEncoded, objectIdentifier, unsignedInteger } from '../../../signing/cms/der.ts';
import { makePki } from '../../support/seal-fixtures.ts';

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');
function codeOf(bytes: Uint8Array): DerErrorCode | 'accepted' {
  try {
    readDer(bytes);
    return 'accepted';
  } catch (error) {
    if (error instanceof DerError) return error.code;
    throw error;
  }
}

describe('reading DER', () => {
  it.each<[string, string, DerErrorCode]>([
    ['an empty input', '', 'truncated'],
    ['a value longer than its input', '04 05 00', 'truncated'],
    ['bytes after the value', '05 00 00', 'trailing-bytes'],
    ['an indefinite length', '30 80 00 00', 'indefinite-length'],
    ['a long length that fits a short one', '04 81 01 00', 'length-not-minimal'],
    ['a length with a leading zero', '04 82 00 80', 'length-not-minimal'],
    ['a length of five octets', '04 85 01 00 00 00 00', 'truncated'],
    ['a high tag number', '1f 81 01 00', 'tag-unsupported'],
    ['the reserved tag', '00 00', 'tag-unsupported'],
    ['a padded INTEGER', '02 02 00 7f', 'value-not-canonical'],
    ['a padded negative INTEGER', '02 02 ff 80', 'value-not-canonical'],
    ['an empty INTEGER', '02 00', 'value-not-canonical'],
    ['a BOOLEAN of 1', '01 01 01', 'value-not-canonical'],
    ['a NULL with content', '05 01 00', 'value-not-canonical'],
    ['a BIT STRING with set padding bits', '03 02 01 01', 'value-not-canonical'],
    ['a BIT STRING without its count', '03 00', 'value-not-canonical'],
    ['an empty BIT STRING with padding', '03 01 01', 'value-not-canonical'],
    ['a constructed OCTET STRING', '24 02 04 00', 'value-not-canonical'],
    ['a primitive SEQUENCE', '10 00', 'value-not-canonical'],
    ['an OID with a padded arc', '06 02 80 01', 'value-not-canonical'],
    ['an OID that ends early', '06 01 81', 'value-not-canonical'],
  ])('refuses %s', (_, text, code) => {
    expect(codeOf(hex(text))).toBe(code);
  });

  it('refuses values nested without end', () => {
    let value: Uint8Array = hex('0500');
    for (let depth = 0; depth < 60; depth += 1) value = Buffer.concat([hex('30'), Buffer.of(value.length), value]);
    expect(codeOf(value)).toBe('nested-too-deep');
  });

  it('takes a value over byte for byte', () => {
    const { certificate } = makePki('p256').seal;
    expect(Buffer.from(encodeDer(fromEncoded(certificate)))).toEqual(Buffer.from(certificate));
  });

  it('reads what was written: object identifiers and integers', () => {
    for (const id of ['1.2.840.113549.1.9.16.1.23', '2.16.840.1.101.3.4.1.46', '2.999.1', '0.9.2342']) {
      expect(expectOid(readDer(encodeDer(objectIdentifier(id))))).toBe(id);
    }
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (magnitude) => {
        const { content } = readDer(encodeDer(unsignedInteger(magnitude)));
        expect(BigInt(`0x0${Buffer.from(content).toString('hex')}`)).toBe(
          BigInt(`0x${Buffer.from(magnitude).toString('hex')}`),
        );
      }),
      { seed: 20261123 },
    );
  });
});
