// As many candles as a screen can show: of whatever length that takes, out of the real ones.

const MINUTES = [1, 3, 5, 15, 30, 60, 120, 240, 360, 720, 1440, 2880, 7200, 14400, 43200, 129600];

function firstAtOrAfter(times, at) {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function bucketMs(candleMs, spanMs, wanted) {
  const wide = MINUTES.map((minutes) => minutes * 60000);
  const fits = wide.find((ms) => ms % candleMs === 0 && spanMs / ms <= wanted);
  return spanMs / candleMs <= wanted ? candleMs : fits || Math.ceil(spanMs / wanted / candleMs) * candleMs;
}

function gathered(candles, candleMs, from, to, wanted) {
  const [first, end] = [firstAtOrAfter(candles.at, from), firstAtOrAfter(candles.at, to)];
  const length = bucketMs(candleMs, to - from, wanted);
  const shown = { at: [], open: [], high: [], low: [], close: [], length };
  let last = -1;
  for (let row = first; row < end; row++) {
    const at = length === candleMs ? candles.at[row] : Math.floor(candles.at[row] / length) * length;
    if (last >= 0 && shown.at[last] === at) {
      shown.high[last] = Math.max(shown.high[last], candles.high[row]);
      shown.low[last] = Math.min(shown.low[last], candles.low[row]);
      shown.close[last] = candles.close[row];
      continue;
    }
    last = shown.at.push(at) - 1;
    for (const name of ["open", "high", "low", "close"]) shown[name].push(candles[name][row]);
  }
  return shown;
}

// As Python writes it: two decimals, thin spaces between thousands, a true minus.
function amountText(amount) {
  const [whole, part] = Math.abs(amount).toFixed(2).split(".");
  const isNothing = !Number(whole) && !Number(part);
  const sign = amount < 0 && !isNothing ? "\u2212" : "";
  return `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, "\u202f")}.${part}`;
}

function lengthText(ms) {
  const minutes = ms / 60000;
  if (minutes % 1440 === 0) return `${minutes / 1440}d`;
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}

function minuteText(ms) {
  return new Date(ms).toISOString().slice(0, 16).replace("T", " ");
}
