const drawn = new Map<string, Uint8Array>();

/** A picture in black and white: what a pad of any colour depth shows as it was sent. */
export function chequered(width: number, height: number, shift = 0): Uint8Array {
  const name = `${width}x${height} ${shift}`;
  const rgba = drawn.get(name) ?? draw(width, height, shift);
  drawn.set(name, rgba);
  return rgba.slice();
}

function draw(width: number, height: number, shift: number): Uint8Array {
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (((x >> 4) + (y >> 3) + shift) % 3 === 0) rgba.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return rgba;
}
