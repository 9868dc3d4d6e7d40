// One filing on one screen: what the keys and the mouse do to it, and what is shown of it.

import { Filing } from "./api.js";
import * as dialogs from "./dialogs.js";
import { announce, at } from "./dom.js";
import { Fields, doubtAfter, placesOf, shown } from "./fields.js";
import { listKeys, listen } from "./keys.js";
import { Lease, isLost } from "./lease.js";
import { Panel, nearOf } from "./panel.js";
import { Paper, lookOf } from "./paper.js";
import { added, changed, nearest } from "./rows.js";

const QUEUE = "/review";
/** What can be done while no field is in focus. */
const ANYWHERE = ["doubt", "undo", "in", "out", "width", "turn", "help", "finish", "back", "reread"];

const filing = new Filing(at("desk").dataset.filing);
const paper = new Paper(filing, { word: filled, rectangle: read, field: (id) => select(id) });
const panel = new Panel(filing, { save, choose, act, leave: escaped });
const list = new Fields({ focus: focused, add: addRow });
const lease = new Lease(filing, refused);
const pending = new Set(); // fields decided here, of which the service has not answered yet
const faults = new Map(); // by field, what was not taken: the value, and what is wrong with it

let state = null;
let places = new Map();
let current = "";
let since = 0;
let sending = Promise.resolve();
let unsent = 0;

start();

async function start() {
  listKeys();
  listen({ act, choose: (number) => choose(panel.choices[number - 1]), go });
  for (const [id, name] of [["undo", "undo"], ["help", "help"], ["finish", "finish"],
    ["back", "back"], ["reread", "reread"]])
    at(id).addEventListener("click", () => act(name));
  addEventListener("beforeunload", (event) => {
    if (filing.review && (panel.dirty || unsent)) event.preventDefault();
  });
  await open();
}

async function open(takeover = false) {
  try {
    show(await filing.open(takeover));
  } catch (problem) {
    await refused(problem);
    return;
  }
  lease.keep(state.review.lease_seconds);
  at("desk").inert = false;
  select(doubtAfter(places, "", pending) ?? [...places.keys()][0]);
}

/** Show a state that the service has answered. */
function show(next) {
  state = next;
  places = placesOf(state.sections);
  at("name").textContent = `${state.filing.name || state.filing.id} · Form ${state.filing.form}`;
  document.title = `${state.review.title}: ${state.filing.name} · filingscan`;
  at("undo").disabled = !state.review.undoable;
  count();
  paper.lay(state.filing.pages);
  paper.mark([...places.values()].map(({ field }) => field));
  list.show(state, pending);
  if (places.has(current) && !panel.dirty) refresh();
}

function count() {
  const here = [...pending].filter((id) => lookOf(places.get(id)?.field ?? {}) === "doubt");
  const now = state.review.left - here.length;
  at("count").textContent = now ? `${now} to decide` : "all decided";
  at("count").className = now ? "badge doubt" : "badge decided";
}

function refresh() {
  const focus = panel.editing;
  present(current, false);
  if (focus) panel.edit();
}

/** Make a field the one in focus, on the page, in the panel and in the list; keep what was typed. */
function select(id, focus = true) {
  if (panel.dirty && panel.field.id !== id && places.has(panel.field.id)) commit();
  const fresh = id !== current;
  if (!places.has(id)) {
    current = "";
    panel.clear();
    return;
  }
  current = id;
  if (fresh) since = performance.now();
  present(id, focus);
}

/** Show a field everywhere, with the value that was not taken if there is one. */
function present(id, focus) {
  if (!panel.dirty || panel.field.id !== id)
    panel.show(places.get(id), state.filing.pages, faults.get(id));
  paper.show(places.get(id).field, nearOf(places.get(id)));
  list.choose(id, focus);
}

/** Go to a field, but take the keyboard from nothing that has it if it is the one in focus. */
function arrive(id) {
  if (id !== current || document.activeElement === document.body) select(id);
}

/** The keyboard or the mouse has come to a field of the list. */
function focused(id) {
  if (id !== current) select(id, false);
}

/** Leave the input and what was typed there. */
function escaped() {
  faults.delete(current);
  select(current);
}

function goOn() {
  const next = doubtAfter(places, current, pending);
  if (next) {
    select(next);
    return;
  }
  select(current);
  at("finish").focus();
  announce("Every doubtful field is decided. Enter finishes the filing.");
}

/** Send an edit after those before it; the page goes on meanwhile. */
function send(edit) {
  const seconds = (performance.now() - since) / 1_000;
  since = performance.now();
  if (edit.action !== "attach" && edit.action !== "detach" && edit.field) pending.add(edit.field);
  faults.delete(edit.field);
  count();
  list.show(state, pending);
  queue(() => post({ ...edit, seconds }));
}

/** Whether the service has taken an edit; what it did not take is shown. */
async function post(edit) {
  try {
    const next = await filing.post("/edits", edit);
    pending.delete(edit.field);
    show(next);
    return true;
  } catch (problem) {
    pending.delete(edit.field);
    show(state);
    await failed(problem, edit);
    return false;
  }
}

/** Do something after all that was asked for before; none that fails holds up what comes after. */
function queue(step) {
  unsent += 1;
  sending = sending.then(step).catch(({ message }) => announce(message)).finally(() => (unsent -= 1));
}

async function failed(problem, edit) {
  if (isLost(problem) || problem.code === "filing-not-found") {
    await refused(problem);
    return;
  }
  announce(problem.message);
  if (!places.has(edit.field)) {
    panel.complain(problem.message);
    return;
  }
  faults.set(edit.field, { value: edit.value, message: problem.message });
  if (panel.dirty) return; // nobody is led away from what they type; `finish` leads here
  select(edit.field);
  if (edit.action === "set") panel.edit();
}

async function refused(problem) {
  lease.stop();
  if (problem.code === "review-held") {
    if (await dialogs.takesOver(problem)) await open(true);
    else leave();
    return;
  }
  await dialogs.gone(problem);
  leave();
}

function leave(address = QUEUE) {
  filing.review = "";
  location.assign(address);
}

/** Take another value for the field in focus: one of the recogniser's, or of a reviewer's. */
function choose(choice) {
  if (!choice || at("desk").inert || !places.has(current)) return;
  const { value, state: chosen } = choice;
  const action = { illegible: "illegible", blank: "blank", "footnote-only": "blank" }[chosen] ?? "set";
  decide(action === "set" ? { action, field: current, value } : { action, field: current });
}

function decide(edit) {
  panel.drop();
  send(edit);
  goOn();
}

/** Save what is typed, then go to the next doubtful field or simply to the next. */
function save(then) {
  if (panel.dirty || panel.places.length) commit();
  else if (then === "doubt") send({ action: "accept", field: current });
  if (then === "doubt") goOn();
  else select(list.after(current) ?? current);
}

function commit() {
  const edit = panel.edited();
  panel.drop();
  send(edit);
}

/** Save what is typed; resolves when all that was decided is sent. */
async function settle() {
  if (panel.dirty) commit();
  await sending;
}

function filled(page, { text, box }) {
  if (panel.field) panel.fill(text, { page: page.number, box });
}

/** Have a worker read a rectangle; what was read there before will do if none answers. */
async function read(page, box) {
  const { field } = panel;
  if (!field) return;
  announce("Reading…");
  panel.verdict.textContent = "Reading…";
  panel.verdict.className = "verdict";
  let text = await filing.snippet(page.number, box).catch(() => null);
  if (text === null) text = await paper.wordsIn(page.number, box);
  if (panel.field?.id !== field.id) return;
  panel.verdict.textContent = "";
  if (text) panel.fill(text, { page: page.number, box });
  else panel.complain("Nothing can be read there.");
}

function go(arrow) {
  const next = list.beside(current, arrow);
  if (next) select(next);
}

/** Do what a key or a button says. */
function act(name) {
  const acts = {
    accept: () => save("doubt"),
    blank: () => decide({ action: "blank", field: current }),
    illegible: () => decide({ action: "illegible", field: current }),
    edit: () => panel.edit(),
    doubt: goOn,
    undo,
    footnotes: attach,
    add: () => addRow(),
    delete: () => changeRow("delete-row"),
    merge: () => changeRow("merge-rows", -1),
    up: () => changeRow("move-row", -1),
    down: () => changeRow("move-row", 1),
    in: () => paper.scale(1.25),
    out: () => paper.scale(0.8),
    width: () => paper.fit(),
    turn: () => paper.turn(),
    help: dialogs.help,
    finish,
    back: sendBack,
    reread: readAgain,
  };
  if (!state || at("desk").inert) return;
  if (places.has(current) || ANYWHERE.includes(name)) acts[name]();
}

function undo() {
  queue(async () => {
    const before = new Set([...places.values()].filter(({ field }) => field.decided)
      .map(({ field }) => field.id));
    try {
      show(await filing.post("/undo"));
    } catch (problem) {
      await failed(problem, {});
      return;
    }
    const again = [...before].find((id) => places.has(id) && !places.get(id).field.decided);
    select(again ?? (places.has(current) ? current : [...places.keys()][0]));
    const { field } = places.get(current);
    announce(`Undone. ${field.title}: ${shown(field)}`);
  });
}

async function attach() {
  const { field } = places.get(current);
  if (!field.may_footnote) {
    announce("This field cannot have footnotes.");
    return;
  }
  for (const edit of await dialogs.footnotes(field, state.footnotes)) send(edit);
  select(current);
}

/** Add a row behind the one in focus, or to a group that has none, and go to its first field. */
function addRow(group = "") {
  const own = current;
  change(() => {
    const edit = group ? { action: "add-row", group } : added(places.get(own));
    const known = new Set(places.keys());
    return [edit, () => [...places.keys()].find((id) => !known.has(id))];
  });
}

/** Delete, merge or move the row of the field in focus. */
function changeRow(action, by = 0) {
  const own = current;
  change(() => {
    const place = places.get(own);
    return [changed(place, action, by),
      () => (places.has(current) ? current : nearest(state, place))];
  });
}

/** Send what changes rows, then go to the field that `next` finds.
 * Rows are numbered as they are when its turn comes: an edit before may have moved them. */
function change(make) {
  const seconds = (performance.now() - since) / 1_000;
  since = performance.now();
  queue(async () => {
    const [edit, next] = make();
    if (edit.fault) announce(edit.fault);
    else if (await post({ ...edit, seconds })) arrive(next() ?? current);
  });
}

/** End the review, if nothing is left to decide, and go on with the next filing. */
async function finish() {
  await settle();
  const wrong = [...faults.keys()].find((id) => places.has(id));
  if (wrong) {
    select(wrong);
    panel.edit();
    faults.delete(wrong);
    return;
  }
  if (state.review.left) {
    announce(`${state.review.left} fields are not decided yet.`);
    goOn();
    return;
  }
  await end({});
}

async function sendBack() {
  if (panel.dirty) commit();
  const comment = await dialogs.comment();
  if (comment) await end({ comment, send_back: true });
}

async function end(how) {
  await sending;
  try {
    const { next } = await filing.post("/finish", how);
    leave(next ? `${QUEUE}/filings/${next}` : QUEUE);
  } catch (problem) {
    await failed(problem, {});
  }
}

/** Have the filing read with another form or other pages, and review what comes of it. */
async function readAgain() {
  await settle();
  const wanted = await dialogs.reading(state.filing);
  if (!wanted) return;
  await sending;
  lease.stop();
  at("desk").inert = true;
  at("count").textContent = "being read again…";
  announce("The filing is being read again.");
  try {
    await filing.reread(wanted);
    faults.clear();
    await open();
    announce("The filing was read again.");
  } catch (problem) {
    lease.keep(state.review.lease_seconds);
    at("desk").inert = false;
    count();
    await failed(problem, {});
  }
}
