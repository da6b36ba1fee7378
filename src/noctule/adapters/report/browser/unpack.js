"use strict";
// What the page carries: gzip in base64 inside of inert <script type="text/plain"> elements.

async function unpacked(id) {
  const text = document.getElementById(id).textContent;
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function unpackedText(id) {
  return new TextDecoder().decode(await unpacked(id));
}

// Candles come as five columns of whole numbers, each as four planes of bytes, lowest first:
// minutes since the candle before, then open - close before, close - open, and how far high and
// low reach beyond both; those that can be negative are folded (0, -1, 1, -2 are 0, 1, 2, 3).
async function unpackedCandles(id, about) {
  const bytes = await unpacked(id);
  const count = bytes.length / 20;
  const column = (number) => (row) => {
    let value = 0;
    for (let plane = 3; plane >= 0; plane--) {
      value = value * 256 + bytes[(number * 4 + plane) * count + row];
    }
    return value;
  };
  const folded = (read) => (row) => {
    const value = read(row);
    return value % 2 ? -(value + 1) / 2 : value / 2;
  };
  const [minutes, jump, body] = [column(0), folded(column(1)), folded(column(2))];
  const [above, below] = [column(3), column(4)];
  const candles = {
    at: new Float64Array(count),
    open: new Float64Array(count),
    high: new Float64Array(count),
    low: new Float64Array(count),
    close: new Float64Array(count),
  };
  let [at, last] = [about.first_ms, 0];
  for (let row = 0; row < count; row++) {
    at += minutes(row) * 60000;
    const open = last + jump(row);
    last = open + body(row);
    candles.at[row] = at;
    candles.open[row] = open / about.scale;
    candles.close[row] = last / about.scale;
    candles.high[row] = (Math.max(open, last) + above(row)) / about.scale;
    candles.low[row] = (Math.min(open, last) - below(row)) / about.scale;
  }
  return candles;
}
