// The scanned pages on the left: pictures with a box round every field, zoomed, turned, moved.
// Coordinates are points of the page as displayed, as everywhere in the service.

import { announce, at, button, draw, make } from "./dom.js";

export const WIDTH = 1_700; // pixels of a picture: a page at 200 dpi
const THUMB = 120;
const CLICK = 3; // points up to which a drag is a click
const NEAR = 2; // points beside a word that still count as on it
const CLOSEST = 6;
const STEP = 1.25;

/** What a field's box is coloured by. */
export function lookOf(field) {
  if (field.to_decide && !field.decided) return "doubt";
  if (field.decided) return "decided";
  return field.state === "read" || field.state === "looked-up" ? "sure" : "empty";
}

export class Paper {
  /** `filing` gives pictures and words; `on` has `word`, `rectangle` and `field`. */
  constructor(filing, on) {
    Object.assign(this, { filing, on, zoom: 1, tool: "fill", sheets: new Map(), words: new Map() });
    this.room = at("sheets");
    this.watch = new IntersectionObserver((seen) => seen.forEach((each) => this.#seen(each)), {
      root: this.room,
      rootMargin: "100% 0%",
    });
    const act = { in: () => this.scale(STEP), out: () => this.scale(1 / STEP), width: () => this.fit(),
      page: () => this.fit(true), turn: () => this.turn() };
    for (const each of document.querySelectorAll("[data-view]"))
      each.addEventListener("click", act[each.dataset.view]);
    for (const each of document.querySelectorAll("[data-tool]"))
      each.addEventListener("click", () => this.take(each.dataset.tool));
    this.room.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    // A finger that drags wants to move the page; who has a mouse scrolls with its wheel.
    if (matchMedia("(pointer: coarse)").matches) this.take("move");
  }

  /** Choose what dragging and clicking do. */
  take(tool) {
    this.tool = tool;
    this.room.dataset.tool = tool;
    for (const each of document.querySelectorAll("[data-tool]"))
      each.setAttribute("aria-pressed", String(each.dataset.tool === tool));
  }

  /** Lay out the pages; pictures come when they are about to be seen. */
  lay(pages) {
    if (this.sheets.size === pages.length) return;
    this.sheets.clear();
    const thumbs = pages.map((page) => this.#thumb(page));
    at("thumbs").replaceChildren(...thumbs);
    at("thumbs").hidden = pages.length < 2;
    this.room.replaceChildren(...pages.map((page) => this.#sheet(page)));
  }

  /** Draw the boxes of all fields. */
  mark(fields) {
    const rects = new Map([...this.sheets.keys()].map((number) => [number, []]));
    for (const field of fields)
      for (const { page, box } of field.boxes) {
        const look = lookOf(field);
        rects.get(page)?.push(rectangle(box, { class: `mark ${look}`, "data-id": field.id }, 1));
      }
    for (const [number, own] of rects) this.sheets.get(number).marks.replaceChildren(...own);
    this.#highlight();
  }

  /** Highlight a field's boxes, and scroll to the first of them, or to what is `near` it. */
  show(field, near = []) {
    this.shown = field;
    this.#highlight();
    const place = field?.boxes[0] ?? near[0];
    const sheet = place && this.sheets.get(place.page);
    if (!sheet) return;
    const spot = rectangle(place.box, { class: "spot" });
    sheet.drawn.append(spot);
    const seen = spot.getBoundingClientRect();
    spot.remove();
    const room = this.room.getBoundingClientRect();
    const away = (from, to, low, high) => from < low + 20 || to > high - 20;
    if (away(seen.top, seen.bottom, room.top, room.bottom))
      this.room.scrollTop += seen.top + seen.height / 2 - room.top - room.height / 2;
    if (away(seen.left, seen.right, room.left, room.right))
      this.room.scrollLeft += seen.left + seen.width / 2 - room.left - room.width / 2;
    this.#current(place.page);
  }

  scale(factor) {
    this.#resize(Math.min(Math.max(this.zoom * factor, 0.2), CLOSEST));
  }

  /** Fit the width, or the whole of the page that is seen. */
  fit(whole = false) {
    const sheet = this.sheets.get(this.page ?? 1) ?? [...this.sheets.values()][0];
    const { width, height } = sheet.svg.viewBox.baseVal;
    const share = (this.room.clientHeight - 16) / height / ((this.room.clientWidth - 16) / width);
    this.#resize(whole ? Math.min(share, 1) : 1);
    sheet.svg.scrollIntoView({ block: whole ? "start" : "nearest" });
  }

  /** Turn the page that is seen by a quarter, clockwise. */
  turn() {
    const sheet = this.sheets.get(this.page ?? [...this.sheets.keys()][0]);
    sheet.turns = (sheet.turns + 1) % 4;
    this.#place(sheet);
    this.show(this.shown);
  }

  /** The words that were read on a page; they are asked for again if no answer came. */
  wordsOf(page) {
    if (!this.words.has(page)) {
      const asked = this.filing.get(`/words?page=${page}`);
      asked.catch(() => this.words.delete(page));
      this.words.set(page, asked);
    }
    return this.words.get(page);
  }

  /** The words that were read in a rectangle; none if they cannot be had. */
  async wordsIn(page, [left, top, right, bottom]) {
    const words = await this.wordsOf(page).catch(() => []);
    return words.filter(({ box }) => {
      const x = (box[0] + box[2]) / 2, y = (box[1] + box[3]) / 2;
      return left <= x && x <= right && top <= y && y <= bottom;
    }).map(({ text }) => text).join(" ");
  }

  #highlight() {
    for (const [number, sheet] of this.sheets) {
      const own = (this.shown?.boxes ?? []).filter((place) => place.page === number);
      sheet.focus.replaceChildren(
        ...own.map(({ box }) => rectangle(box, { class: "focus" }, 3)));
    }
  }

  #resize(zoom) {
    const share = zoom / this.zoom;
    const { scrollTop, scrollLeft, clientHeight, clientWidth } = this.room;
    this.zoom = zoom;
    this.room.style.setProperty("--zoom", zoom);
    at("zoom").textContent = `${Math.round(100 * zoom)} %`;
    this.room.scrollTop = (scrollTop + clientHeight / 2) * share - clientHeight / 2;
    this.room.scrollLeft = (scrollLeft + clientWidth / 2) * share - clientWidth / 2;
  }

  #wheel(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.scale(event.deltaY < 0 ? STEP : 1 / STEP);
  }

  #thumb(page) {
    const name = `Page ${page.number}, ${page.role}`;
    const image = make("img", {
      src: this.filing.picture(page.number, THUMB), loading: "lazy", alt: "",
      width: 54, height: Math.round((54 * page.height) / page.width),
    });
    const go = () => this.sheets.get(page.number).svg.scrollIntoView({ block: "start" });
    const thumb = button(image, go, { "data-page": page.number, title: name, "aria-label": name });
    thumb.append(make("span", { "aria-hidden": "true" }, String(page.number)));
    return thumb;
  }

  #sheet(page) {
    const image = draw("image", { width: page.width, height: page.height });
    const marks = draw("g"), focus = draw("g");
    const drawn = draw("g", {}, image, marks, focus);
    const name = `Page ${page.number}`;
    const svg = draw("svg", { class: "sheet", role: "img", "aria-label": name,
      "data-page": page.number }, drawn);
    const sheet = { page, svg, drawn, image, marks, focus, turns: 0 };
    this.sheets.set(page.number, sheet);
    this.#place(sheet);
    this.#hands(sheet);
    this.watch.observe(svg);
    return svg;
  }

  /** The view box of a sheet, and how what is on it is turned. */
  #place({ svg, drawn, page, turns }) {
    const { width, height } = page;
    const across = turns % 2 === 1;
    const size = across ? [height, width] : [width, height];
    const moves = ["", `translate(${height} 0)`, `translate(${width} ${height})`,
      `translate(0 ${width})`];
    svg.setAttribute("viewBox", `0 0 ${size.join(" ")}`);
    svg.style.setProperty("aspect-ratio", size.join(" / "));
    drawn.setAttribute("transform", `${moves[turns]} rotate(${90 * turns})`);
  }

  #seen({ target, isIntersecting }) {
    if (!isIntersecting) return;
    const sheet = this.sheets.get(Number(target.dataset.page));
    if (!sheet || sheet.image.hasAttribute("href")) return;
    sheet.image.setAttribute("href", this.filing.picture(sheet.page.number, WIDTH));
  }

  #current(number) {
    this.page = number;
    for (const each of at("thumbs").children)
      if (Number(each.dataset.page) === number) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
  }

  /** What pointers do on a sheet. */
  #hands(sheet) {
    const { svg, drawn, page } = sheet;
    let from = null, drag = null, start = null;
    const point = (event) => {
      const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(
        drawn.getScreenCTM().inverse());
      return [x, y];
    };
    // Or the field that is typed in would lose the focus.
    svg.addEventListener("mousedown", (event) => event.preventDefault());
    svg.addEventListener("pointerenter", () => this.wordsOf(page.number).catch(() => {}));
    svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      from = point(event);
      start = [event.clientX + this.room.scrollLeft, event.clientY + this.room.scrollTop];
      this.#current(page.number);
      if (this.tool === "move" && event.pointerType !== "mouse") return;
      svg.setPointerCapture(event.pointerId);
      drag = draw("rect", { class: "drag" });
      if (this.tool === "fill") drawn.append(drag);
    });
    svg.addEventListener("pointermove", (event) => {
      if (!drag) return;
      if (this.tool === "move") {
        this.room.scrollTo(start[0] - event.clientX, start[1] - event.clientY);
        return;
      }
      place(drag, spanned(from, point(event)), 0);
    });
    const end = (event) => {
      drag?.remove();
      const box = from && spanned(from, point(event));
      const moved = box && (box[2] - box[0] > CLICK || box[3] - box[1] > CLICK);
      const far = start && Math.hypot(event.clientX + this.room.scrollLeft - start[0],
        event.clientY + this.room.scrollTop - start[1]) > 6;
      from = drag = start = null;
      if (event.type !== "pointerup" || !box) return;
      if (this.tool === "fill" && moved) this.on.rectangle(page, box);
      else if (this.tool === "fill") this.#clicked(page, box, event.altKey);
      else if (!far) this.#chosen(page, box);
    };
    svg.addEventListener("pointerup", end);
    svg.addEventListener("pointercancel", end);
  }

  async #clicked(page, [x, y], choosing) {
    if (choosing) {
      this.#chosen(page, [x, y]);
      return;
    }
    const words = await this.wordsOf(page.number).catch(({ message }) => announce(message));
    if (!words) return;
    const hit = words.find(({ box }) => inside(box, x, y, 0)) ??
      words.find(({ box }) => inside(box, x, y, NEAR));
    if (hit) this.on.word(page, hit);
    else this.#chosen(page, [x, y]);
  }

  #chosen(page, [x, y]) {
    const { marks } = this.sheets.get(page.number);
    const size = (rect) => rect.width.baseVal.value * rect.height.baseVal.value;
    const hit = [...marks.children]
      .filter((rect) => {
        const { x: left, y: top, width, height } = rect.getBBox();
        return inside([left, top, left + width, top + height], x, y, NEAR);
      })
      .sort((one, other) => size(one) - size(other))[0];
    if (hit) this.on.field(hit.dataset.id);
  }
}

/** An SVG rectangle round a box, with a margin in points. */
export function rectangle(box, properties, margin = 0) {
  return place(draw("rect", { rx: 1, ...properties }), box, margin);
}

function place(rect, [left, top, right, bottom], margin) {
  rect.setAttribute("x", left - margin);
  rect.setAttribute("y", top - margin);
  rect.setAttribute("width", right - left + 2 * margin);
  rect.setAttribute("height", bottom - top + 2 * margin);
  return rect;
}

function spanned([x, y], [u, v]) {
  return [Math.min(x, u), Math.min(y, v), Math.max(x, u), Math.max(y, v)];
}

function inside([left, top, right, bottom], x, y, margin) {
  return left - margin <= x && x <= right + margin && top - margin <= y && y <= bottom + margin;
}
