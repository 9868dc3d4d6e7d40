// The dialogs; each gives a promise of what was chosen, empty when nothing was.

import { at, make } from "./dom.js";

function asked(id) {
  const dialog = at(`${id}-dialog`);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) =>
    dialog.addEventListener("close", () => done(dialog.returnValue), { once: true }));
}

export function help() {
  return asked("help");
}

/** Whether to take a filing over that somebody else has open. */
export async function takesOver(problem) {
  at("held-text").textContent = problem.detail;
  return (await asked("held")) === "takeover";
}

export async function gone(problem) {
  at("gone-text").textContent = problem.message;
  await asked("gone");
}

/** Why a filing is sent back; empty if it is not. */
export async function comment() {
  const chosen = await asked("back");
  return chosen === "send" ? at("comment").value.trim() : "";
}

/** Another form and other roles of pages to read a filing with; null for none. */
export async function reading({ form, forms, pages, roles }) {
  at("form").replaceChildren(...forms.map((each) =>
    make("option", { value: each, selected: each === form }, each)));
  const selects = pages.map(({ number, role }) => {
    const known = roles.includes(role) ? roles : [role, ...roles];
    return make("select", { "data-page": number }, ...known.map((each) =>
      make("option", { value: each, selected: each === role }, each)));
  });
  at("roles").replaceChildren(...selects.map((select) =>
    make("label", {}, `Page ${select.dataset.page} `, select)));
  if ((await asked("reread")) !== "read") return null;
  const changed = selects.filter((select, index) => select.value !== pages[index].role);
  return {
    form: at("form").value === form ? "" : at("form").value,
    roles: Object.fromEntries(changed.map((select) => [select.dataset.page, select.value])),
  };
}

/** Footnotes to attach to a field and to detach from it. */
export async function footnotes(field, known) {
  const every = [...new Set([...known, ...field.footnotes])];
  const ticks = every.map((id) => make("input", { type: "checkbox", value: id,
    checked: field.footnotes.includes(id) }));
  const none = make("p", { class: "empty" }, "The filing has no footnotes; add one first.");
  at("notes").replaceChildren(...(ticks.length ? ticks.map((tick) =>
    make("label", { class: "tick" }, tick, ` ${tick.value}`)) : [none]));
  if ((await asked("notes")) !== "save") return [];
  return ticks.filter(({ value, checked }) => checked !== field.footnotes.includes(value))
    .map(({ value, checked }) => ({ action: checked ? "attach" : "detach", field: field.id,
      footnote: value }));
}
