// Candles with the trades drawn in: what a screen can show of them, again at every zoom.

const MARKED_MAX = 400; // trades with marks; more are a cloud
const DETAILED_MAX = 40; // trades with stop, target and what was risked

class Market {
  constructor(course, candlesBySymbol) {
    this.course = course;
    this.candlesBySymbol = candlesBySymbol;
    this.place = document.getElementById("market");
    this.status = document.getElementById("market-status");
    this.chooser = document.getElementById("market-symbol");
    this.symbol = course.markets.length ? course.markets[0].symbol : "";
    this.current = null;
  }

  async start() {
    this.chooser.addEventListener("change", () => this.choose(this.chooser.value));
    document.getElementById("market-ranges").addEventListener("click", (event) => {
      const days = event.target.dataset.days;
      if (days) this.span(Number(days) * DAY_MS);
    });
    document.getElementById("market-back").addEventListener("click", () => this.turn(-1));
    document.getElementById("market-on").addEventListener("click", () => this.turn(1));
    // A wheel scrolls the page, as everywhere; with Ctrl it zooms.
    this.place.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) event.stopImmediatePropagation();
    }, { capture: true, passive: true });
    await this.choose(this.symbol);
    this.place.on("plotly_relayout", (change) => this.moved(change));
    this.place.on("plotly_doubleclick", () => this.span(0));
  }

  async choose(symbol) {
    this.symbol = this.chooser.value = symbol;
    this.about = this.course.markets.find((each) => each.symbol === symbol);
    this.candles = this.candlesBySymbol[symbol];
    this.trades = this.course.trades.filter((trade) => trade.symbol === symbol);
    this.current = null;
    const at = this.candles.at;
    this.all = at.length ? [at[0], at[at.length - 1] + this.about.candle_ms] : [0, DAY_MS];
    this.range = this.all;
    await this.draw();
  }

  // Shows so much time, around where one looks; 0 is all of it.
  async span(ms) {
    const middle = (this.range[0] + this.range[1]) / 2;
    await this.look(...(ms ? [middle - ms / 2, middle + ms / 2] : this.all));
  }

  async look(from, to) {
    const length = Math.min(to - from, this.all[1] - this.all[0]);
    const start = Math.max(this.all[0], Math.min(from, this.all[1] - length));
    this.range = [start, start + length];
    await this.draw();
  }

  async turn(step) {
    if (!this.trades.length) return;
    const at = this.current ? this.trades.indexOf(this.current) + step : step > 0 ? 0 : -1;
    await this.show(this.trades[(at + this.trades.length) % this.trades.length]);
  }

  async show(trade) {
    if (trade.symbol !== this.symbol) await this.choose(trade.symbol);
    this.current = trade;
    const wide = Math.max(trade.closed_ms - trade.opened_ms, 20 * this.about.candle_ms);
    await this.look(trade.opened_ms - wide * 1.2, trade.closed_ms + wide * 1.2);
  }

  async moved(change) {
    const [from, to] = [change["xaxis.range[0]"], change["xaxis.range[1]"]];
    if (from === undefined || to === undefined) return;
    const times = [from, to].map((each) => (typeof each === "number" ? each : Date.parse(each.replace(" ", "T") + "Z")));
    if (times.every(Number.isFinite)) await this.look(...times);
  }

  async draw() {
    const [from, to] = this.range;
    const wanted = Math.max(60, Math.min(500, Math.floor(this.place.clientWidth / 3)));
    const side = (to - from) / 2; // so that there is something to drag in
    const shown = gathered(this.candles, this.about.candle_ms, from - side, to + side, wanted * 2);
    const seen = this.trades.filter((trade) => trade.closed_ms >= from && trade.opened_ms <= to);
    const marked = largest(seen, MARKED_MAX);
    const isDetailed = seen.length <= DETAILED_MAX;
    const data = [candleTrace(shown), ...tradeTraces(marked, isDetailed, this.current)];
    const layout = {
      xaxis: { type: "date", range: [from, to], rangeslider: { visible: false } },
      yaxis: { range: this.heights(shown, marked, isDetailed), fixedrange: true, side: "right" },
      margin: { l: 8, r: 56, t: 8, b: 32 },
      showlegend: false,
      dragmode: matchMedia("(pointer: coarse)").matches ? false : "pan",
      bargap: 0,
    };
    await Plotly.react(this.place, coloured(data), layoutOf(layout), { ...CONFIG, scrollZoom: true });
    this.place.dataset.drawn = "yes";
    this.status.textContent = this.told(shown, seen.length, marked.length, isDetailed);
  }

  heights(shown, marked, isDetailed) {
    const [from, to] = this.range;
    let [low, high] = [Infinity, -Infinity];
    shown.at.forEach((at, row) => {
      if (at + shown.length < from || at > to) return;
      low = Math.min(low, shown.low[row]);
      high = Math.max(high, shown.high[row]);
    });
    if (low > high) return [0, 1];
    const reach = (high - low) * 0.8;
    const [lowest, highest] = [low - reach, high + reach];
    for (const trade of isDetailed ? marked : []) {
      for (const price of [trade.stop, trade.target]) {
        const isFar = price < lowest || price > highest;
        if (price === null || (isFar && trade !== this.current)) continue;
        [low, high] = [Math.min(low, price), Math.max(high, price)];
      }
    }
    const margin = (high - low) * 0.06 || high * 0.01;
    return [low - margin, high + margin];
  }

  told(shown, seen, marked, isDetailed) {
    const [from, to] = this.range.map(minuteText);
    const trades = `${seen} trade${seen === 1 ? "" : "s"}`;
    const which = marked < seen ? `, of which the ${marked} with the largest result are marked` : "";
    const more = seen && !isDetailed ? " Zoom in for stops and targets." : "";
    const one = this.current ? ` Trade ${this.current.number}: ${this.current.direction.toLowerCase()}, net ${amountText(this.current.net)}.` : "";
    return `${this.symbol}, candles of ${lengthText(shown.length)}, ${from} to ${to} UTC: ${trades}${which}.${more}${one}`;
  }
}

function largest(trades, count) {
  if (trades.length <= count) return trades;
  const bySize = [...trades].sort((one, other) => Math.abs(other.net) - Math.abs(one.net));
  const kept = new Set(bySize.slice(0, count));
  return trades.filter((trade) => kept.has(trade));
}

function candleTrace(shown) {
  const look = (name) => ({ line: { color: `@${name}`, width: 1 }, fillcolor: `@${name}` });
  return {
    type: "candlestick", x: shown.at, open: shown.open, high: shown.high, low: shown.low,
    close: shown.close, xperiod: shown.length, xperiodalignment: "middle",
    increasing: look("up"), decreasing: look("down"), name: "", opacity: 0.75,
  };
}

function tradeTraces(trades, isDetailed, current) {
  const size = isDetailed ? 11 : 7;
  const groups = [true, false].map((won) => trades.filter((trade) => trade.net > 0 === won));
  const ways = groups.map((group, place) => way(group, place ? "down" : "up"));
  const exits = groups.map((group, place) => mark(group, false, { symbol: "square", color: place ? "@down" : "@up", size: size * 0.7 }));
  const entries = [["LONG", "triangle-up", "@plain"], ["SHORT", "triangle-down", "@t2"]].map(([direction, symbol, color]) =>
    mark(trades.filter((trade) => trade.direction === direction), true, { symbol, color, size }));
  const boxes = isDetailed ? riskBoxes(trades) : [];
  return [...boxes, ...ways, ...exits, ...entries, ...(current ? [ring(current)] : [])];
}

function way(trades, tone) {
  const [x, y] = [[], []];
  for (const trade of trades) {
    x.push(trade.opened_ms, trade.closed_ms, null);
    y.push(trade.entry, trade.exit, null);
  }
  return { type: "scatter", mode: "lines", x, y, hoverinfo: "skip", line: { color: `@${tone}`, width: 1.5, dash: "dot" } };
}

// What was risked, from entry to stop, and what was hoped for, from entry to target.
function riskBoxes(trades) {
  return [["stop", "down"], ["target", "up"]].flatMap(([name, tone]) => {
    const [box, edge] = [{ x: [], y: [] }, { x: [], y: [] }];
    for (const trade of trades.filter((each) => each[name] !== null)) {
      const [from, to, price] = [trade.opened_ms, trade.closed_ms, trade[name]];
      box.x.push(from, to, to, from, from, null);
      box.y.push(trade.entry, trade.entry, price, price, trade.entry, null);
      edge.x.push(from, to, null);
      edge.y.push(price, price, null);
    }
    const line = { color: `@${tone}`, width: 1.5, dash: "dash" };
    return [
      { type: "scatter", mode: "lines", ...box, fill: "toself", fillcolor: `@${tone}/14`, line: { width: 0 }, hoverinfo: "skip" },
      { type: "scatter", mode: "lines", ...edge, line, hoverinfo: "skip" },
    ];
  });
}

function mark(trades, isEntry, look) {
  return {
    type: "scatter", mode: "markers", hoverinfo: "text",
    x: trades.map((trade) => (isEntry ? trade.opened_ms : trade.closed_ms)),
    y: trades.map((trade) => (isEntry ? trade.entry : trade.exit)),
    hovertext: trades.map((trade) => hoverText(trade, isEntry)),
    marker: { ...look, line: { color: "@paper", width: look.size > 8 ? 1 : 0.5 } },
  };
}

function ring(trade) {
  const marker = { symbol: "circle-open", size: 22, color: "@now", line: { width: 2 } };
  return { type: "scatter", mode: "markers", hoverinfo: "skip", marker, x: [trade.opened_ms, trade.closed_ms], y: [trade.entry, trade.exit] };
}

function hoverText(trade, isEntry) {
  const lines = isEntry
    ? [`#${trade.number} ${trade.direction} ${trade.quantity} at ${trade.entry_text}`, minuteText(trade.opened_ms), ...folded(trade.reason, 56, 6)]
    : [`#${trade.number} out at ${trade.exit_text}: ${trade.exit_reason}`, minuteText(trade.closed_ms), `net ${amountText(trade.net)}${trade.r === null ? "" : `, ${amountText(trade.r)} R`}`];
  return lines.map(harmless).join("<br>");
}

// plotly.js reads a little markup in its texts; a strategy's words are never any.
function harmless(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function folded(text, width, linesMax) {
  const lines = text.match(new RegExp(`.{1,${width}}(\\s|$)|.{${width}}|.+$`, "gu")) || [];
  return lines.length > linesMax ? [...lines.slice(0, linesMax), "…"] : lines;
}
