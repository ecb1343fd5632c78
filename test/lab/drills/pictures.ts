/** Pictures to show, and what a pad makes of them. */
export interface Shown {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** Black and white: the same at every colour depth. */
export function chequered(width: number, height: number, shift = 0): Uint8Array {
  return picture(width, height, (x, y) => {
    const dark = (((x + shift) >> 4) + (y >> 3)) % 3 === 0;
    return dark ? [0, 0, 0] : [255, 255, 255];
  });
}

export function coloured(width: number, height: number): Uint8Array {
  return picture(width, height, (x, y) => [(x * 255) / width, (y * 255) / height, ((x + y) * 3) % 256]);
}

/** Whether each channel is at most `apart` away: a pad of 16 bits keeps the upper ones only. */
export function samePicture(rgba: Uint8Array, shown: Shown | null, apart = 0): boolean {
  if (shown?.rgba.length !== rgba.length) return false;
  return rgba.every((value, at) => Math.abs(value - (shown.rgba[at] ?? 0)) <= apart);
}

function picture(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): Uint8Array {
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rgba.set([...colour(x, y), 255], (y * width + x) * 4);
  }
  return rgba;
}
