// Keys and partial page updates for the audit. Every page works without this file.

const $ = (query, root = document) => root.querySelector(query);
const $$ = (query, root = document) => [...root.querySelectorAll(query)];

/** Make an element with properties and what is inside. */
function make(tag, properties, ...inside) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...inside);
  return element;
}

// ---- Forms by fetch: the page is replaced in place, and what could not be sent stays as it was typed. ----

let busy = false;

function tell(words) {
  const place = $("#tell");
  if (place) place.textContent = words;
}

/** Put the main part of a page that was fetched in the place of this one's. */
function show(html, url) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const main = $("main", page);
  if (!main) throw new Error("no page");
  $("main").replaceWith(document.adoptNode(main));
  document.title = page.title;
  if (url && url !== location.href) history.pushState({}, "", url);
  arrive();
}

async function send(form, button) {
  if (busy) return;
  busy = true;
  tell("Saving …");
  const fields = new FormData(form);
  if (button?.name) fields.set(button.name, button.value);
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(fields), redirect: "follow" });
    if (answer.ok && form.hasAttribute("data-keep")) forget();
    if (answer.status >= 500) throw new Error(`the server answered ${answer.status}`);
    show(await answer.text(), answer.redirected ? answer.url : "");
  } catch {
    tell("Not saved: the server did not answer. Your answer is still here; try again.");
  } finally {
    busy = false;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-smooth]")) return;
  event.preventDefault();
  send(form, event.submitter);
});

addEventListener("popstate", () => location.reload());

// ---- Audit ----

const drafted = () => `draft ${location.pathname}`;
const forget = () => sessionStorage.removeItem(drafted());
const rows = () => $$(".decide");
const marked = (row) => $("input:checked", row);
const undecided = () => rows().find((row) => !marked(row));
const typing = (element) => element.matches("textarea, select, input:not([type=radio], [type=checkbox])");

/** Keep what is not saved yet, for a reload, the back button or another tab of the same unit's page. */
function draft() {
  const fields = [...new FormData($("form[data-keep]"))].filter(([name]) => name !== "form" && !name.startsWith("seen:"));
  sessionStorage.setItem(drafted(), JSON.stringify(fields));
}

function restore(form) {
  for (const [name, value] of JSON.parse(sessionStorage.getItem(drafted()) ?? "[]")) {
    if (name.startsWith("add:")) addCode(name.slice(4), true);
    for (const field of $$("input, textarea", form).filter((field) => field.name === name)) {
      if (["radio", "checkbox"].includes(field.type)) field.checked = field.value === value;
      else field.value = value;
    }
  }
}

/** Set up a page that has come: what was typed, and the focus on what is to do next. */
function arrive() {
  for (const element of $$(".scripted")) element.hidden = false;
  $(".top [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  const form = $("form[data-keep]");
  if (form) {
    restore(form);
    $("#unit")?.scrollIntoView({ block: "nearest" });
    focusOn(undecided() ?? rows()[0], false);
  } else if (document.activeElement === document.body) {
    ($("[autofocus], [data-focus]") ?? $("main a[data-key]"))?.focus({ preventScroll: true });
  }
  tell($(".said")?.textContent.trim() ?? "");
}

/** Focus a row, or the way on where none is left. */
function focusOn(row, scroll = true) {
  const target = row ? (marked(row) ?? $("input[type=radio]", row)) : $("[data-key=n]");
  target?.focus({ preventScroll: true });
  if (scroll) row?.scrollIntoView({ block: "nearest" });
}

const current = () => document.activeElement?.closest(".decide") ?? undecided() ?? rows()[0];

/** Give rows the verdict of a key, and go on to what is left. */
function decide(key, ...chosen) {
  for (const row of chosen) $(`[data-mark="${key}"]`, row).checked = true;
  draft();
  const done = { a: "Accepted", x: "Rejected", "?": "Unsure" }[key];
  if (chosen.length) tell(`${done}: ${chosen.map((row) => row.dataset.code).join(", ")}`);
  focusOn(undecided());
}

const all = (key) => decide(key, ...rows().filter((row) => !marked(row)));
const one = (key) => decide(key, ...(rows().length ? [current()] : []));
const step = (by) => focusOn(rows()[Math.max(0, rows().indexOf(current()) + by)] ?? current());

/** Add a code by hand: a box that is checked. */
function addCode(code, quietly = false) {
  const shown = rows().find((row) => row.dataset.code === code);
  const list = $(".added");
  if (shown && !quietly) return decide("a", shown);
  const there = $$(".audit input").find((box) => box.name === `add:${code}`);
  if (there) there.checked = true;
  if (shown || there) return;
  const box = make("input", { type: "checkbox", name: `add:${code}`, value: "1", checked: true });
  list.append(make("li", {}, make("label", { className: "pick" }, box, ` ${code}`)));
  if (quietly) return;
  draft();
  tell(`Added: ${code}`);
}

/** Show the codes whose names hold all the words that were typed. */
function find(input) {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const codes = words.length ? $$("#codes option").filter(({ value }) => words.every((word) => value.toLowerCase().includes(word))) : [];
  const list = $("#found");
  list.replaceChildren(...codes.slice(0, 12).map(({ value, label }, n) =>
    make("li", { id: `found-${n}`, role: "option" }, value, make("small", {}, label === value ? "" : ` ${label}`))));
  list.hidden = !codes.length;
  input.setAttribute("aria-expanded", String(!list.hidden));
  choose(input, 0);
}

function choose(input, n) {
  const options = $$("#found li");
  const at = options.length ? (n + options.length) % options.length : -1;
  options.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
  options[at]?.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", options[at]?.id ?? "");
}

function take(input, option) {
  input.value = "";
  find(input);
  input.focus();
  addCode(option.firstChild.data);
}

function comboKey(event, input) {
  const options = $$("#found li");
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") choose(input, at + 1);
  else if (event.key === "ArrowUp") choose(input, at - 1);
  else if (event.key !== "Enter") return;
  else if (at >= 0) take(input, options[at]);
  else if (input.value.trim()) tell("No code holds these words.");
  else focusOn();
  event.preventDefault();
}

document.addEventListener("input", (event) => {
  if (event.target.id === "add") find(event.target);
  if (event.target.closest("form[data-keep]")) draft();
});
document.addEventListener("focusin", (event) => {
  if (event.target.id !== "add") return;
  const more = { role: "combobox", "aria-autocomplete": "list", "aria-controls": "found", "aria-expanded": "false" };
  for (const [name, value] of Object.entries(more)) event.target.setAttribute(name, value);
});

/** Code the selected words in place of the unit, in UTF-16 units from where each stretch of words starts in the text. */
function codeSelected() {
  const stretches = selected($$(".context [data-start]"));
  const fields = $("#verdicts").elements;
  if (!stretches.length || !fields.start) return $("#words")?.focus();
  const [first, last, words] = [stretches[0], stretches.at(-1), getSelection().toString()];
  fields.start.value = `${first.element.dataset.start}:${first.from}`;
  fields.end.value = `${last.element.dataset.start}:${last.to}`;
  fields.words.value = "";
  fields.whole.checked = false;
  $(".chosen q").textContent = words;
  $(".chosen").hidden = false;
  tell(`Passage: ${words}`);
  draft();
}

/** Why this code? The explanation is fetched when it is asked for. */
async function why(link) {
  if (!link) return;
  const aside = $("#why");
  tell("Looking for the reasons …");
  try {
    const answer = await fetch(link.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    aside.replaceChildren(...($(".reasons", page) ?? $("main", page)).childNodes);
    aside.scrollIntoView({ block: "nearest" });
    tell("");
  } catch {
    tell("The server did not answer.");
  }
}

document.addEventListener("click", (event) => {
  const option = event.target.closest("#found li");
  const link = event.target.closest("a.why");
  if (option) take($("#add"), option);
  else if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    why(link);
  } else if (event.target.closest("[data-key=h]")) $("#help").showModal();
});

const KEYS = {
  a: () => one("a"), x: () => one("x"), "?": () => one("?"),
  A: () => all("a"), X: () => all("x"),
  j: () => step(1), k: () => step(-1),
  "+": () => $("#add").focus(), "/": () => $("#add").focus(),
  m: () => $("#memo").focus(),
  p: codeSelected,
  w: () => why($("a.why", current())),
};

/** Close what is open, and leave a field, so that single keys work again. */
function leave(at) {
  $("#why")?.replaceChildren();
  if ($("#found")) $("#found").hidden = true;
  if (at.closest(".audit")) focusOn(undecided());
  else if (at.closest(".adjudicate")) $(".adjudicate [data-key]").focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $("dialog[open]")) return;
  const at = event.target;
  if (event.key === "Escape") return leave(at);
  if (at.id === "add") comboKey(event, at);
  if (typing(at) || busy) return;
  const button = $(`button[data-key="${CSS.escape(event.key)}"], a[data-key="${CSS.escape(event.key)}"]`);
  const audit = $(".audit");
  if (event.key === "Enter" && audit && !at.closest("button, a, summary")) $("button[data-key=n]").click();
  else if (audit && KEYS[event.key]) KEYS[event.key]();
  else if (audit && /^[1-9]$/.test(event.key)) focusOn(rows()[event.key - 1] ?? current());
  else if (button) button.click();
  else return;
  event.preventDefault();
});

// ---- Selection of words, for the audit and for reading ----

/** Return how many UTF-16 units of an element's words lie before a point of a range. */
function unitsBefore(element, node, offset) {
  const range = document.createRange();
  range.setStart(element, 0);
  range.setEnd(node, offset);
  return range.toString().length;
}

/** Return the place in an element's words that lies so many UTF-16 units from its start. */
function placeAt(element, units) {
  const walk = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walk.nextNode() && units > walk.currentNode.length) units -= walk.currentNode.length;
  return [walk.currentNode, units];
}

/** Return of each element, of whose words some are selected, from where to where, in UTF-16 units. */
function selected(elements) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return [];
  const range = selection.getRangeAt(0);
  return elements.filter((element) => range.intersectsNode(element)).map((element) => ({
    element,
    from: element.contains(range.startContainer) ? unitsBefore(element, range.startContainer, range.startOffset) : 0,
    to: element.contains(range.endContainer) ? unitsBefore(element, range.endContainer, range.endOffset) : element.textContent.length,
  })).filter(({ from, to }) => from < to);
}

arrive();

// ---- Reading ----

/** The reading view: a selection becomes a passage to code, by mouse or keyboard; `n` and `p` go to uncoded units. */
function reading() {
  const view = $("[data-page=reading]");
  if (!view) return;
  const form = $("#marking");
  const fields = form.elements;
  const turns = $$(".words", view);
  const selection = getSelection();
  let place = $$(".chosen", view).at(-1) ?? document.getElementById(location.hash.slice(1));
  let last = turns[0];

  /** Put what is selected into the form; what lies outside of the words of turns does not count. */
  function mark() {
    const inside = selected(turns);
    if (!inside.length) return;
    const [first, end] = [inside[0], inside.at(-1)];
    fields.turn.value = first.element.dataset.turn;
    fields.offset.value = first.from;
    fields.until_turn.value = end.element.dataset.turn;
    fields.until_offset.value = end.to;
    fields.quote.value = inside.map(({ element, from, to }) => element.textContent.slice(from, to)).join("\n");
    place = last = first.element;
    if (CSS.highlights) CSS.highlights.set("marked", new Highlight(selection.getRangeAt(0).cloneRange()));
  }

  /** Forget the selection: the quote was typed or changed by hand, and is located by its words. */
  function unmark() {
    for (const name of ["offset", "until_turn", "until_offset"]) fields[name].value = "";
    fields.turn.value = fields.turn.defaultValue;
    CSS.highlights?.delete("marked");
  }

  /** Select a unit: its first piece, and those that follow without another unit's beginning. */
  function select(piece) {
    let end = piece;
    while (end.nextSibling?.classList?.contains("uncoded") && !end.nextSibling.id.startsWith("unit-")) end = end.nextSibling;
    go(piece.closest(".words"));
    selection.setBaseAndExtent(piece, 0, end, end.childNodes.length);
    piece.scrollIntoView({ block: "center" });
    mark();
    place = piece;
  }

  /** Focus the words of a turn; one turn alone is a stop of the Tab key. */
  function go(words) {
    if (!words) return;
    for (const other of turns) other.tabIndex = other === words ? 0 : -1;
    words.focus();
    last = words;
  }

  /** Select the next or previous unit not yet coded by this coder; beyond this part a link leads on. */
  function jump(forward) {
    const units = $$(".uncoded[id^=unit-]", view);
    const side = forward ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING;
    const there = units.filter((unit) => !place || (place !== unit && place.compareDocumentPosition(unit) & side));
    const unit = forward ? there[0] : there.at(-1);
    if (unit) select(unit);
    else $(forward ? "#beyond" : "#before")?.click();
  }

  /** Move or lengthen the selection within the words. */
  function arrow(event, words) {
    const forward = event.key === "ArrowRight" || event.key === "ArrowDown";
    const across = event.key === "ArrowRight" || event.key === "ArrowLeft";
    const way = forward ? "forward" : "backward";
    if (!event.shiftKey && !across) return go(turns[turns.indexOf(words) + (forward ? 1 : -1)]);
    if (!(event.shiftKey ? view : words).contains(selection.focusNode)) selection.collapse(words, 0);
    if (event.shiftKey) {
      selection.modify("extend", way, across ? (event.ctrlKey || event.altKey ? "word" : "character") : "line");
    } else {
      selection[forward ? "collapseToEnd" : "collapseToStart"]();
      if (!forward) selection.modify("move", "backward", "word");
      selection.modify("extend", "forward", "word");
    }
    mark();
  }

  document.addEventListener("keydown", (event) => {
    const words = event.target.closest?.(".words");
    if (event.key === "Escape" && form.contains(event.target)) return go(last);
    if (event.metaKey || typing(event.target)) return;
    if (words && event.key.startsWith("Arrow")) arrow(event, words);
    else if (words && event.key === "Enter") fields.code.focus();
    else if (["n", "p"].includes(event.key) && !event.ctrlKey && !event.altKey) jump(event.key === "n");
    else return;
    event.preventDefault();
  });
  for (const kind of ["mouseup", "touchend", "keyup"]) document.addEventListener(kind, (event) => {
    if (!form.contains(event.target)) setTimeout(mark);
  });
  fields.quote.addEventListener("input", unmark);
  for (const kind of ["pointerover", "focusin", "pointerout", "focusout"]) view.addEventListener(kind, (event) => {
    const stripe = event.target.closest?.("[data-event]");
    if (!stripe) return;
    for (const piece of $$(`.piece[data-events~="${stripe.dataset.event}"]`, view)) piece.classList.toggle("lit", !kind.endsWith("out"));
  });
  if (turns.length) turns[0].tabIndex = 0;
  if (!$("#coding") && place?.matches(".uncoded[id^=unit-]")) select(place);
  const [from, to] = [fields.turn, fields.until_turn].map(({ value }) => turns.find((words) => words.dataset.turn === value));
  if (fields.offset.value && from && to) { // a form that came back
    selection.setBaseAndExtent(...placeAt(from, fields.offset.value), ...placeAt(to, fields.until_offset.value));
    mark();
  }
}

reading();
