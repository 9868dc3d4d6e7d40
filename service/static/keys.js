// The keys of the review, and what each of them does.

import { at, key, make } from "./dom.js";

/** Keys as the help lists them; each with the names by which `event.key` has it. */
const LIST = [
  [["Tab"], "next field"],
  [["Enter"], "accept, and go to the next doubtful field", "accept"],
  [["E"], "edit; Enter saves and goes on, Esc leaves", "edit"],
  [["1 – 9"], "take one of the other values"],
  [["B"], "blank: nothing stands there", "blank"],
  [["X"], "illegible: something stands there that nobody can read", "illegible"],
  [["N"], "next doubtful field, without deciding this one", "doubt"],
  [["←", "↑", "→", "↓"], "move in tables and lists"],
  [["Z"], "undo the last step", "undo"],
  [["F"], "attach and detach footnotes", "footnotes"],
  [["A"], "add a row below", "add"],
  [["D"], "delete the row", "delete"],
  [["M"], "merge the row into the one above", "merge"],
  [["Alt ↑", "Alt ↓"], "move the row"],
  [["+", "−", "0"], "zoom the page in, out, to its width"],
  [["R"], "rotate the page", "turn"],
  [["?"], "this help", "help"],
];
const LETTERS = new Map(LIST.filter(([keys, , act]) => act && keys[0].length === 1)
  .map(([[name], , act]) => [name.toLowerCase(), act]));
const OTHERS = new Map([["Enter", "accept"], ["+", "in"], ["=", "in"], ["-", "out"], ["0", "width"]]);
const ARROWS = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];
/** What goes on while its key is held down; of every other key a second stroke counts for nothing. */
const HELD = [...ARROWS, "+", "=", "-", "Tab", "PageUp", "PageDown"];
const ROWS = { ArrowUp: "up", ArrowDown: "down" };

/** Fill the help. */
export function listKeys() {
  at("keys").replaceChildren(...LIST.flatMap(([keys, text]) => [
    make("dt", {}, ...keys.flatMap((name) => [key(name), " "])), make("dd", {}, text)]));
}

/** Call `act` with what is wanted, `choose` with a number, `go` with the name of an arrow. */
export function listen({ act, choose, go }) {
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    // Nothing happens while somebody types, or in a dialog.
    if (target.closest("input, textarea, select, dialog") || document.querySelector("dialog[open]"))
      return;
    if (event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.repeat && (event.altKey || !HELD.includes(event.key))) {
      event.preventDefault();
      return;
    }
    const field = target.closest(".field");
    const wanted = meant(event);
    // A button that is no field does what it says.
    if (!wanted || (!field && target.closest("button, a") && event.key === "Enter")) return;
    if (ARROWS.includes(event.key) && !field) return;
    event.preventDefault();
    const [what, how] = wanted;
    ({ act, choose, go })[what](how);
  });
}

function meant(event) {
  const { key: name, altKey } = event;
  if (altKey) return ROWS[name] && ["act", ROWS[name]];
  if (ARROWS.includes(name)) return ["go", name];
  if (/^[1-9]$/.test(name)) return ["choose", Number(name)];
  const act = OTHERS.get(name) ?? LETTERS.get(name.toLowerCase());
  return act && ["act", act];
}
