import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../signing/bytes.ts';
import { paintedBoxes } from '../../../signing/documents/painted-boxes.ts';
import { array, dict, name } from '../../../signing/pdf/objects.ts';
import { flateStream, PdfUpdate } from '../../../signing/pdf/pdf-update.ts';
import { readPdf } from '../../../signing/pdf/read-pdf.ts';
import { concat } from '../../../signing/bytes.ts';
import { samplePdf } from '../../support/seal-fixtures.ts';

const blank = readPdf(await samplePdf({ fields: [] }));

/** What that content paints on a page with a font F of half an em, a picture I and a form M that draws a picture. */
function painted(content: string): ReturnType<typeof paintedBoxes> {
  const update = new PdfUpdate(blank);
  const [stream, picture, form] = [update.allocate(), update.allocate(), update.allocate()];
  update.set(stream, flateStream({}, utf8(content)));
  update.set(picture, flateStream({ Subtype: name('Image'), Width: 1, Height: 1 }, utf8('x')));
  const matrix = array([1, 0, 0, 1, 100, 0]);
  const own = { XObject: dict({ I: picture }) };
  update.set(
    form,
    flateStream({ Subtype: name('Form'), Matrix: matrix, Resources: dict(own) }, utf8('20 0 0 20 5 5 cm /I Do')),
  );
  const font = { Type: name('Font'), Subtype: name('TrueType'), FirstChar: 65, Widths: array([500, 500]) };
  const resources = dict({ Font: dict({ F: dict(font) }), XObject: dict({ I: picture, M: form }) });
  const page = blank.pages()[0]!;
  update.set(page.ref, {
    ...page.dict,
    entries: new Map([...page.dict.entries, ['Contents', stream], ['Resources', resources]]),
  });
  const file = readPdf(concat(blank.bytes, update.finish().increment));
  return paintedBoxes(file, file.pages()[0]!);
}
const boxes = (content: string) => painted(content).map(({ box }) => box.map((side) => Math.round(side * 100) / 100));

describe('where a page has marks on it', () => {
  it.each<[string, string, readonly (readonly number[])[]]>([
    ['a glyph', 'BT /F 10 Tf 50 60 Td (A) Tj ET', [[50, 57.5, 55, 69]]],
    [
      'the glyph behind a space and spacing',
      'BT /F 10 Tf 2 Tc 50 60 Td (A B) Tj ET',
      [
        [50, 57.5, 55, 69],
        [66, 57.5, 71, 69],
      ],
    ],
    [
      'text in two pieces',
      'BT /F 10 Tf 50 60 Td [(A) -1000 (B)] TJ ET',
      [
        [50, 57.5, 55, 69],
        [65, 57.5, 70, 69],
      ],
    ],
    ['text that is not shown', 'BT 3 Tr /F 10 Tf 50 60 Td (A) Tj ET', []],
    ['a picture', 'q 30 0 0 40 10 20 cm /I Do Q', [[10, 20, 40, 60]]],
    ['a picture in the content', 'q 30 0 0 40 10 20 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q', [[10, 20, 40, 60]]],
    ['a form with a matrix', 'q 1 0 0 1 0 50 cm /M Do Q', [[105, 55, 125, 75]]],
    ['a curve', '10 10 m 20 40 30 40 40 10 c S', [[10, 10, 40, 40]]],
    ['a line askew', '10 10 m 40 20 l S', [[10, 10, 40, 20]]],
    ['rulings and frames', '10 10 m 300 10 l S 10 10 200 80 re S 10 10 300 1 re f', []],
    ['a path that only clips', '0 0 100 100 re W n', []],
    ['a shading', '/S sh', [[-Infinity, -Infinity, Infinity, Infinity]]],
  ])('%s', (_, content, wanted) => {
    expect(boxes(content)).toEqual(wanted);
  });

  it('tells a ground of one colour from a patterned one and from other shapes', () => {
    expect(painted('1 g 0 0 300 300 re f')).toEqual([{ box: [0, 0, 300, 300], ground: true, kind: 'fill' }]);
    expect(painted('/Pattern cs /P scn 0 0 300 300 re f')[0]!.ground).toBe(false);
    expect(painted('0 0 m 300 0 l 300 300 l 200 300 l 200 100 l 0 100 l h f')[0]!.ground).toBe(false);
  });
});
