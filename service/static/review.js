// One filing on one screen: what the keys and the mouse do to it, and what is shown of it.

import { Filing } from "./api.js";
import * as dialogs from "./dialogs.js";
import { announce, at } from "./dom.js";
import { Fields, placesOf, shown } from "./fields.js";
import { listKeys, listen } from "./keys.js";
import { Panel, nearOf } from "./panel.js";
import { Paper } from "./paper.js";
import { added, changed, nearest } from "./rows.js";

const QUEUE = "/review";
const RENEWALS = 3; // in the time of a lease
const LOOK = 700; // milliseconds between two looks at a filing that is read again

const filing = new Filing(at("desk").dataset.filing);
const paper = new Paper(filing, { word: filled, rectangle: read, field: (id) => select(id) });
const panel = new Panel(filing, { save, choose, act, leave: () => select(current) });
const list = new Fields({ focus: focused, add: addRow });
const pending = new Set(); // fields decided here, of which the service has not answered yet

let state = null;
let places = new Map();
let current = "";
let since = 0;
let sending = Promise.resolve();
let renewing = 0;

start();

async function start() {
  listKeys();
  listen({ act, choose: (number) => panel.choices[number - 1] && choose(panel.choices[number - 1]), go });
  for (const [id, name] of [["undo", "undo"], ["help", "help"], ["finish", "finish"],
    ["back", "back"], ["reread", "reread"]])
    at(id).addEventListener("click", () => act(name));
  addEventListener("pagehide", () => filing.review && release());
  await open();
}

async function open(takeover = false) {
  try {
    show(await filing.open(takeover));
  } catch (problem) {
    await refused(problem);
    return;
  }
  clearInterval(renewing);
  renewing = setInterval(renew, (1_000 * state.review.lease_seconds) / RENEWALS);
  select(nextDoubt("") ?? [...places.keys()][0]);
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
  const { left } = state.review;
  const here = [...pending].filter((id) => isDoubt(id)).length;
  const now = left - here;
  at("count").textContent = now ? `${now} to decide` : "all decided";
  at("count").className = now ? "badge doubt" : "badge decided";
}

function refresh() {
  const focus = panel.editing;
  panel.show(places.get(current), state.filing.pages);
  look(current);
  list.choose(current, false);
  if (focus) panel.edit();
}

/** Make a field the one in focus, on the page, in the panel and in the list. */
function select(id, focus = true) {
  if (!places.has(id)) {
    panel.clear();
    return;
  }
  const fresh = id !== current;
  current = id;
  if (fresh) since = performance.now();
  panel.show(places.get(id), state.filing.pages);
  look(id);
  list.choose(id, focus);
}

function look(id) {
  paper.show(places.get(id).field, nearOf(places.get(id)));
}

/** The keyboard or the mouse has come to a field of the list; what was typed before is not lost. */
function focused(id) {
  if (id === current) return;
  if (panel.dirty) commit();
  select(id, false);
}

function isDoubt(id) {
  const { field } = places.get(id) ?? {};
  return Boolean(field) && field.to_decide && !field.decided;
}

/** The doubtful field that comes after one, around the end if need be. */
function nextDoubt(id) {
  const order = [...places.keys()];
  const from = order.indexOf(id) + 1;
  return [...order.slice(from), ...order.slice(0, from)]
    .find((each) => each !== id && isDoubt(each) && !pending.has(each));
}

function goOn() {
  const next = nextDoubt(current);
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
  count();
  list.show(state, pending);
  return queue(async () => {
    try {
      const next = await filing.post("/edits", { ...edit, seconds });
      pending.delete(edit.field);
      show(next);
    } catch (problem) {
      pending.delete(edit.field);
      show(state);
      await failed(problem, edit);
    }
  });
}

function queue(step) {
  sending = sending.then(step);
  return sending;
}

async function failed(problem, edit) {
  if (["review-held", "review-not-found", "filing-not-found"].includes(problem.code)) {
    await refused(problem);
    return;
  }
  if (edit.field) {
    select(edit.field);
    if (edit.action === "set") {
      panel.input.value = edit.value;
      panel.edit();
    }
    panel.complain(problem.message);
  }
  announce(problem.message);
}

async function refused(problem) {
  clearInterval(renewing);
  if (problem.code === "review-held") {
    if (await dialogs.takesOver(problem)) await open(true);
    else leave();
    return;
  }
  await dialogs.gone(problem);
  leave();
}

function leave(address = QUEUE) {
  location.assign(address);
}

async function renew() {
  try {
    await filing.post("/renew");
  } catch (problem) {
    // A service that is away for a moment ends nothing.
    if (problem.code !== "unreachable") await refused(problem);
  }
}

function release() {
  filing.post("/release", {}, { keepalive: true }).catch(() => {});
}

/** Take another value for the field in focus: one of the recogniser's, or of a reviewer's. */
function choose({ value, state: chosen }) {
  const action = { illegible: "illegible", blank: "blank", "footnote-only": "blank" }[chosen] ?? "set";
  decide(action === "set" ? { action, field: current, value } : { action, field: current });
}

function decide(edit) {
  send(edit);
  goOn();
}

/** Save what is typed, then go to the next doubtful field or simply to the next. */
async function save(then) {
  const edit = panel.dirty || panel.places.length ? panel.edited() : null;
  const on = () => (then === "doubt" ? goOn() : select(list.beside(current, "ArrowDown") ?? current));
  if (!edit) {
    if (then === "doubt") decide({ action: "accept", field: current });
    else on();
    return;
  }
  panel.before = panel.input.value;
  send(edit);
  on();
}

function commit() {
  const edit = panel.edited();
  panel.before = panel.input.value;
  send(edit);
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
  if (text === null) text = await stored(page, box);
  if (panel.field?.id !== field.id) return;
  panel.verdict.textContent = "";
  if (text) panel.fill(text, { page: page.number, box });
  else panel.complain("Nothing can be read there.");
}

async function stored(page, [left, top, right, bottom]) {
  const words = await paper.wordsOf(page.number).catch(() => []);
  return words.filter(({ box }) => {
    const x = (box[0] + box[2]) / 2, y = (box[1] + box[3]) / 2;
    return left <= x && x <= right && top <= y && y <= bottom;
  }).map(({ text }) => text).join(" ");
}

function go(arrow) {
  const next = list.beside(current, arrow);
  if (next) select(next);
}

/** Do what a key or a button says. */
function act(name) {
  const acts = {
    accept: () => decide({ action: "accept", field: current }),
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
  if (state && (places.has(current) || !panel.field)) acts[name]();
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
    announce(`Undone. ${describe(current)}`);
  });
}

function describe(id) {
  const { field } = places.get(id);
  return `${field.title}: ${shown(field)}`;
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
  const edit = group ? { action: "add-row", group } : added(places.get(current));
  const known = new Set(places.keys());
  change(edit, () => [...places.keys()].find((id) => !known.has(id)));
}

/** Delete, merge or move the row of the field in focus. */
function changeRow(action, by = 0) {
  const place = places.get(current);
  change(changed(place, action, by), () => (places.has(current) ? current : nearest(state, place)));
}

/** Send what changes rows, then go to the field that `next` finds. */
function change(edit, next) {
  if (edit.fault) announce(edit.fault);
  else send(edit).then(() => select(next() ?? current));
}

/** End the review, if nothing is left to decide, and go on with the next filing. */
async function finish() {
  await sending;
  if (state.review.left) {
    announce(`${state.review.left} fields are not decided yet.`);
    goOn();
    return;
  }
  await end({});
}

async function sendBack() {
  const comment = await dialogs.comment();
  if (comment) await end({ comment, send_back: true });
}

async function end(how) {
  await sending;
  try {
    const { next } = await filing.post("/finish", how);
    filing.review = "";
    leave(next ? `${QUEUE}/filings/${next}` : QUEUE);
  } catch (problem) {
    await failed(problem, {});
    if (places.has(current)) panel.complain(problem.message);
  }
}

/** Have the filing read with another form or other pages, and review what comes of it. */
async function readAgain() {
  const wanted = await dialogs.reading(state.filing);
  if (!wanted) return;
  try {
    clearInterval(renewing);
    await filing.post("/reread", wanted);
    at("count").textContent = "being read again…";
    announce("The filing is being read again.");
    for (;;) {
      await new Promise((done) => setTimeout(done, LOOK));
      if ((await filing.get("/progress")).ended) break;
    }
    filing.review = undefined;
    await open();
    announce("The filing was read again.");
  } catch (problem) {
    await failed(problem, {});
    panel.complain(problem.message);
  }
}
