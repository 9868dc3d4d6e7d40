// The fields on the right, in the form's own order: lists, and tables as tables.

import { at, heard, make } from "./dom.js";
import { lookOf } from "./paper.js";

const SIGNS = { doubt: "?", decided: "✓", sure: "", empty: "" };
const SAID = { doubt: "to decide", decided: "decided", sure: "", empty: "" };

/** A field's value as one reads it. */
export function shown({ kind, state, value, text, footnotes }) {
  if (state === "illegible") return text ? `illegible: ${text}` : "illegible";
  if (state === "footnote-only") return `see ${footnotes.join(", ")}`;
  if (state === "not-on-form") return "not on the form";
  if (state === "blank") return "blank";
  if (kind === "flag") return value === "1" ? "ticked" : "not ticked";
  return value;
}

/** Where a field stands: its section, row and place in it. */
export function placesOf(sections) {
  const places = new Map();
  for (const section of sections)
    section.rows.forEach((row, line) =>
      row.fields.forEach((field, column) =>
        places.set(field.id, { section, row, line, column, field })));
  return places;
}

/** The doubtful field that comes after one, around the end if need be; not one that is pending. */
export function doubtAfter(places, id, pending) {
  const order = [...places.keys()];
  const from = order.indexOf(id) + 1;
  return [...order.slice(from), ...order.slice(0, from)]
    .find((each) => lookOf(places.get(each).field) === "doubt" && !pending.has(each));
}

export class Fields {
  /** `on` has `focus` with a field's id, and `add` with a group's path. */
  constructor(on) {
    this.on = on;
    this.room = at("fields");
    this.buttons = new Map();
    this.every = false;
    this.room.addEventListener("focusin", ({ target }) => {
      const own = target.closest("[data-id]");
      if (own) this.on.focus(own.dataset.id);
    });
  }

  /** Show the sections; elements stay where the same fields are in the same places. */
  show(state, pending) {
    this.state = state;
    const shape = JSON.stringify([this.every, this.#hidden(), state.sections.map((section) => [
      section.key, section.addable, section.rows.map((row) => row.fields.map(({ id }) => id))])]);
    if (shape !== this.shape) this.#build();
    this.shape = shape;
    for (const { section, row, field } of placesOf(state.sections).values())
      this.#fill(field, section, row, pending.has(field.id));
  }

  /** Mark the field in focus; move the keyboard to it too. */
  choose(id, focus) {
    for (const [each, own] of this.buttons) {
      own.classList.toggle("current", each === id);
      if (each !== id) own.removeAttribute("aria-current");
    }
    const own = this.buttons.get(id);
    if (!own) return;
    own.setAttribute("aria-current", "true");
    if (focus) own.focus({ preventScroll: true });
    own.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** The field that an arrow key leads to. */
  beside(id, way) {
    const places = placesOf(this.state.sections);
    const { section, line, column } = places.get(id);
    if (section.kind === "table") {
      if (way === "ArrowLeft" || way === "ArrowRight")
        return this.#step(section.rows[line].fields, column, way === "ArrowLeft" ? -1 : 1);
      const row = section.rows[line + (way === "ArrowUp" ? -1 : 1)];
      if (row) return row.fields[column]?.id;
    }
    if (way === "ArrowLeft" || way === "ArrowRight") return undefined;
    const order = [...this.buttons.keys()];
    const next = order.indexOf(id) + (way === "ArrowUp" ? -1 : 1);
    return order[next];
  }

  /** The field that comes after one on the page, in a table the one to its right. */
  after(id) {
    const order = [...this.buttons.keys()];
    return order[order.indexOf(id) + 1];
  }

  #step(fields, column, by) {
    for (let next = column + by; fields[next]; next += by)
      if (this.buttons.has(fields[next].id)) return fields[next].id;
    return undefined;
  }

  /** Columns of tables in which nothing stands and nothing is to be decided. */
  #hidden() {
    if (this.every) return [];
    // A row that was added has yet to be filled in.
    const settled = this.state.sections.filter(({ kind, rows }) => kind === "table" && rows.length &&
      rows.every(({ fields }) => fields.some(({ machine }) => machine)));
    return settled.flatMap(({ key, columns, rows }) =>
      columns.filter((_, number) => rows.every(({ fields }) => isIdle(fields[number])))
        .map(({ name }) => `${key}/${name}`));
  }

  #build() {
    this.buttons.clear();
    const hidden = new Set(this.#hidden());
    const tick = make("input", { type: "checkbox", checked: this.every, onchange: (event) => {
      this.every = event.target.checked;
      this.show(this.state, new Set());
    } });
    const switcher = make("label", { class: "tick" }, tick, " Show columns without values");
    this.room.replaceChildren(switcher,
      ...this.state.sections.map((section) => this.#section(section, hidden)));
  }

  #section(section, hidden) {
    const number = this.state.sections.indexOf(section);
    const title = make("h2", { id: `section-${number}` }, section.title);
    const inner = section.kind === "table" ? this.#table(section, hidden) : this.#list(section);
    const adding = section.addable && !section.rows.length && make("button", { type: "button",
      class: "add", onclick: () => this.on.add(section.group) }, "Add");
    return make("section", { "aria-labelledby": title.id }, title, inner, adding || null);
  }

  #list(section) {
    const fields = section.rows.flatMap((row) => row.fields);
    return make("ul", { class: "list" }, ...fields.map((field) => {
      const own = this.#button(field, make("span", { class: "title" }, field.title));
      return make("li", { class: field.kind === "prose" ? "long" : "" }, own);
    }));
  }

  #table(section, hidden) {
    if (!section.rows.length) return make("p", { class: "empty" }, "No rows.");
    const columns = section.columns.map((each, number) => ({ ...each, number }))
      .filter(({ name }) => !hidden.has(`${section.key}/${name}`));
    const head = columns.map(({ title, printed }) =>
      make("th", { scope: "col", title: printed || null }, title));
    const rows = section.rows.map((row) => make("tr", {},
      make("th", { scope: "row" }, String(row.index)),
      ...columns.map(({ number }) => {
        const field = row.fields[number];
        const place = heard(`${field.title}, row ${row.index}: `);
        return make("td", { class: field.kind }, this.#button(field, place));
      })));
    const table = make("table", {},
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, heard("Row")), ...head)),
      make("tbody", {}, ...rows));
    return make("div", { class: "scroll" }, table);
  }

  #button(field, title) {
    const own = make("button", { type: "button", class: "field", "data-id": field.id }, title,
      make("span", { class: "value" }), make("span", { class: "sign", "aria-hidden": "true" }),
      make("span", { class: "sr" }));
    this.buttons.set(field.id, own);
    return own;
  }

  #fill(field, section, row, pending) {
    const own = this.buttons.get(field.id);
    if (!own) return;
    const look = pending ? "decided" : lookOf(field);
    const marks = field.state === "footnote-only" ? "" :
      field.footnotes.map((each) => ` (${each.slice(1)})`).join("");
    own.dataset.look = look;
    own.dataset.state = field.state;
    own.querySelector(".value").textContent = shown(field) + marks;
    own.querySelector(".sign").textContent = SIGNS[look];
    own.lastElementChild.textContent = SAID[look] && `, ${SAID[look]}`;
  }
}

function isIdle(field) {
  return field && !field.value && !field.to_decide && !field.footnotes.length &&
    field.state !== "illegible";
}
