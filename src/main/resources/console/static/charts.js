// Draws the charts whose numbers stand in the page; the same numbers are in the table below them.

/** A colour of the style sheet as the canvas wants it: computed, for the theme that holds. */
function colour(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const computed = getComputedStyle(probe).color;
  probe.remove();
  return computed;
}

function money(value) {
  return "$" + (value >= 1 ? value.toFixed(2) : String(Number(value.toPrecision(3))));
}

function count(value) {
  return Intl.NumberFormat("en", { notation: "compact" }).format(value);
}

/** How wide an axis is for its longest label. */
function room(_, labels) {
  return 20 + 7 * Math.max(4, ...(labels ?? []).map((label) => label.length));
}

/** Each series on top of those before it. */
function stacked(series) {
  let below = null;
  return series.map(({ values }) => {
    below = values.map((value, i) => value + (below ? below[i] : 0));
    return below;
  });
}

function draw(place) {
  const told = JSON.parse(place.dataset.chart);
  place.hidden = false;
  place.replaceChildren();
  if (told.series.length === 0) {
    place.hidden = true;
    return;
  }
  const times = Array.from({ length: told.days }, (_, i) => told.first + i * 86400);
  const sums = stacked(told.series);
  const show = told.unit === "usd" ? money : count;
  const colours = ["accent", "blue", "violet", "warn", "quiet"].map(colour);
  // The highest first, so that those below are drawn over it.
  const order = told.series.map((_, i) => i).reverse();
  const axis = { stroke: colour("quiet"), grid: { stroke: colour("line"), width: 1 }, ticks: { show: false } };
  new uPlot(
    {
      width: place.clientWidth,
      height: 240,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
      cursor: { drag: { x: false, y: false } },
      axes: [axis, { ...axis, size: room, values: (_, splits) => splits.map(show) }],
      series: [
        { value: "{YYYY}-{MM}-{DD}" },
        ...order.map((i) => ({
          label: told.series[i].name,
          stroke: colours[i],
          fill: colours[i],
          paths: uPlot.paths.bars({ size: [0.7, 40] }),
          points: { show: false },
          value: (_, value, __, at) => (at == null ? "" : show(told.series[i].values[at])),
        })),
      ],
    },
    [times, ...order.map((i) => sums[i])],
    place,
  );
}

function drawAll() {
  document.querySelectorAll("[data-chart]").forEach(draw);
}

drawAll();
let waiting;
addEventListener("resize", () => {
  clearTimeout(waiting);
  waiting = setTimeout(drawAll, 200);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
