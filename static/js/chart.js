/* Draws the charts of a keyword's history again, with a cursor and a brush to zoom. Without this file, or
   where it fails, the server's own drawings stay. */

const COLOURS = ["--accent", "--warning-fill", "--empty-fill", "--danger-fill", "--good-fill"];
const HEIGHT = 220;
const RANKS = [1, 3, 10, 30, 100];

const drawn = [];
const read = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// light-dark() comes unresolved out of a custom property; a colour of an element does not.
function resolve(name) {
  const probe = document.createElement("i");
  probe.className = "visually-hidden";
  document.body.append(probe);
  probe.style.color = `var(${name})`;
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

function markFailures(failures) {
  return {
    hooks: {
      draw: (plot) => {
        const { ctx, bbox } = plot;
        const size = 4 * devicePixelRatio;
        ctx.save();
        ctx.strokeStyle = resolve("--danger-fill");
        ctx.lineWidth = 2 * devicePixelRatio;
        failures.forEach((failure, at) => {
          if (!failure) return;
          const x = plot.valToPos(plot.data[0][at], "x", true);
          const y = bbox.top + bbox.height - 2 * size;
          if (x < bbox.left || x > bbox.left + bbox.width) return;
          ctx.beginPath();
          ctx.moveTo(x - size, y - size);
          ctx.lineTo(x + size, y + size);
          ctx.moveTo(x + size, y - size);
          ctx.lineTo(x - size, y + size);
          ctx.stroke();
        });
        ctx.restore();
      },
    },
  };
}

// A rank's 1 stands at the top, and the first places get the most room.
function describeRanks(values) {
  const most = Math.max(10, ...values.flat().filter((value) => value !== null));
  const high = RANKS.find((tick) => tick >= most) ?? most;
  return { scale: { distr: 3, dir: -1, range: [1, high] }, splits: () => RANKS.filter((tick) => tick <= high) };
}

function describeOptions(width, names, values, failures, isRank) {
  const ranks = isRank ? describeRanks(values) : null;
  const axis = { stroke: resolve("--ink-muted"), grid: { stroke: resolve("--line"), width: 1 }, ticks: { show: false }, font: `11px ${read("--face")}` };
  return {
    width,
    height: HEIGHT,
    scales: { y: ranks ? ranks.scale : { range: (_, low, high) => [0, Math.max(high, 1)] } },
    axes: [axis, { ...axis, size: 44, ...(ranks ? { splits: ranks.splits, values: (_, marks) => marks.map(String), filter: (_, marks) => marks } : {}) }],
    series: [
      { label: "" },
      ...names.map((label, at) => ({ label, stroke: resolve(COLOURS[at % COLOURS.length]), width: 2, spanGaps: false, points: { show: true, size: 6 } })),
    ],
    plugins: [markFailures(failures)],
  };
}

function drawChart(figure, times, series, failures, isRank) {
  const names = Object.keys(series);
  const values = Object.values(series);
  const place = figure.querySelector(".plot");
  place.hidden = false;
  const width = place.clientWidth;
  const plot = new uPlot(describeOptions(width, names, values, failures, isRank), [times, ...values], place);
  figure.querySelector("svg").setAttribute("hidden", "");
  drawn.push({ plot, place, again: () => drawChart(figure, times, series, failures, isRank) });
}

function drawAll() {
  const data = JSON.parse(document.getElementById("history-data").textContent);
  const figures = [...document.querySelectorAll("[data-plot]")];
  if (Object.keys(data.ranks).length) drawChart(figures.shift(), data.times, data.ranks, data.failures, true);
  if (figures.length) drawChart(figures[0], data.times, data.counts, data.failures, false);
}

function drawAgain() {
  for (const { plot, again } of drawn.splice(0)) {
    plot.destroy();
    again();
  }
}

if (globalThis.uPlot && document.getElementById("history-data")) {
  drawAll();
  document.documentElement.addEventListener("themechange", drawAgain);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAgain);
  addEventListener("resize", () => drawn.forEach(({ plot, place }) => plot.setSize({ width: place.clientWidth, height: HEIGHT })));
}
