// The figures that Python described: colours are named after the page's own, as "@up" or "@up/20".

const DAY_MS = 86400000;
const CONFIG = { displaylogo: false, responsive: true, displayModeBar: false, doubleClick: "reset" };

function colour(name) {
  const [token, share] = name.slice(1).split("/");
  const value = getComputedStyle(document.documentElement).getPropertyValue(`--${token}`).trim();
  if (!share) return value;
  const parts = [1, 3, 5].map((at) => parseInt(value.slice(at, at + 2), 16));
  return `rgba(${parts.join(",")},${Number(share) / 100})`;
}

function coloured(value) {
  if (typeof value === "string") return /^@[a-z0-9]+(\/\d+)?$/.test(value) ? colour(value) : value;
  if (Array.isArray(value)) return value.map(coloured);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, coloured(each)]));
}

function merged(base, extra) {
  const result = { ...base };
  for (const [key, value] of Object.entries(extra)) {
    const both = [value, base[key]].every((each) => each && typeof each === "object" && !Array.isArray(each));
    result[key] = both ? merged(base[key], value) : value;
  }
  return result;
}

function axis(extra) {
  const plain = {
    exponentformat: "none", separatethousands: true, gridcolor: "@grid", linecolor: "@day", zerolinecolor: "@day", automargin: true,
    tickfont: { color: "@quiet" }, title: { font: { color: "@quiet", size: 12 }, standoff: 8 },
  };
  return merged(plain, extra);
}

function layoutOf(own) {
  const layout = merged({
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: 'system-ui, "Segoe UI", "DejaVu Sans", sans-serif', size: 12, color: "@ink" },
    margin: { l: 48, r: 12, t: 12, b: 32 },
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", bgcolor: "rgba(0,0,0,0)" },
    hoverlabel: { bgcolor: "@paper", bordercolor: "@day", font: { color: "@ink" }, align: "left" },
    hovermode: "closest",
    dragmode: matchMedia("(pointer: coarse)").matches ? false : "zoom",
    separators: ".\u202f",
  }, own);
  for (const key of Object.keys(layout)) {
    if (/^[xy]axis\d*$/.test(key)) layout[key] = axis(layout[key]);
  }
  return coloured(layout);
}

async function paintFigures(figures) {
  for (const figure of figures) {
    const place = document.getElementById(figure.id);
    await Plotly.react(place, coloured(figure.data), layoutOf(figure.layout), CONFIG);
    place.dataset.drawn = "yes";
    await new Promise((done) => setTimeout(done)); // whoever scrolls meanwhile is not kept waiting
  }
}
