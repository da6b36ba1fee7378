// The list of trades: filtered, sorted, and a page of it at a time, so that thousands are no load.

const PAGE = 50;
const COLUMNS = [
  { key: "number", title: "#", kind: "link" },
  { key: "symbol", title: "Symbol", kind: "choice" },
  { key: "strategy", title: "Strategy", kind: "choice" },
  { key: "direction", title: "Side" },
  { key: "opened_ms", title: "Opened, UTC", kind: "time" },
  { key: "closed_ms", title: "Closed, UTC", kind: "time" },
  { key: "quantity", title: "Quantity", kind: "exact" },
  { key: "entry", title: "Entry", kind: "exact" },
  { key: "exit", title: "Exit", kind: "exact" },
  { key: "net", title: "Net", kind: "result" },
  { key: "r", title: "R", kind: "amount" },
  { key: "exit_reason", title: "Exit by", kind: "exit" },
  { key: "reason", title: "Reason of the entry", kind: "words" },
  { key: "stop", title: "Stop", kind: "exact" },
  { key: "target", title: "Target", kind: "exact" },
  { key: "gross", title: "Gross", kind: "amount" },
  { key: "fees", title: "Fees", kind: "amount" },
  { key: "funding", title: "Funding", kind: "amount" },
  { key: "slippage", title: "Slippage", kind: "amount" },
  { key: "mae", title: "MAE %", kind: "amount" },
  { key: "mfe", title: "MFE %", kind: "amount" },
  { key: "candles", title: "Candles", kind: "count" },
];
const NUMBERS = ["exact", "amount", "result", "count"];

class TradeList {
  constructor(trades, market) {
    this.trades = trades;
    this.market = market;
    this.form = document.getElementById("trade-filters");
    this.table = document.getElementById("trade-table");
    this.status = document.getElementById("trade-status");
    this.order = { key: "number", way: 1 };
    this.first = 0;
  }

  start() {
    for (const name of ["symbol", "strategy", "direction", "exit_reason"]) this.offer(name);
    this.form.addEventListener("input", () => this.from(0));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    document.getElementById("trade-back").addEventListener("click", () => this.from(this.first - PAGE));
    document.getElementById("trade-on").addEventListener("click", () => this.from(this.first + PAGE));
    this.columns = COLUMNS.filter((column) => column.kind !== "choice" || this.isChoice(column.key));
    this.table.createTHead().append(this.heading());
    this.table.createTBody();
    this.from(0);
  }

  // One symbol, or one strategy, in every row would be no news.
  isChoice(name) {
    return new Set(this.trades.map((trade) => trade[name])).size > 1;
  }

  offer(name) {
    const chooser = this.form.elements[name];
    for (const value of [...new Set(this.trades.map((trade) => trade[name]))].sort()) {
      chooser.append(new Option(value, value));
    }
  }

  heading() {
    const row = document.createElement("tr");
    for (const column of this.columns) {
      const [cell, button] = [document.createElement("th"), document.createElement("button")];
      cell.scope = "col";
      cell.className = NUMBERS.includes(column.kind) ? "number" : "";
      button.type = "button";
      button.textContent = column.title;
      button.addEventListener("click", () => this.sort(column.key));
      cell.append(button);
      row.append(cell);
      column.cell = cell;
    }
    return row;
  }

  sort(key) {
    this.order = { key, way: this.order.key === key ? -this.order.way : 1 };
    this.from(0);
  }

  from(first) {
    const found = this.found();
    const last = Math.max(0, Math.ceil(found.length / PAGE) - 1) * PAGE;
    this.first = Math.max(0, Math.min(first, last));
    const shown = found.slice(this.first, this.first + PAGE);
    this.table.tBodies[0].replaceChildren(...shown.map((trade) => this.row(trade)));
    for (const column of this.columns) {
      const isKey = column.key === this.order.key;
      column.cell.ariaSort = isKey ? (this.order.way > 0 ? "ascending" : "descending") : "none";
    }
    document.getElementById("trade-back").disabled = this.first === 0;
    document.getElementById("trade-on").disabled = this.first >= last;
    this.status.textContent = this.told(found, shown);
  }

  found() {
    const chosen = Object.fromEntries(new FormData(this.form));
    const words = chosen.words.toLowerCase();
    const fits = (trade) =>
      ["symbol", "strategy", "direction", "exit_reason"].every((name) => !chosen[name] || trade[name] === chosen[name]) &&
      (!chosen.result || (chosen.result === "won" ? trade.net > 0 : trade.net < 0)) &&
      (!words || trade.reason.toLowerCase().includes(words));
    const { key, way } = this.order;
    const rank = (trade) => (trade[key] === null ? -Infinity : trade[key]);
    const compared = (one, other) => (rank(one) < rank(other) ? -way : rank(one) > rank(other) ? way : one.number - other.number);
    return this.trades.filter(fits).sort(compared);
  }

  row(trade) {
    const row = document.createElement("tr");
    for (const column of this.columns) row.append(this.cell(trade, column));
    return row;
  }

  cell(trade, column) {
    const cell = document.createElement("td");
    const value = trade[column.key];
    const exact = trade[`${column.key}_text`];
    if (NUMBERS.includes(column.kind)) cell.classList.add("number");
    if (column.kind === "link") cell.append(this.link(trade));
    else if (column.kind === "exact") cell.textContent = exact;
    else if (column.kind === "time") cell.textContent = minuteText(value);
    else if (column.kind === "amount" || column.kind === "result") {
      cell.textContent = value === null ? "" : amountText(value);
      if (exact) cell.title = exact;
    } else cell.textContent = value;
    if (column.kind === "result" && value) cell.classList.add(value > 0 ? "up" : "down");
    if (column.kind === "words") cell.classList.add("words");
    if (column.kind === "exit" && trade.is_ambiguous) {
      cell.textContent += " *";
      cell.title = "One candle held stop and target: which came first is not in it.";
    }
    return cell;
  }

  link(trade) {
    const link = document.createElement("a");
    link.href = `#trade-${trade.number}`;
    link.textContent = trade.number;
    link.title = `Show trade ${trade.number} on the candles`;
    return link;
  }

  // A page's address may end in #trade-12: a link to that trade on the candles.
  async follow(hash) {
    const number = Number((/^#trade-(\d+)$/.exec(hash) || [])[1]);
    const trade = this.trades.find((each) => each.number === number);
    if (!trade || !this.market) return;
    document.getElementById("candles").scrollIntoView({ block: "start", behavior: "instant" });
    await this.market.show(trade);
  }

  told(found, shown) {
    if (!found.length) return this.trades.length ? "No trade fits these filters." : "There was no trade.";
    const net = found.reduce((sum, trade) => sum + trade.net, 0);
    const range = `${this.first + 1} to ${this.first + shown.length} of ${found.length}`;
    return `Trades ${range}; net of all ${found.length}: ${amountText(net)}.`;
  }
}
