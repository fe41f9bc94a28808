// Keys and smoothness for the audit room. Every page works without this file.

const $ = (query, root = document) => root.querySelector(query);
const $$ = (query, root = document) => [...root.querySelectorAll(query)];

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
  if (url && url !== location.href) history.pushState({ room: true }, "", url);
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
    if (answer.status >= 500) throw new Error(`the room answered ${answer.status}`);
    show(await answer.text(), answer.redirected ? answer.url : "");
  } catch {
    tell("Not saved: the room did not answer. What you said is still here; try again.");
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
const typing = (element) => element.matches("textarea, select, input:not([type=radio], [type=checkbox])");

/** Keep what is not saved yet, for a reload, the back button or another tab of the same unit's page. */
function draft() {
  const form = $("form[data-keep]");
  if (!form) return;
  const fields = [...new FormData(form)].filter(([name]) => name !== "form" && !name.startsWith("seen:"));
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
  const form = $("form[data-keep]");
  if (form) {
    restore(form);
    $("#unit")?.scrollIntoView({ block: "nearest" });
    const next = rows().find((row) => !marked(row)) ?? rows()[0];
    focusOn(next, false);
  } else if (document.activeElement === document.body) {
    $("[data-focus], main a[data-key]")?.focus({ preventScroll: true });
  }
  tell($(".said")?.textContent.trim() ?? "");
}

function focusOn(row, scroll = true) {
  const target = row ? (marked(row) ?? $("input[type=radio]", row)) : $("[data-key=n]");
  target?.focus({ preventScroll: true });
  for (const other of rows()) other.classList.toggle("current", other === row);
  if (scroll) row?.scrollIntoView({ block: "nearest" });
}

const current = () => document.activeElement?.closest(".decide") ?? $(".decide.current") ?? rows()[0];

function mark(row, key) {
  if (!row) return;
  const choice = $(`[data-mark="${key}"]`, row);
  choice.checked = true;
  draft();
  tell(`${choice.closest("label").textContent.trim()}: ${row.dataset.code}`);
  focusOn(rows().find((other) => !marked(other)));
}

function markAll(key) {
  for (const row of rows().filter((row) => !marked(row))) $(`[data-mark="${key}"]`, row).checked = true;
  draft();
  focusOn(undefined);
  tell(key === "a" ? "All that were left are accepted." : "All that were left are rejected.");
}

function step(by) {
  const all = rows();
  const at = all.indexOf(current());
  focusOn(all[Math.min(all.length - 1, Math.max(0, at + by))]);
}

/** Add a code by hand: a box that is checked. */
function addCode(code, quietly = false) {
  const shown = rows().find((row) => row.dataset.code === code);
  if (shown) {
    if (!quietly) mark(shown, "a");
    return;
  }
  const list = $(".added");
  if (!list || $$("input", list).some((box) => box.name === `add:${code}`)) return;
  const box = Object.assign(document.createElement("input"), { type: "checkbox", name: `add:${code}`, value: "1", checked: true });
  const label = document.createElement("label");
  label.className = "pick";
  label.append(box, ` ${code}`);
  const item = document.createElement("li");
  item.append(label);
  list.append(item);
  if (!quietly) {
    draft();
    tell(`Added: ${code}`);
  }
}

/** Show the codes whose names hold all the words that were typed. */
function find(input) {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const codes = words.length ? $$("#codes option").filter(({ value }) => words.every((word) => value.toLowerCase().includes(word))) : [];
  const list = $("#found");
  list.replaceChildren(...codes.slice(0, 12).map((code, n) => {
    const option = Object.assign(document.createElement("li"), { id: `found-${n}`, role: "option", textContent: code.value });
    option.dataset.code = code.value;
    if (code.label !== code.value) option.append(Object.assign(document.createElement("small"), { textContent: ` ${code.label}` }));
    return option;
  }));
  list.hidden = !codes.length;
  input.setAttribute("aria-expanded", String(!list.hidden));
  choose(input, 0);
}

function choose(input, n) {
  const options = $$("#found li");
  const at = options.length ? (n + options.length) % options.length : -1;
  options.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
  options[at]?.scrollIntoView({ block: "nearest" });
  if (at < 0) input.removeAttribute("aria-activedescendant");
  else input.setAttribute("aria-activedescendant", options[at].id);
}

function take(input, option) {
  input.value = "";
  find(input);
  addCode(option.dataset.code);
  draft();
}

function comboKey(event, input) {
  const options = $$("#found li");
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") choose(input, at + 1);
  else if (event.key === "ArrowUp") choose(input, at - 1);
  else if (event.key === "Enter" && at >= 0) take(input, options[at]);
  else if (event.key === "Enter" && !input.value.trim()) focusOn(undefined);
  else if (event.key === "Enter") tell("No code holds these words.");
  else return;
  event.preventDefault();
}

document.addEventListener("input", (event) => {
  if (event.target.id === "add") find(event.target);
  if (event.target.closest("form[data-keep]")) draft();
});
document.addEventListener("focusin", (event) => {
  const row = event.target.closest(".decide");
  if (row) for (const other of rows()) other.classList.toggle("current", other === row);
  if (event.target.id === "add") {
    const more = { role: "combobox", "aria-autocomplete": "list", "aria-controls": "found", "aria-expanded": "false" };
    for (const [name, value] of Object.entries(more)) event.target.setAttribute(name, value);
  }
});
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest("#found li");
  if (!option) return;
  event.preventDefault();
  take($("#add"), option);
});

/** Judge the words that are selected, in UTF-16 units from where each stretch of words starts in the text. */
function judgeSelected() {
  const place = selectedPlace($(".context"));
  const form = $("#verdicts");
  if (!place || !form?.elements.start) {
    $("#words")?.focus();
    return;
  }
  form.elements.start.value = place.start;
  form.elements.end.value = place.end;
  form.elements.words.value = "";
  if (form.elements.whole) form.elements.whole.checked = false;
  $(".chosen q").textContent = place.words;
  $(".chosen").hidden = false;
  tell(`Judged: ${place.words}`);
  draft();
}

/** Why this code? The explanation is fetched when it is asked for. */
async function why(link) {
  const aside = $("#why");
  if (!link || !aside) return;
  tell("Looking for the reasons …");
  try {
    const answer = await fetch(link.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    aside.replaceChildren(...($(".reasons", page) ?? $("main", page)).childNodes);
    $(".back", aside)?.parentElement.remove();
    aside.scrollIntoView({ block: "nearest" });
    tell("");
  } catch {
    tell("The room did not answer.");
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.why");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    why(link);
  } else if (event.target.closest("[data-key=h]")) $("#help").showModal();
});

const KEYS = {
  a: () => mark(current(), "a"),
  x: () => mark(current(), "x"),
  "?": () => mark(current(), "?"),
  A: () => markAll("a"),
  X: () => markAll("x"),
  j: () => step(1),
  k: () => step(-1),
  "+": () => $("#add").focus(),
  "/": () => $("#add").focus(),
  m: () => $("#memo").focus(),
  p: judgeSelected,
  w: () => why($("a.why", current() ?? document.createElement("p"))),
  h: () => $("#help").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $("dialog[open]")) return;
  const at = event.target;
  if (event.key === "Escape") {
    $("#why")?.replaceChildren();
    if ($("#found")) $("#found").hidden = true;
    if (at.closest(".audit")) focusOn(rows().find((row) => !marked(row)));
    return;
  }
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

/** Return where the selected words start and end, each as `start of its stretch:UTF-16 units`, or null. */
function selectedPlace(root) {
  const selection = getSelection();
  if (!root || !selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const stretches = $$("[data-start]", root).filter((element) => range.intersectsNode(element));
  const first = stretches[0];
  const last = stretches.at(-1);
  if (!first) return null;
  const from = first.contains(range.startContainer) ? unitsBefore(first, range.startContainer, range.startOffset) : 0;
  const to = last.contains(range.endContainer) ? unitsBefore(last, range.endContainer, range.endOffset) : last.textContent.length;
  return { start: `${first.dataset.start}:${from}`, end: `${last.dataset.start}:${to}`, words: selection.toString() };
}

arrive();

// ---- Reading ----

/** The reading view: a selection becomes a passage to code, by mouse or keyboard; `n` and `p` go to uncoded units. */
function reading() {
  const room = $("[data-room=reading]");
  if (!room) return;
  const form = $("#marking");
  const fields = form.elements;
  const turns = $$(".words", room);
  const selection = getSelection();
  let place = $$(".chosen", room).at(-1) ?? document.getElementById(location.hash.slice(1));
  let last = turns[0];

  /** Put what is selected into the form; what lies outside of the words of turns does not count. */
  function mark() {
    if (!selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    const inside = turns.filter((words) => range.intersectsNode(words)).map((words) => ({
      words,
      from: words.contains(range.startContainer) ? unitsBefore(words, range.startContainer, range.startOffset) : 0,
      to: words.contains(range.endContainer) ? unitsBefore(words, range.endContainer, range.endOffset) : words.textContent.length,
    })).filter(({ from, to }) => from < to);
    if (!inside.length) return;
    const [first, end] = [inside[0], inside.at(-1)];
    fields.turn.value = first.words.dataset.turn;
    fields.offset.value = first.from;
    fields.until_turn.value = end.words.dataset.turn;
    fields.until_offset.value = end.to;
    fields.quote.value = inside.map(({ words, from, to }) => words.textContent.slice(from, to)).join("\n");
    place = last = first.words;
    if (CSS.highlights) CSS.highlights.set("marked", new Highlight(range.cloneRange()));
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
    const words = piece.closest(".words");
    go(words);
    selection.setBaseAndExtent(piece, 0, end, end.childNodes.length);
    piece.scrollIntoView({ block: "center" });
    mark();
    place = piece;
  }

  /** Focus the words of a turn; one turn alone is a stop of the Tab key. */
  function go(words) {
    if (!words) return;
    for (const other of turns) other.tabIndex = other === words ? 0 : -1;
    words.focus({ preventScroll: false });
    last = words;
  }

  /** Select the next or previous unit without a word of this coder's; beyond this part a link leads on. */
  function jump(forward) {
    const units = $$(".uncoded[id^=unit-]", room);
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
    if (!selection.rangeCount || !words.contains(selection.focusNode)) {
      if (!event.shiftKey || !room.contains(selection.focusNode)) selection.collapse(words, 0);
    }
    if (event.shiftKey) {
      selection.modify("extend", way, across ? (event.ctrlKey || event.altKey ? "word" : "character") : "line");
    } else {
      if (forward) selection.collapseToEnd();
      else {
        selection.collapseToStart();
        selection.modify("move", "backward", "word");
      }
      selection.modify("extend", "forward", "word");
    }
    mark();
  }

  room.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    if (event.key === "Escape" && form.contains(event.target)) return go(last);
    const words = event.target.closest(".words");
    if (typing || event.metaKey || !words) return;
    if (event.key.startsWith("Arrow")) arrow(event, words);
    else if (event.key === "Enter") fields.code.focus();
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select")) return;
    if (event.key !== "n" && event.key !== "p") return;
    event.preventDefault();
    jump(event.key === "n");
  });
  for (const kind of ["mouseup", "touchend", "keyup"]) document.addEventListener(kind, (event) => {
    if (!form.contains(event.target)) setTimeout(mark);
  });
  fields.quote.addEventListener("input", unmark);
  for (const kind of ["pointerover", "focusin", "pointerout", "focusout"]) room.addEventListener(kind, (event) => {
    const stripe = event.target.closest?.("[data-event]");
    if (!stripe) return;
    const on = kind === "pointerover" || kind === "focusin";
    for (const piece of $$(`.piece[data-events~="${stripe.dataset.event}"]`, room)) piece.classList.toggle("lit", on);
  });
  if (turns.length) turns[0].tabIndex = 0;
  if (place?.matches(".uncoded[id^=unit-]")) select(place);
}

reading();
