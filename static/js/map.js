// Vector maps without tiles: streets, outlines, areas, points and numbers from one GeoJSON address.
//
// Every element with data-map is drawn at load from data-map-url. Other modules may import `drawMap`
// and work with what it returns. The server sends a FeatureCollection in longitude and latitude whose
// features say in their properties what they are:
//   kind    "street" | "outline" | "area" | "point" | "number" | "walk"
//   key     what choosing it means, the same for all features of one thing (a block's id)
//   hue     0 to 7, the kinds' palette of tokens.css; a number always stands beside the colour
//   label   the number's text ("7"), or a point's words
//   say     what is read out and shown at the pointer ("Block 7, 149 voters, no captain")
//   size    a point's weight; its area grows with it (voters at the door)
//   pale    true: drawn lighter (no captain yet)
//   url     where a press leads; without it a press chooses the thing
//
// The element sends "map:choose" (detail: {key, properties}) and, once drawn, "map:ready".

const LEAST_RADIUS = 2.5;
// Where a number may stand when its own place is taken, in its own widths and heights.
const ASIDE = [0, 1, 2, 3].flatMap((far) =>
  far === 0
    ? [[0, 0]]
    : [[far, 0], [-far, 0], [0, -far], [0, far], [far, -far], [-far, -far], [far, far], [-far, far]],
);
const ORDER = ["street", "outline", "area", "walk", "point", "number"];

export async function drawMap(element, { url = element.dataset.mapUrl, keepView = false } = {}) {
  const L = window.L;
  const words = element.dataset;
  const state = element.drawnMap ?? startMap(L, element, words);
  element.drawnMap = state;
  state.reload = (options) => drawMap(element, options ?? { keepView: true });
  let collection;
  try {
    const response = await fetch(url, { headers: { Accept: "application/geo+json, application/json" } });
    if (!response.ok) throw new Error(`${response.status} from ${url}`);
    collection = await response.json();
  } catch (error) {
    showFailure(element, words.wordFailed);
    throw error;
  }
  fill(L, state, collection.features ?? []);
  if (!keepView) state.fit();
  else scalePoints(state);
  placeNumbers(state);
  element.dispatchEvent(new CustomEvent("map:ready", { bubbles: true, detail: state }));
  return state;
}

function startMap(L, element, words) {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(element, {
    zoomControl: false,
    attributionControl: false,
    zoomSnap: 0.25,
    scrollWheelZoom: false,
    zoomAnimation: !calm,
    fadeAnimation: !calm,
    markerZoomAnimation: !calm,
    renderer: L.svg({ padding: 0.5 }),
  });
  element.setAttribute("role", "region");
  element.setAttribute("aria-label", words.mapLabel ?? "");
  L.control
    .zoom({ position: "topright", zoomInTitle: words.wordZoomIn, zoomOutTitle: words.wordZoomOut })
    .addTo(map);
  const state = {
    map,
    element,
    layers: new Map(), // key -> layers
    group: L.featureGroup().addTo(map),
    framed: L.featureGroup(),
    chosen: null,
  };
  state.fit = () => fit(state);
  state.choose = (key) => choose(state, key);
  addFitControl(L, map, words.wordFit, state.fit);
  map.on("zoomend", () => {
    scalePoints(state);
    placeNumbers(state);
  });
  // Paper has another width than the screen; afterwards the view is as it was.
  let view = null;
  window.matchMedia("print").addEventListener("change", ({ matches }) => {
    if (state.fitZoom === undefined) return; // nothing is drawn yet
    if (matches) view = { centre: map.getCenter(), zoom: map.getZoom() };
    map.invalidateSize({ animate: false });
    if (matches) state.fit();
    else if (view) map.setView(view.centre, view.zoom, { animate: false });
  });
  // The wheel zooms once somebody works with the map; before that it scrolls the page.
  map.on("focus click", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  return state;
}

function addFitControl(L, map, title, onClick) {
  const control = L.control({ position: "topright" });
  control.onAdd = () => {
    const bar = L.DomUtil.create("div", "leaflet-bar leaflet-control");
    const link = L.DomUtil.create("a", "", bar);
    link.href = "#";
    link.setAttribute("role", "button");
    link.title = title ?? "";
    link.setAttribute("aria-label", title ?? "");
    link.append(fitIcon());
    L.DomEvent.disableClickPropagation(bar);
    L.DomEvent.on(link, "click", (event) => {
      L.DomEvent.preventDefault(event);
      onClick();
    });
    return bar;
  };
  control.addTo(map);
}

function fitIcon() {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4");
  path.setAttribute("fill", "none");
  path.setAttribute("stroke", "currentColor");
  path.setAttribute("stroke-width", "1.5");
  svg.append(path);
  return svg;
}

function fill(L, state, features) {
  state.group.clearLayers();
  state.framed.clearLayers();
  state.layers.clear();
  const points = features.filter((feature) => feature.properties.kind === "point");
  const heaviest = points.reduce((most, point) => Math.max(most, point.properties.size ?? 1), 1);
  state.mostRadius = mostRadius(state.element, points.length);
  const sorted = [...features].sort(
    (one, other) => ORDER.indexOf(one.properties.kind) - ORDER.indexOf(other.properties.kind),
  );
  for (const feature of sorted) {
    const layer = drawFeature(L, state, feature, heaviest);
    if (!layer) continue;
    const { key, kind } = feature.properties;
    layer.properties = feature.properties;
    state.group.addLayer(layer);
    if (kind !== "street") state.framed.addLayer(layer);
    if (key !== undefined) {
      if (!state.layers.has(String(key))) state.layers.set(String(key), []);
      state.layers.get(String(key)).push(layer);
    }
  }
  if (state.chosen !== null) choose(state, state.chosen, { quietly: true });
}

function drawFeature(L, state, feature, heaviest) {
  const { kind, size = 1 } = feature.properties;
  const toPoint = ([longitude, latitude]) => L.latLng(latitude, longitude);
  let layer;
  if (kind === "number") {
    layer = numberMarker(L, toPoint(feature.geometry.coordinates), feature.properties);
  } else if (kind === "point") {
    layer = L.circleMarker(toPoint(feature.geometry.coordinates), {
      radius: Math.max(LEAST_RADIUS, state.mostRadius * Math.sqrt(size / heaviest)),
      className: classes("map-point", feature.properties),
      interactive: isActive(feature.properties),
    });
  } else {
    layer = L.geoJSON(feature, {
      style: () => ({
        className: classes(`map-${kind}`, feature.properties),
        interactive: kind === "area" && isActive(feature.properties),
        fill: kind === "area",
      }),
    }).getLayers()[0];
  }
  if (layer && isActive(feature.properties)) makeActive(state, layer, feature.properties);
  return layer;
}

// The largest circle, in px: small where many share little room, never more than 13.
function mostRadius(element, count) {
  const room = Math.sqrt((element.clientWidth * element.clientHeight) / Math.max(1, count));
  return Math.min(13, Math.max(4, room * 0.3));
}

// Who looks closer sees larger circles: half as fast as the ground grows, at most three times.
function scalePoints(state) {
  if (state.fitZoom === undefined) return;
  const grown = Math.min(3, Math.max(0.6, 2 ** ((state.map.getZoom() - state.fitZoom) / 2)));
  for (const layer of state.group.getLayers()) {
    if (layer.properties?.kind !== "point") continue;
    layer.baseRadius ??= layer.getRadius();
    layer.setRadius(layer.baseRadius * grown);
  }
}

// Numbers that would lie on one another step aside, always to the same spots: the lower number stays.
function placeNumbers(state) {
  const numbers = state.group.getLayers().filter((layer) => layer.properties?.kind === "number");
  numbers.sort((one, other) =>
    String(one.properties.label).localeCompare(String(other.properties.label), undefined, { numeric: true }),
  );
  const taken = [];
  for (const layer of numbers) {
    const at = state.map.latLngToLayerPoint(layer.getLatLng());
    const [wide, high] = layer.options.icon.options.iconSize;
    const spots = ASIDE.map(([right, down]) => at.add([right * (wide + 2), down * (high + 2)]));
    const spot = spots.find((place) => taken.every((other) => isApart(place, other, wide, high))) ?? at;
    taken.push(spot);
    const element = layer.getElement();
    if (!element) continue;
    element.style.marginLeft = `${spot.x - at.x - wide / 2}px`;
    element.style.marginTop = `${spot.y - at.y - high / 2}px`;
  }
}

function isApart(one, other, wide, high) {
  return Math.abs(one.x - other.x) >= wide || Math.abs(one.y - other.y) >= high;
}

const isActive = (properties) => properties.key !== undefined || Boolean(properties.url || properties.say);

function classes(base, { hue, pale }) {
  return [base, hue === undefined || hue === null ? "" : `hue-${hue % 8}`, pale ? "is-pale" : ""].join(" ").trim();
}

function numberMarker(L, at, properties) {
  const letters = String(properties.label ?? "").length;
  return L.marker(at, {
    keyboard: true,
    alt: properties.say ?? properties.label ?? "",
    icon: L.divIcon({
      className: classes("map-number", properties),
      html: escapeText(properties.label ?? ""),
      iconSize: letters > 2 ? [12 + 8 * letters, 26] : [26, 26],
    }),
  });
}

function escapeText(text) {
  const holder = document.createElement("span");
  holder.textContent = text;
  return holder.innerHTML;
}

function makeActive(state, layer, properties) {
  if (properties.say) layer.bindTooltip(escapeText(properties.say), { direction: "auto", sticky: true });
  const act = () => {
    if (properties.url) window.location.assign(properties.url);
    else if (properties.key !== undefined) choose(state, properties.key, { properties });
  };
  layer.on("click", act);
  layer.on("add", () => {
    const element = layer.getElement?.();
    if (element && properties.kind === "number") {
      element.setAttribute("role", "button");
      element.setAttribute("aria-label", properties.say ?? properties.label ?? "");
      element.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        act();
      });
    }
  });
}

function choose(state, key, { properties = null, quietly = false } = {}) {
  for (const layer of state.layers.get(String(state.chosen)) ?? []) mark(layer, false);
  state.chosen = key;
  const layers = state.layers.get(String(key)) ?? [];
  for (const layer of layers) mark(layer, true);
  if (quietly) return;
  const said = properties ?? layers.at(-1)?.properties ?? {};
  state.element.dispatchEvent(
    new CustomEvent("map:choose", { bubbles: true, detail: { key, properties: said } }),
  );
}

function mark(layer, chosen) {
  const element = layer.getElement?.();
  element?.classList.toggle("is-chosen", chosen);
  if (layer.properties.kind === "number") element?.setAttribute("aria-pressed", String(chosen));
}

function fit(state) {
  const bounds = state.framed.getLayers().length ? state.framed.getBounds() : state.group.getBounds();
  if (!bounds.isValid()) return;
  state.map.fitBounds(bounds, { padding: [24, 24], maxZoom: 19 });
  state.fitZoom = state.map.getZoom();
  scalePoints(state);
}

function showFailure(element, words) {
  const note = document.createElement("p");
  note.className = "map-quiet";
  note.setAttribute("role", "alert");
  note.textContent = words ?? "";
  element.replaceChildren(note);
}

// Hashed and unhashed names of this file are two modules to a browser; each map is drawn by the first.
for (const element of document.querySelectorAll("[data-map]:not([data-map-taken])")) {
  element.dataset.mapTaken = "yes";
  drawMap(element).catch((error) => console.warn("Map:", error.message));
}
