import { createRequire } from 'node:module';
import { openSync, type Font } from 'fontkit';

const FONT = '@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf';

let opened: Font | undefined;

/**
 * Source Sans 3 Regular (SIL Open Font Licence), with Latin, Greek and Cyrillic letters. Read by fontkit out
 * of its package once: data that ships with the product, not something of the machine.
 */
export function textFont(): Font {
  if (opened !== undefined) return opened;
  const font = openSync(createRequire(import.meta.url).resolve(FONT));
  if (!('unitsPerEm' in font)) throw new Error('the text font is a collection');
  opened = font;
  return font;
}
