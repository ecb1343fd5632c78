import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOfTag, parseTextTag, type TextTag } from '../../../signing/documents/text-tags.ts';

const plain: TextTag = {
  kind: 'signature',
  label: 'Podpis stranke',
  role: 'customer',
  order: null,
  required: true,
  width: 180,
  height: 60,
  dx: 0,
  dy: 0,
  name: null,
};

function parsed(text: string): TextTag {
  const result = parseTextTag(text);
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.detail}`);
  return result.value;
}

describe('the grammar of text tags', () => {
  it.each<[string, Partial<TextTag>]>([
    ['{{Podpis stranke}}', {}],
    [
      '{{Podpis stranke;role=customer;type=signature;order=1;width=180;height=60}}',
      { order: 1, width: 180, height: 60 },
    ],
    ['{{Podpis stranke;type=initials}}', { kind: 'initials', width: 90, height: 40 }],
    ['{{Podpis stranke;type=date}}', { kind: 'date', width: 120, height: 24 }],
    ['{{Podpis stranke;type=text}}', { kind: 'text', width: 180, height: 24 }],
    ['{{Podpis stranke;type=checkbox}}', { kind: 'checkbox', width: 18, height: 18, required: false }],
    ['{{Podpis stranke;type=checkbox;required=yes}}', { kind: 'checkbox', width: 18, height: 18, required: true }],
    ['{{Podpis stranke;required=no}}', { required: false }],
    ['{{Podpis stranke;required=FALSE}}', { required: false }],
    ['{{Podpis stranke;ROLE=Clerk;Type=Signature}}', { role: 'clerk' }],
    ['{{Podpis stranke;role=Stranka}}', { role: 'customer' }],
    ['{{Podpis stranke;role=Uslužbenec}}', { role: 'clerk' }],
    ['{{Podpis stranke;role=First Party}}', { role: 'first party' }],
    ['{{Podpis stranke;dx=-12.5;dy=4}}', { dx: -12.5, dy: 4 }],
    ['{{Podpis stranke;dx=−3,5}}', { dx: -3.5 }],
    ['{{Podpis stranke;width=60.25pt}}', { width: 60.25 }],
    ['{{Podpis stranke;name=podpis.1}}', { name: 'podpis.1' }],
    ['{{ Podpis   stranke ; role = customer ; order = 2 ; }}', { order: 2 }],
    ['{ {Podpis stranke;order=2} }', { order: 2 }],
    ['{{Podpis\nstranke;ro\nle=cus\ntomer;ty\npe=sig\nnature;wid\nth=1\n80}}', {}],
    ['{{"Podpis stranke";role="customer"}}', {}],
    ['{{„Podpis stranke“;role=“customer”}}', {}],
    ['{{"A; b = {c}} \\"d\\" \\\\";role=customer}}', { label: 'A; b = {c}} "d" \\' }],
    ['{{a = b;order=3}}', { label: 'a = b', order: 3 }],
    ['{{Подпись Ελλάδα 漢字 Őű šđčćž}}', { label: 'Подпись Ελλάδα 漢字 Őű šđčćž' }],
    ['{{name=Podpis stranke;order=1}}', { order: 1, name: 'Podpis stranke' }],
    ['{{Podpis stranke;format=drawn;role=customer}}', {}],
    ['{{Sig_es_:signer1:signature}}', { label: 'Sig', role: 'signer1', order: 1 }],
    ['{{*Dte_es_:signer2:date}}', { label: 'Dte', role: 'signer2', order: 2, kind: 'date', width: 120, height: 24 }],
    ['{{Kraj_es_:signer1}}', { label: 'Kraj', role: 'signer1', order: 1, kind: 'text', height: 24, required: false }],
  ])('reads %j', (text, expected) => {
    expect(parsed(text)).toEqual({ ...plain, ...expected });
  });

  it.each([
    ['{{}}', 'label-missing', /no label/],
    ['{{ ;role=customer}}', 'label-missing', /no label/],
    ['{{A;rol=customer}}', 'key-unknown', /rol/],
    ['{{A;customer}}', 'key-unknown', /no key/],
    ['{{A;order=1;order=2}}', 'key-repeated', /order/],
    ['{{A;type=stamp}}', 'value-invalid', /type/],
    ['{{A;order=0}}', 'value-invalid', /order/],
    ['{{A;order=1.5}}', 'value-invalid', /order/],
    ['{{A;width=-5}}', 'value-invalid', /width/],
    ['{{A;height=tall}}', 'value-invalid', /height/],
    ['{{A;dx=1e9}}', 'value-invalid', /dx/],
    ['{{A;dy=}}', 'value-invalid', /dy/],
    ['{{A;required=maybe}}', 'value-invalid', /required/],
    ['{{A;role=<script>}}', 'value-invalid', /role/],
    ['{{A;name="}}', 'quote-open', /not closed/],
    ['{{A;name="b" c}}', 'quote-open', /follows/],
    ['{{Sig_es_:sender:signature}}', 'value-invalid', /signer/],
    [`{{${'a'.repeat(2000)}}}`, 'too-long', /1500/],
    [`{{${'a'.repeat(300)}}}`, 'too-long', /200/],
    ['{{A', 'not-a-tag', /braces/],
  ])('says what is wrong in %j', (text, code, detail) => {
    const result = parseTextTag(text);
    expect(result.ok ? null : result.error.code).toBe(code);
    expect(result.ok ? '' : result.error.detail).toMatch(detail);
  });

  it('does not repeat document text in a problem', () => {
    const result = parseTextTag('{{A;skrivnost čšž=1}}');
    expect(result.ok ? '' : JSON.stringify(result.error)).not.toContain('skrivnost');
  });

  it('reads back any label and name in quotes', () => {
    const words = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .map((text) => text.replace(/[\s\p{Cc}]+/gu, ' ').trim())
      .filter((text) => text !== '');
    const quote = (text: string): string => `"${text.replace(/[\\"“”„‟]/gu, '\\$&')}"`;
    fc.assert(
      fc.property(words, words, (label, name) => {
        const text = `{{${quote(label)};name=${quote(name)};order=7}}`;
        expect(endOfTag(`${text} konec }}`, 0)).toBe(text.length);
        expect(parsed(text)).toMatchObject({ label, name, order: 7 });
      }),
      { seed: 20261123, numRuns: 300 },
    );
  });

  it('never throws, whatever stands between braces', () => {
    const piece = fc.constantFrom('{', '}', ';', '=', '"', '“', '\\', ' ', '\n', 'type', 'role', 'order', '_es_:', 'a');
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
        const text = `{{${pieces.join('')}}}`;
        const end = endOfTag(text, 0);
        expect(end === null || (end >= 4 && end <= text.length)).toBe(true);
        expect(typeof parseTextTag(text).ok).toBe('boolean');
      }),
      { seed: 20261123, numRuns: 500 },
    );
  });
});
