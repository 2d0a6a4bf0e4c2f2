/* Draws the charts of a keyword's history again, with a cursor and a brush to zoom. Without this file, or
   where it fails, the server's own drawings stay. */

const COLOURS = ["--accent", "--warning-fill", "--empty-fill", "--danger-fill", "--good-fill"];
const HEIGHT = 220;
const RANKS = [1, 3, 10, 30, 100];
const DAY = 86400; // seconds

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

// In the language of the page, and in the zone in which its tables tell times.
function makeClock(zone) {
  // The pages write the day before the month, in English too.
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const write = (options) => {
    const format = new Intl.DateTimeFormat(language, { timeZone: zone, ...options });
    return (seconds) => format.format(new Date(seconds * 1000));
  };
  return {
    toDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone),
    day: write({ day: "numeric", month: "short" }),
    hour: write({ hour: "2-digit", minute: "2-digit" }),
    moment: write({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }),
  };
}

// A cross in the corner would cover the numbers of the other axis.
function leaveRoom(_plot, low, high) {
  const room = (high - low) * 0.02 || DAY / 2;
  return [low - room, high + room];
}

function describeOptions(width, names, values, failures, isRank, { clock, word }) {
  const ranks = isRank ? describeRanks(values) : null;
  const axis = { stroke: resolve("--ink-muted"), grid: { stroke: resolve("--line"), width: 1 }, ticks: { show: false }, font: `11px ${read("--face")}` };
  const dates = (_plot, places, _axis, _space, step) => places.map(step < DAY ? clock.hour : clock.day);
  return {
    width,
    height: HEIGHT,
    tzDate: clock.toDate,
    legend: { markers: { width: 0 } },
    scales: { x: { range: leaveRoom }, y: ranks ? ranks.scale : { range: (_, low, high) => [0, Math.max(high, 1)] } },
    axes: [{ ...axis, values: dates }, { ...axis, size: 44, ...(ranks ? { splits: ranks.splits, values: (_, marks) => marks.map(String), filter: (_, marks) => marks } : {}) }],
    series: [
      { label: word, value: (_plot, at) => (at === null ? "\u2013" : clock.moment(at)) },
      ...names.map((label, at) => ({ label, stroke: resolve(COLOURS[at % COLOURS.length]), width: 2, spanGaps: false, points: { show: true, size: 6 }, value: (_plot, value) => value ?? "\u2013" })),
    ],
    plugins: [markFailures(failures)],
  };
}

// The arrows go from run to run, and what stands there is spoken.
function followKeys(plot, figure, place, clock) {
  const [times, ...values] = plot.data;
  const last = times.length - 1;
  const spoken = figure.querySelector("[data-spoken]");
  let at = last + 1;
  const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
  place.onkeydown = (event) => {
    const step = steps[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    at = Math.min(Math.max(at + step, 0), last);
    const known = values.map((line) => line[at]).find((value) => value !== null && value !== undefined);
    plot.setCursor({ left: plot.valToPos(times[at], "x"), top: known === undefined ? 0 : plot.valToPos(known, "y") });
    const told = values.map((line, number) => `${plot.series[number + 1].label} ${line[at] ?? "\u2013"}`);
    spoken.textContent = [clock.moment(times[at]), ...told].join(", ");
  };
  place.onblur = () => {
    at = last + 1;
    plot.setCursor({ left: -10, top: -10 });
  };
}

function drawChart(figure, { times, failures, zone, word }, series, isRank) {
  const clock = makeClock(zone);
  const names = Object.keys(series);
  const values = Object.values(series);
  const place = figure.querySelector(".plot");
  place.hidden = false;
  const width = place.clientWidth;
  const options = describeOptions(width, names, values, failures, isRank, { clock, word });
  const plot = new uPlot(options, [times, ...values], place);
  followKeys(plot, figure, place, clock);
  figure.querySelector("svg").setAttribute("hidden", "");
  drawn.push({ plot, place, again: () => drawChart(figure, { times, failures, zone, word }, series, isRank) });
}

function drawAll() {
  const data = JSON.parse(document.getElementById("history-data").textContent);
  const figures = [...document.querySelectorAll("[data-plot]")];
  if (Object.keys(data.ranks).length) drawChart(figures.shift(), data, data.ranks, true);
  if (figures.length) drawChart(figures[0], data, data.counts, false);
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
