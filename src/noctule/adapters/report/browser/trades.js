// The list of trades: filtered, sorted, and a page of it at a time, so that thousands are no load.

const PAGE = 50;
const COLUMNS = [
  { key: "number", title: "#", kind: "show" },
  { key: "symbol", title: "Symbol" },
  { key: "strategy", title: "Strategy" },
  { key: "direction", title: "Side" },
  { key: "opened_ms", title: "Opened, UTC", kind: "time" },
  { key: "closed_ms", title: "Closed, UTC", kind: "time" },
  { key: "quantity", title: "Quantity", kind: "number", text: "quantity_text" },
  { key: "entry", title: "Entry", kind: "number", text: "entry_text" },
  { key: "exit", title: "Exit", kind: "number", text: "exit_text" },
  { key: "stop", title: "Stop", kind: "number", text: "stop_text" },
  { key: "target", title: "Target", kind: "number", text: "target_text" },
  { key: "gross", title: "Gross", kind: "number", text: "gross_text" },
  { key: "fees", title: "Fees", kind: "number", text: "fees_text" },
  { key: "funding", title: "Funding", kind: "number", text: "funding_text" },
  { key: "slippage", title: "Slippage", kind: "number", text: "slippage_text" },
  { key: "net", title: "Net", kind: "result", text: "net_text" },
  { key: "r", title: "R", kind: "number", text: "r_text" },
  { key: "mae", title: "MAE %", kind: "number", text: "mae_text" },
  { key: "mfe", title: "MFE %", kind: "number", text: "mfe_text" },
  { key: "candles", title: "Candles", kind: "number" },
  { key: "exit_reason", title: "Exit by" },
  { key: "reason", title: "Reason of the entry", kind: "words" },
];

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
    this.table.createTHead().append(this.heading());
    this.table.createTBody();
    this.from(0);
  }

  offer(name) {
    const chooser = this.form.elements[name];
    for (const value of [...new Set(this.trades.map((trade) => trade[name]))].sort()) {
      chooser.append(new Option(value, value));
    }
  }

  heading() {
    const row = document.createElement("tr");
    for (const column of COLUMNS) {
      const [cell, button] = [document.createElement("th"), document.createElement("button")];
      cell.scope = "col";
      cell.className = column.text ? "number" : "";
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
    for (const column of COLUMNS) {
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
    for (const column of COLUMNS) row.append(this.cell(trade, column));
    return row;
  }

  cell(trade, column) {
    const cell = document.createElement("td");
    const value = column.text ? trade[column.text] : trade[column.key];
    if (column.kind === "show") {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = value;
      button.title = `Show trade ${value} on the candles`;
      button.addEventListener("click", () => this.show(trade));
      cell.append(button);
      return cell;
    }
    if (column.kind === "result") cell.classList.add(trade.net > 0 ? "up" : "down");
    if (column.text || column.kind === "number") cell.classList.add("number");
    if (column.kind === "words") cell.className = "words";
    cell.textContent = column.kind === "time" ? minuteText(value) : value;
    if (column.key === "exit_reason" && trade.is_ambiguous) {
      cell.textContent += " *";
      cell.title = "One candle held stop and target: which came first is not in it.";
    }
    return cell;
  }

  async show(trade) {
    document.getElementById("candles").scrollIntoView({ block: "start" });
    await this.market.show(trade);
  }

  told(found, shown) {
    if (!found.length) return this.trades.length ? "No trade fits these filters." : "There was no trade.";
    const net = found.reduce((sum, trade) => sum + trade.net, 0);
    const range = `${this.first + 1} to ${this.first + shown.length} of ${found.length}`;
    return `Trades ${range}; net of all ${found.length}: ${net.toFixed(2)}.`;
  }
}
