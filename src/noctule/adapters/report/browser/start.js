// Everything in its order; what goes wrong is said on the page, where somebody looks for it.

function said(text) {
  const place = document.getElementById("trouble");
  place.textContent = text;
  place.hidden = false;
}

// The trades come as columns; as rows they are easier to read.
function rowsOf(columns, words) {
  const names = Object.keys(columns);
  return columns.number.map((_, row) => {
    const trade = Object.fromEntries(names.map((name) => [name, columns[name][row]]));
    for (const name of Object.keys(words)) trade[name] = words[name][trade[name]];
    for (const name of ["quantity", "entry", "exit", "stop", "target", "gross", "fees", "funding", "slippage", "net"]) {
      trade[`${name}_text`] = trade[name] === null ? "" : trade[name];
      trade[name] = trade[name] === null ? null : Number(trade[name]);
    }
    return trade;
  });
}

async function start() {
  if (typeof DecompressionStream === "undefined") {
    said("This browser is too old to draw the charts: it cannot decompress. The tables are complete.");
    return;
  }
  const script = document.createElement("script");
  script.textContent = await unpackedText("plotly-js");
  document.head.append(script);
  const course = JSON.parse(await unpackedText("course"));
  course.trades = rowsOf(course.columns, course.words);
  const candlesBySymbol = {};
  for (const about of course.markets) {
    candlesBySymbol[about.symbol] = await unpackedCandles(about.id, about);
  }
  const market = course.markets.length ? new Market(course, candlesBySymbol) : null;
  const list = new TradeList(course.trades, market);
  list.start();
  addEventListener("hashchange", () => list.follow(location.hash));
  const paint = async () => {
    if (market) await market.draw();
    await paintFigures(course.figures);
  };
  if (market) await market.start();
  await list.follow(location.hash);
  await paintFigures(course.figures);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  for (const [moment, isPrinted] of [["beforeprint", true], ["afterprint", false]]) {
    addEventListener(moment, () => {
      document.documentElement.classList.toggle("printed", isPrinted);
      paint();
    });
  }
  document.documentElement.dataset.drawn = "yes";
}

start().catch((trouble) => {
  said(`The charts could not be drawn: ${trouble}`);
  throw trouble;
});
