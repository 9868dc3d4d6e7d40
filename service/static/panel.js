// The field in focus: its crop enlarged, its value to type, why it is doubtful, what else it may be.

import { announce, at, button, draw, heard, key, make } from "./dom.js";
import { shown } from "./fields.js";
import { WIDTH, lookOf, rectangle } from "./paper.js";

const MARGIN = [14, 5]; // points round a crop
const LEAST = 90; // points that a crop shows across
const PAUSE = 250; // milliseconds without typing, after which the value is checked
const MOST_CHOICES = 9;
const FEW_CODES = 5;
const FLAGS = ["1", "0"];

/** What else a field may be, by one key each: other readings first, then what its code can be. */
export function choicesOf(field) {
  const found = [];
  const add = (value, state, from) => {
    const said = shown({ ...field, value, state, text: "" });
    const same = found.some((each) => each.value === value && each.state === state && !from);
    const now = value === field.value && state === field.state && !from;
    if (!same && !now) found.push({ value, state, from, said });
  };
  for (const each of field.alternatives) add(each.value, each.state, each.from);
  const { machine } = field;
  if (machine && machine.state === "read") add(machine.value, machine.state, "");
  const codes = field.kind === "flag" ? FLAGS : field.codes;
  if (codes.length <= FEW_CODES) for (const each of codes) add(each, "read", "");
  return found.slice(0, MOST_CHOICES);
}

export class Panel {
  /** `on` has `save`, `act` and `leave`; see `review.js`. */
  constructor(filing, on) {
    Object.assign(this, { filing, on });
    this.room = at("panel");
  }

  /** Whether somebody is typing here. */
  get editing() {
    return Boolean(this.input) && document.activeElement === this.input;
  }

  /** Whether what was typed is not saved. */
  get dirty() {
    return Boolean(this.input) && this.input.value !== this.before;
  }

  /** Show a field; `place` tells where it stands, `pages` how large pages are, `fault` what was
   * not taken. */
  show(place, pages, fault) {
    const { field } = place;
    Object.assign(this, { field, place, places: [], choices: choicesOf(field) });
    const wide = field.kind === "prose";
    this.room.className = wide ? "wide" : "";
    this.room.replaceChildren(this.#head(), this.#crops(pages), this.#form(wide),
      this.#reasons(), this.#choices(), this.#actions());
    if (!fault) return;
    this.input.value = fault.value ?? this.input.value;
    this.complain(fault.message);
  }

  /** Nothing is in focus. */
  clear() {
    this.field = this.input = null;
    this.choices = this.places = [];
    this.room.replaceChildren(make("p", { class: "empty" }, "No field is chosen."));
  }

  edit() {
    this.input.focus();
    this.input.select();
  }

  /** Put what stands at a place into the input: in place of what is there, or behind it. */
  fill(text, place) {
    const going = this.places.length > 0;
    this.places.push(place);
    this.input.value = going ? `${this.input.value} ${text}`.trim() : text;
    this.input.focus();
    this.#typed();
    announce(`Filled with ${this.input.value}. Enter saves.`);
  }

  /** What was typed, as an edit. */
  edited() {
    const value = this.input.value.trim();
    if (!value) return { action: "blank", field: this.field.id };
    const edit = { action: "set", field: this.field.id, value };
    return this.places.length ? { ...edit, boxes: this.places } : edit;
  }

  /** Leave what was typed unsaved: it was sent, or something else was decided. */
  drop() {
    if (this.input) this.before = this.input.value;
    this.places = [];
  }

  /** Say what is wrong with the value, if one is shown. */
  complain(text) {
    if (!this.input) return;
    this.verdict.textContent = text;
    this.verdict.className = "verdict bad";
    this.input.setAttribute("aria-invalid", "true");
  }

  #head() {
    const { field, place } = this;
    const sure = field.confidence === null ? "" : `${(100 * field.confidence).toFixed(1)} %`;
    const look = lookOf(field);
    const state = { doubt: "to decide", decided: "decided" }[look] ?? "";
    const where = place.section.kind === "table" ? `${place.section.title}, row ${place.row.index}` :
      place.section.title;
    return make("header", {},
      make("h2", { title: field.printed || null }, field.title),
      make("span", { class: "where" }, where),
      make("span", { class: "gap" }),
      state && make("span", { class: `badge ${look}` }, state),
      sure && make("span", { class: "sure" }, heard("confidence "), sure));
  }

  /** The places of the field on its pages, one picture for each page. */
  #crops(pages) {
    const boxes = this.field.boxes.length ? this.field.boxes : nearOf(this.place);
    const found = [...new Set(boxes.map(({ page }) => page))].map((number) => {
      const own = boxes.filter(({ page }) => page === number).map(({ box }) => box);
      const page = pages.find((each) => each.number === number);
      return page && this.#crop(page, own);
    });
    const none = make("p", { class: "empty" }, found.length ?
      "Nothing was read for this field; this stands beside it." : "Nothing was read for this field.");
    return make("div", { class: "crops" }, ...found.filter(Boolean),
      this.field.boxes.length ? null : none);
  }

  #crop(page, boxes) {
    const [across, along] = MARGIN;
    const [left, top, right, bottom] = around(boxes);
    const width = Math.max(right - left + 2 * across, LEAST);
    const x = (left + right - width) / 2;
    const view = [x, top - along, width, bottom - top + 2 * along];
    const image = draw("image", { width: page.width, height: page.height,
      href: this.filing.picture(page.number, WIDTH) });
    const marks = this.field.boxes.length ? boxes.map((box) =>
      rectangle(box, { class: `mark ${lookOf(this.field)}` }, 1)) : [];
    return draw("svg", { class: "crop", viewBox: view.join(" "), role: "img",
      "aria-label": `The field on page ${page.number}, enlarged` }, image, ...marks);
  }

  #form(wide) {
    const { field } = this;
    this.before = field.state === "illegible" ? field.text : field.value;
    const list = !wide && field.codes.length > 0 && "codes";
    this.input = make(wide ? "textarea" : "input", { id: "value", autocomplete: "off",
      spellcheck: "false", rows: wide ? 4 : null, list: list || null, "aria-describedby": "verdict",
      oninput: () => this.#typed(), onkeydown: (event) => this.#pressed(event) });
    this.input.value = this.before;
    this.verdict = make("p", { id: "verdict", class: "verdict", "aria-live": "polite" });
    const codes = list && make("datalist", { id: list },
      ...field.codes.map((code) => make("option", { value: code })));
    const label = make("label", { for: "value" }, "Value ", make("span", { class: "quiet" },
      field.kind === "flag" ? "1 is ticked, 0 is not" : field.kind));
    return make("div", { class: "form" }, label, this.input, codes || null, this.verdict);
  }

  #reasons() {
    const own = this.field.reasons.map((text) => make("li", {}, text));
    return make("ul", { class: "reasons", "aria-label": "Reasons", hidden: !own.length }, ...own);
  }

  #choices() {
    const own = this.choices.map((choice, number) => {
      const press = button(key(String(number + 1)), () => this.on.choose(choice));
      press.append(" ", choice.from ? `${choice.from} reviewer: ${choice.said}` : choice.said);
      return make("li", {}, press);
    });
    return make("ol", { class: "choices", "aria-label": "Other values", hidden: !own.length }, ...own);
  }

  #actions() {
    const { on, field, place } = this;
    const act = (name, sign, text) => {
      const press = button(key(sign), () => on.act(name));
      press.append(` ${text}`);
      return press;
    };
    const own = [act("accept", "Enter", "Accept"), act("edit", "E", "Edit"), act("blank", "B", "Blank"),
      act("illegible", "X", "Illegible")];
    const marks = field.footnotes.length ? `Footnotes: ${field.footnotes.join(", ")}` : "Footnotes";
    if (field.may_footnote) own.push(act("footnotes", "F", marks));
    if (place.section.group)
      own.push(act("add", "A", "Add row"), act("delete", "D", "Delete row"),
        act("merge", "M", "Merge up"), act("up", "Alt ↑", "Move up"), act("down", "Alt ↓", "Move down"));
    return make("div", { class: "actions" }, ...own);
  }

  #pressed(event) {
    if (event.repeat && event.key === "Enter") {
      // The key that led here is still down.
    } else if (event.key === "Escape") {
      this.input.value = this.before;
      this.places = [];
      this.input.removeAttribute("aria-invalid");
      this.verdict.textContent = "";
      this.on.leave();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      this.on.save("doubt");
    } else if (event.key === "Tab" && !event.shiftKey) {
      this.on.save("next");
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #typed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#check(), PAUSE);
  }

  async #check() {
    const { field, input, verdict } = this;
    if (!field) return;
    const { value } = input;
    const said = await this.filing.post("/check", { field: field.id, value }).catch(() => null);
    if (!said || input !== this.input || input.value !== value) return;
    if (said.error) {
      this.complain(said.error);
      return;
    }
    input.removeAttribute("aria-invalid");
    verdict.className = said.checks.length ? "verdict doubtful" : "verdict good";
    const will = said.value === value.trim() ? "" : `Saved as ${said.value}. `;
    verdict.textContent = will + said.checks.join(" ");
  }
}

/** What stands beside a field of which nothing was read: its row in a table, else its neighbours. */
export function nearOf({ section, row, column }) {
  const fields = section.kind === "table" ? row.fields : row.fields.slice(Math.max(column - 1, 0), column + 2);
  const boxes = fields.flatMap((field) => field.boxes);
  return boxes.filter(({ page }) => page === boxes[0].page);
}

function around(boxes) {
  return [Math.min(...boxes.map((box) => box[0])), Math.min(...boxes.map((box) => box[1])),
    Math.max(...boxes.map((box) => box[2])), Math.max(...boxes.map((box) => box[3]))];
}
