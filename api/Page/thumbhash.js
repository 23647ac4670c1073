// ThumbHash (Evan Wallace, evanw.github.io/thumbhash): a picture of some 25 bytes, which is shown until the real one is there.

/** Draws a base64 ThumbHash; null if it is none. */
export function thumbnail(base64) {
  let hash;
  try {
    hash = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
  } catch {
    return null;
  }
  if (hash.length < 5) return null;
  const { width, height, pixels } = decode(hash);
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  canvas.getContext('2d').putImageData(new ImageData(pixels, width, height), 0, 0);
  canvas.setAttribute('aria-hidden', 'true');
  return canvas;
}

// The colour is a luminance (l), yellow against blue (p), red against green (q) and maybe opacity (a), each as a few terms of a
// discrete cosine transform in four bits.
function decode(hash) {
  const [head, tail] = [hash[0] | (hash[1] << 8) | (hash[2] << 16), hash[3] | (hash[4] << 8)];
  const [hasAlpha, isLandscape] = [head >> 23 === 1, tail >> 15 === 1];
  const [longer, shorter] = [hasAlpha ? 5 : 7, tail & 7];
  const [nx, ny] = [isLandscape ? longer : shorter, isLandscape ? shorter : longer].map(terms => Math.max(3, terms));
  const ratio = (isLandscape ? longer : shorter) / (isLandscape ? shorter : longer);
  const next = nibbles(hash, hasAlpha ? 6 : 5);
  const l = channel(nx, ny, (head & 63) / 63, ((head >> 18) & 31) / 31, next);
  const p = channel(3, 3, ((head >> 6) & 63) / 31.5 - 1, (((tail >> 3) & 63) / 63) * 1.25, next);
  const q = channel(3, 3, ((head >> 12) & 63) / 31.5 - 1, (((tail >> 9) & 63) / 63) * 1.25, next);
  const a = hasAlpha ? channel(5, 5, (hash[5] & 15) / 15, (hash[5] >> 4) / 15, next) : () => 1;
  const [width, height] = ratio > 1 ? [32, Math.round(32 / ratio)] : [Math.round(32 * ratio), 32];
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 4) {
      const [lightness, yellow, red] = [l, p, q].map(of => of((x + 0.5) / width, (y + 0.5) / height));
      const blue = lightness - (2 / 3) * yellow;
      const redder = (3 * lightness - blue + red) / 2;
      pixels.set([redder, redder - red, blue, a((x + 0.5) / width, (y + 0.5) / height)].map(part => 255 * part), i);
    }
  }
  return { width, height, pixels };
}

function nibbles(hash, start) {
  let at = start * 2;
  return () => ((at & 1 ? hash[at++ >> 1] >> 4 : hash[at++ >> 1]) & 15) / 7.5 - 1;
}

// A function of the place in the picture, from 0 to 1. Only terms above the diagonal are there.
function channel(nx, ny, mean, scale, next) {
  const terms = [];
  for (let cy = 0; cy < ny; cy++)
    for (let cx = cy === 0 ? 1 : 0; cx * ny < nx * (ny - cy); cx++)
      terms.push({ cx, cy, factor: 2 * next() * scale });
  return (x, y) => terms.reduce((sum, { cx, cy, factor }) =>
    sum + factor * Math.cos(Math.PI * cx * x) * Math.cos(Math.PI * cy * y), mean);
}
