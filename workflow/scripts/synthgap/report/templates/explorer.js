"use strict";
// Reads the block of JSON and draws it. Names from outside are only ever text (textContent), never markup.

const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const titles = new Map(data.sets.map((set) => [set.name, set.title]));
const steps = new Map(data.sets.map((set) => [set.name, set.t_re]));
const albums = new Map(data.albums.map((album) => [`${album.split}/${album.set}/${album.replicate}`, album]));
const REAL = "real";
const EVERY = "all"; // classes
const TILE = 52; // CSS pixels that an image takes in a grid, about
const LARGE = 104; // and one that is looked at
const MOST_ROWS = 7; // in a grid
const NEAR = 30; // CSS pixels between the pointer and a point of the cloud

// Pages

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function choices(id, entries, onChange) {
  // entries: [value, text].
  const select = byId(id);
  select.replaceChildren(...entries.map(([value, text]) => element("option", { value, textContent: text })));
  select.addEventListener("change", onChange);
  return select;
}

function onFrame(draw) {
  // At most once a frame, however often the slider tells of a change.
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  };
}

// Images

async function decode(sheet) {
  const text = atob(sheet.sheet);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const options = { colorSpaceConversion: "none", premultiplyAlpha: "none" };
  sheet.bitmap = await createImageBitmap(new Blob([bytes], { type: "image/webp" }), options);
}

// Of a set that is the same in all replicates there is one.
const albumOf = (set, replicate, split = "train") =>
  albums.get(`${split}/${set}/${replicate}`) ?? albums.get(`${split}/${set}/0`);

function drawImage(context, sheet, place, x, y) {
  const left = (place % sheet.columns) * data.size;
  const top = Math.floor(place / sheet.columns) * data.size;
  context.drawImage(sheet.bitmap, left, top, data.size, data.size, x, y, data.size, data.size);
}

function picture(sheet, place, side, text = "") {
  // One image, about `side` CSS pixels wide.
  const canvas = element("canvas", { width: data.size, height: data.size });
  const scale = Math.max(1, Math.round(side / data.size));
  canvas.style.width = canvas.style.height = `${scale * data.size}px`;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", text || "image");
  drawImage(canvas.getContext("2d"), sheet, place, 0, 0);
  return canvas;
}

function captioned(sheet, place, caption) {
  return element("figure", {}, picture(sheet, place, LARGE, caption), element("figcaption", { textContent: caption }));
}

function placesOf(album, label) {
  // Of the images of a class on the album's sheet.
  const all = album.labels.map((_, place) => place);
  return label === EVERY ? all : all.filter((place) => album.labels[place] === Number(label));
}

function classChoices(shown) {
  // Those of some albums.
  const labels = [...new Set(shown.flatMap((album) => album.labels))].sort((one, other) => one - other);
  return [[EVERY, "all"], ...labels.map((label) => [label, data.classes[label]])];
}

const replicateChoices = () => Array.from({ length: data.replicates }, (_, replicate) => [replicate, replicate]);

const about = (album, place) =>
  `class ${data.classes[album.labels[place]]}, ${album.split === "train" ? "training" : "test"} image ${album.positions[place]}`;

class Grid {
  // A page of images in rows, each as many pixels as it has; CSS makes them larger, by a whole number.
  constructor(id, label, onPick) {
    this.canvas = element("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", label);
    this.mark = element("div", { className: "mark" });
    byId(id).append(this.canvas, this.mark);
    this.gap = Math.max(1, Math.round(data.size / 16));
    this.pitch = data.size + this.gap;
    this.canvas.addEventListener("click", (event) => {
      const [column, row] = [event.offsetX, event.offsetY].map((at) => Math.floor(at / this.pitch / this.scale));
      const number = this.first + row * this.columns + column;
      if (column < this.columns && number < this.end) onPick(number);
    });
  }

  show(layers, places, number) {
    // The page with the image of that number. layers: [sheet, share of it in the mixture], the first one whole.
    this.resize(places.length);
    const size = this.columns * MOST_ROWS;
    this.first = Math.floor(number / size) * size;
    this.end = Math.min(this.first + size, places.length);
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (const [sheet, share] of layers) {
      context.globalAlpha = share;
      for (let i = this.first; i < this.end; i++) drawImage(context, sheet, places[i], ...this.corner(i));
    }
    const [left, top] = this.corner(number).map((at) => `${at * this.scale}px`);
    const side = `${data.size * this.scale}px`;
    Object.assign(this.mark.style, { left, top, width: side, height: side });
    this.mark.hidden = number >= this.end;
  }

  resize(count) {
    const room = this.canvas.parentElement.clientWidth;
    this.scale = Math.max(1, Math.round(Math.min(TILE, room / 5) / data.size));
    this.columns = Math.max(1, Math.min(count, Math.floor((room / this.scale + this.gap) / this.pitch)));
    const rows = Math.min(MOST_ROWS, Math.ceil(count / this.columns));
    const [width, height] = [this.columns, rows].map((n) => Math.max(1, n * this.pitch - this.gap));
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    this.canvas.style.width = `${width * this.scale}px`;
    this.canvas.style.height = `${height * this.scale}px`;
  }

  corner(number) {
    const place = number - this.first;
    return [(place % this.columns) * this.pitch, Math.floor(place / this.columns) * this.pitch];
  }
}

function chosenNumber(range, count) {
  // Of the image that is looked at, among so many.
  range.max = Math.max(0, count - 1);
  return Number(range.value);
}

// From real to synthetic

function between(members, t) {
  // The last set of a series that t has reached, the next one, and how far t is on the way there.
  const last = members.length - 1;
  const next = members.findIndex((set) => steps.get(set) > t);
  if (next < 0) return [members[last], members[last], 0];
  const [from, to] = [members[next - 1], members[next]];
  return [from, to, (t - steps.get(from)) / (steps.get(to) - steps.get(from))];
}

function reached(from, to, share) {
  // What the slider says.
  const name = (set) => (steps.get(set) === 0 ? "the real images" : `t_re = ${steps.get(set)}`);
  if (share === 0) return `Images as they were made: ${name(from)}.`;
  return `Cross-faded from ${name(from)} to ${name(to)}, ${Math.round(100 * share)} %: nothing was made here.`;
}

function setUpMorph() {
  byId("morph-none").hidden = data.series.length > 0;
  byId("morph-body").hidden = data.series.length === 0;
  if (!data.series.length) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const [slider, image] = [byId("morph-step"), byId("morph-image")];
  const redraw = onFrame(draw);
  const start = () => {
    setUpSteps();
    redraw();
  };
  const series = choices("morph-series", data.series.map((each, number) => [number, each.title]), start);
  const replicate = choices("morph-replicate", replicateChoices(), redraw);
  const label = choices("morph-class", classChoices([albumOf(REAL, 0)]), redraw);
  const chart = choices("morph-chart", data.charts.map((each, number) => [number, each.title]), redraw);
  const grid = new Grid("morph-grid", "Images at the reverse step", (number) => {
    image.value = number;
    redraw();
  });
  const drawn = { chart: "", strip: "" };

  function setUpSteps() {
    const members = data.series[series.value].sets;
    slider.max = steps.get(members.at(-1));
    byId("morph-steps").replaceChildren(
      ...members.map((set) => {
        const text = steps.get(set) === 0 ? "real" : String(steps.get(set));
        const button = element("button", { type: "button", textContent: text, value: steps.get(set) });
        button.addEventListener("click", () => {
          slider.value = button.value;
          redraw();
        });
        return button;
      }),
    );
  }

  function draw() {
    const members = data.series[series.value].sets;
    let [from, to, share] = between(members, Number(slider.value));
    if (calm.matches) [from, to, share] = [share < 0.5 ? from : to, to, 0];
    const first = albumOf(from, replicate.value);
    const places = placesOf(first, label.value);
    const number = chosenNumber(image, places.length);
    grid.show([[first, 1], ...(share ? [[albumOf(to, replicate.value), share]] : [])], places, number);
    byId("morph-now").textContent = reached(from, to, share);
    byId("morph-count").textContent = `Images ${grid.first + 1} to ${grid.end} of ${places.length}; "Image" turns the pages.`;
    for (const button of byId("morph-steps").children)
      button.setAttribute("aria-pressed", String(share === 0 && Number(button.value) === steps.get(from)));
    drawStrip(members, places[number]);
    if (data.charts.length) drawCurve(members, share ? null : from);
  }

  function drawStrip(members, place) {
    const key = `${members}/${replicate.value}/${place}`;
    if (drawn.strip === key) return;
    drawn.strip = key;
    const first = albumOf(members[0], replicate.value);
    image.setAttribute("aria-valuetext", about(first, place));
    byId("morph-strip").replaceChildren(
      ...members.map((set) => {
        const caption = steps.get(set) === 0 ? about(first, place) : `t_re = ${steps.get(set)}`;
        return captioned(albumOf(set, replicate.value), place, caption);
      }),
    );
  }

  function drawCurve(members, now) {
    const key = `${members}/${chart.value}/${byId("chart").clientWidth}`;
    if (drawn.chart !== key) {
      const others = data.series.map((each) => each.sets).filter((sets) => sets !== members);
      drawn.scale = drawChart(byId("chart"), data.charts[chart.value], members, others);
      drawn.chart = key;
    }
    moveCursor(drawn.scale, Number(slider.value));
    for (const row of byId("chart-table").querySelectorAll("tbody tr")) row.classList.toggle("now", row.dataset.set === now);
  }

  addEventListener("resize", redraw);
  for (const input of [slider, image]) input.addEventListener("input", redraw);
  start();
}

// Curves

const MARGIN = { left: 52, right: 14, top: 10, bottom: 38 };

function svg(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function ticks(low, high) {
  // Round numbers, about five.
  const size = 10 ** Math.floor(Math.log10((high - low) / 4));
  const step = size * [1, 2, 5, 10].find((factor) => (high - low) / (size * factor) <= 6);
  const found = [];
  for (let n = Math.ceil(low / step); n * step <= high; n++) found.push(Number((n * step).toPrecision(12)));
  return found;
}

const format = (value, digits = 4) => String(Number(value.toPrecision(digits)));

function drawChart(figure, chart, members, others) {
  // Gives the axes: functions from a value to a place.
  const shown = [members, ...others].flatMap((sets) => chart.lines.flatMap((line) => sets.map((set) => line.points[set])));
  const known = shown.filter((point) => point && point[0] !== null);
  const values = known.flatMap(([mean, deviation]) => [mean - deviation, mean + deviation]).concat(chart.band ?? []);
  const [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
  const room = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  const [width, height] = [figure.clientWidth, figure.clientHeight];
  const last = Math.max(...[members, ...others].map((sets) => steps.get(sets.at(-1))));
  const x = (t) => MARGIN.left + (t / last) * (width - MARGIN.left - MARGIN.right);
  const y = (value) =>
    height - MARGIN.bottom - ((value - low + room) / (high - low + 2 * room)) * (height - MARGIN.top - MARGIN.bottom);
  figure.setAttribute("viewBox", `0 0 ${width} ${height}`);
  figure.replaceChildren(...axes(chart, members, x, y, [low - room, high + room], width, height));
  chart.lines.forEach((line, number) => {
    for (const sets of others) figure.append(curve(line, sets, x, y, `other line${number % 5}`));
    figure.append(curve(line, members, x, y, `curve line${number % 5}`));
    figure.append(...points(line, members, x, y, `solid line${number % 5}`));
  });
  byId("chart-band").hidden = !chart.band;
  byId("chart-table").replaceChildren(...table(chart, members));
  return { x, top: MARGIN.top, bottom: height - MARGIN.bottom };
}

function axes(chart, members, x, y, [low, high], width, height) {
  const [bottom, right] = [height - MARGIN.bottom, width - MARGIN.right];
  const parts = [];
  if (chart.band && chart.band.every((value) => value !== null)) {
    const [from, to] = chart.band;
    parts.push(svg("rect", { class: "band", x: x(0), y: y(to), width: right - x(0), height: Math.max(1, y(from) - y(to)) }));
  }
  for (const value of ticks(low, high)) {
    parts.push(svg("line", { class: "rule", x1: x(0), x2: right, y1: y(value), y2: y(value) }));
    parts.push(svg("text", { x: x(0) - 6, y: y(value) + 4, "text-anchor": "end" }, format(value)));
  }
  let free = -Infinity;
  for (const t of members.map((set) => steps.get(set))) {
    parts.push(svg("line", { class: "axis", x1: x(t), x2: x(t), y1: bottom, y2: bottom + 4 }));
    if (x(t) < free) continue;
    parts.push(svg("text", { x: x(t), y: bottom + 17, "text-anchor": "middle" }, t === 0 ? "real" : String(t)));
    free = x(t) + 28;
  }
  parts.push(svg("line", { class: "axis", x1: x(0), x2: right, y1: bottom, y2: bottom }));
  parts.push(svg("text", { x: (x(0) + right) / 2, y: height - 5, "text-anchor": "middle" }, "reverse step t_re"));
  return parts;
}

function curve(line, sets, x, y, style) {
  const known = sets.filter((set) => line.points[set] && line.points[set][0] !== null);
  const corners = known.map((set) => `${x(steps.get(set))},${y(line.points[set][0])}`);
  return svg("polyline", { class: style, points: corners.join(" ") });
}

function points(line, sets, x, y, style) {
  // Means as dots, standard deviations as bars.
  return sets.flatMap((set) => {
    const [mean, deviation] = line.points[set] ?? [null];
    if (mean === null) return [];
    const at = x(steps.get(set));
    const bar = svg("line", { class: style, "stroke-width": 2, x1: at, x2: at, y1: y(mean - deviation), y2: y(mean + deviation) });
    return [bar, svg("circle", { class: style, "stroke-width": 3, cx: at, cy: y(mean), r: 2 })];
  });
}

function table(chart, members) {
  const head = chart.lines.map((line, number) => {
    const swatch = svg("svg", { class: "swatch", viewBox: "0 0 35 12", "aria-hidden": "true" });
    swatch.append(svg("line", { class: `line${number % 5}`, "stroke-width": 3, x1: 0, x2: 35, y1: 6, y2: 6 }));
    return element("th", { scope: "col" }, swatch, element("br"), line.label);
  });
  const rows = members.map((set) => {
    const cells = chart.lines.map((line) => {
      const [mean, deviation] = line.points[set] ?? [null];
      const spread = mean === null || deviation === null ? "" : ` ± ${format(deviation, 2)}`;
      return element("td", { textContent: mean === null ? "–" : format(mean) + spread });
    });
    const row = element("tr", {}, element("th", { scope: "row", textContent: steps.get(set) || "real" }), ...cells);
    row.dataset.set = set;
    return row;
  });
  const corner = element("th", { scope: "col", textContent: "t_re" });
  return [element("thead", {}, element("tr", {}, corner, ...head)), element("tbody", {}, ...rows)];
}

function moveCursor({ x, top, bottom }, t) {
  const figure = byId("chart");
  const cursor = figure.querySelector(".cursor") ?? figure.appendChild(svg("line", { class: "cursor", y1: top, y2: bottom }));
  cursor.setAttribute("x1", x(t));
  cursor.setAttribute("x2", x(t));
}

// Two sets beside each other

function setUpBeside() {
  const redraw = onFrame(draw);
  const image = byId("beside-image");
  const names = data.sets.map((set) => [set.name, set.title]);
  const sides = ["left", "right"].map((side) => ({
    side,
    set: choices(`beside-${side}`, names, redraw),
    grid: new Grid(`beside-${side}-grid`, `Images of the set on the ${side}`, (number) => {
      image.value = number;
      redraw();
    }),
  }));
  const replicate = choices("beside-replicate", replicateChoices(), redraw);
  const label = choices("beside-class", classChoices(data.albums.filter((album) => album.split === "train")), redraw);
  sides[1].set.value = (data.series[0]?.sets ?? data.sets.map((set) => set.name)).at(-1);

  function draw() {
    const shown = sides.map(({ set }) => albumOf(set.value, replicate.value));
    const places = shown.map((album) => placesOf(album, label.value));
    const number = chosenNumber(image, Math.max(...places.map((each) => each.length)));
    sides.forEach(({ side, set, grid }, i) => {
      byId(`beside-${side}-title`).textContent = titles.get(set.value);
      grid.show([[shown[i], 1]], places[i], number);
      const one = number < places[i].length;
      const figures = one ? [captioned(shown[i], places[i][number], about(shown[i], places[i][number]))] : [];
      byId(`beside-${side}-one`).replaceChildren(...figures);
      if (one && i === 0) image.setAttribute("aria-valuetext", about(shown[i], places[i][number]));
    });
    byId("beside-how").textContent = shown.every((album) => album.corresponds)
      ? "Images in the same place correspond: both have the place and the class of one real training image."
      : "Images in the same place do not correspond: these sets share no places, so each shows a draw of its own.";
  }

  image.addEventListener("input", redraw);
  addEventListener("resize", redraw);
  redraw();
}

// The cloud of features

function setUpCloud() {
  const measured = data.cloud ? data.sets.filter((set) => set.name in data.cloud.points) : [];
  byId("cloud-none").hidden = measured.length > 0;
  byId("cloud-body").hidden = measured.length === 0;
  if (!measured.length) return;
  const canvas = byId("cloud-canvas");
  const image = byId("cloud-image");
  const redraw = onFrame(draw);
  const pickFirst = () => pick(set.value, placesOf(albumOf(set.value, 0, "test"), label.value)[Number(image.value)] ?? 0);
  const set = choices("cloud-set", measured.map((each) => [each.name, each.title]), pickFirst);
  const label = choices("cloud-class", classChoices(data.albums.filter((album) => album.split === "test")), () => {
    image.value = 0;
    pickFirst();
  });
  set.value = data.series.flatMap((each) => each.sets).findLast((name) => name in data.cloud.points) ?? measured.at(-1).name;
  let picked = { name: set.value, place: 0 };
  let at = null; // from a point of the plane to one of the canvas, in CSS pixels

  const layers = () => [...new Set([REAL, set.value])].filter((name) => name in data.cloud.points);

  function pick(name, place) {
    picked = { name, place };
    const album = albumOf(name, 0, "test");
    const partner = name === REAL ? set.value : REAL;
    const both = album.corresponds && partner in data.cloud.points && albumOf(partner, 0, "test").corresponds;
    const names = both && partner !== name ? [REAL, set.value] : [name];
    byId("cloud-shown").replaceChildren(
      ...names.map((each) => captioned(albumOf(each, 0, "test"), place, `${titles.get(each)}: ${about(album, place)}`)),
    );
    const own = placesOf(albumOf(set.value, 0, "test"), label.value);
    image.max = Math.max(0, own.length - 1);
    if (both || name === set.value) image.value = Math.max(0, own.indexOf(place));
    image.setAttribute("aria-valuetext", about(album, place));
    redraw();
  }

  function draw() {
    const ratio = devicePixelRatio;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    Object.assign(canvas, { width: width * ratio, height: height * ratio });
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    const all = Object.values(data.cloud.points).flat();
    const [columns, rows] = [0, 1].map((axis) => all.map((point) => point[axis]));
    const fit = (values, size) => {
      const [low, high] = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
      return (value) => 12 + ((value - low) / (high - low || 1)) * (size - 24);
    };
    const [x, y] = [fit(columns, width), fit(rows, height)];
    at = ([first, second]) => [x(first), height - y(second)];
    const style = getComputedStyle(document.documentElement);
    for (const name of layers()) {
      context.fillStyle = style.getPropertyValue(name === REAL ? "--real" : "--line0");
      const { labels } = albumOf(name, 0, "test");
      data.cloud.points[name].forEach((point, place) => {
        const chosen = label.value === EVERY || labels[place] === Number(label.value);
        context.globalAlpha = chosen ? 0.75 : 0.12;
        context.beginPath();
        context.arc(...at(point), 3, 0, 7);
        context.fill();
      });
    }
    ring(context, style.getPropertyValue("--mark"));
  }

  function ring(context, colour) {
    Object.assign(context, { globalAlpha: 1, strokeStyle: colour, lineWidth: 3 });
    for (const name of byId("cloud-shown").children.length > 1 ? layers() : [picked.name]) {
      context.beginPath();
      context.arc(...at(data.cloud.points[name][picked.place]), 8, 0, 7);
      context.stroke();
    }
  }

  function under(event) {
    let best = { far: NEAR };
    for (const name of layers())
      for (const place of placesOf(albumOf(name, 0, "test"), label.value)) {
        const [x, y] = at(data.cloud.points[name][place]);
        const far = Math.hypot(x - event.offsetX, y - event.offsetY);
        if (far < best.far) best = { far, name, place };
      }
    if (best.name && (best.name !== picked.name || best.place !== picked.place)) pick(best.name, best.place);
  }

  const [first, second] = data.cloud.shares.map((share) => `${Math.round(share)}\u00a0%`);
  byId("cloud-how").textContent =
    "Features (block4) of the real-trained classifier, replicate 0. The plane is that of the two largest principal components of " +
    `${data.cloud.plane}: ${first} and ${second} of its variance, across and upwards.`;
  const name = () => (byId("cloud-set-title").textContent = titles.get(set.value));
  set.addEventListener("change", name);
  for (const kind of ["pointermove", "pointerdown"]) canvas.addEventListener(kind, under);
  image.addEventListener("input", pickFirst);
  addEventListener("resize", redraw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  name();
  draw();
  pickFirst();
}

// Lost images and closest copies

function setUpGalleries() {
  byId("galleries-none").hidden = data.galleries.length > 0;
  byId("galleries-body").hidden = data.galleries.length === 0;
  if (!data.galleries.length) return;
  const set = choices("galleries-set", data.galleries.map((each, number) => [number, each.title]), draw);

  function pairOf(row, pair, number) {
    const images = element("div", { className: "images" }, picture(row, 2 * number, 64, pair.class));
    if (!pair.alone) images.append(picture(row, 2 * number + 1, 64, "the nearest"));
    const caption = element("figcaption", {}, pair.class, element("br"), pair.text);
    return element("figure", { className: "pair" }, images, caption);
  }

  function draw() {
    const rows = data.galleries[set.value].rows.flatMap((row) => [
      element("h3", { textContent: row.title }),
      element("div", { className: "gallery" }, ...row.pairs.map((pair, number) => pairOf(row, pair, number))),
    ]);
    byId("galleries-rows").replaceChildren(...rows);
  }

  draw();
}

async function start() {
  byId("loading").hidden = false;
  await Promise.all([...data.albums, ...data.galleries.flatMap((gallery) => gallery.rows)].map(decode));
  byId("loading").hidden = true;
  byId("explorer").hidden = false;
  for (const setUp of [setUpMorph, setUpBeside, setUpCloud, setUpGalleries]) setUp();
}

start();
