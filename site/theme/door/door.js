// The door's page: search, check in, undo, add somebody; all of it without a network, too.
import { WALK_IN, attendance, isWalkIn } from "./check-ins.js";
import { KEPT_MS, openStorage, wipe } from "./storage.js";
import { genuine, typedCode } from "./tickets.js";

const page = document.querySelector("[data-door]");
const slug = page.dataset.door;
const words = JSON.parse(page.querySelector("[data-words]").textContent);
const part = (name) => page.querySelector(`[data-${name}]`);
const fill = (name, values = {}) =>
  words[name].replace(/\{(\w+)\}/g, (_, value) => String(values[value]));
const random = (bytes) =>
  [...crypto.getRandomValues(new Uint8Array(bytes))].map((b) => b.toString(16).padStart(2, "0")).join("");
const folded = (text) =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ß", "ss").replaceAll("ø", "o").replaceAll("æ", "ae");

const SHOWN = 25; // rows at once: more would be slow on an old phone
const SYNC_MS = 15_000;
const AT_ONCE = 50; // taps in one request

// Asked for before anything else: the slowest step.
const loading = fetch(`/door/${slug}/list`, { cache: "no-store" });
loading.catch(() => {}); // whoever awaits it hears of it

let storage;
let phone;
let list = null; // { parties, cancelled }
let since = 0;
const unsent = new Map(); // id → tap
const parties = new Map(); // code → { code, name, places, food, words, taps }

// ---- What is known

function party(code) {
  if (!parties.has(code)) parties.set(code, { code, name: "", places: 0, food: "", words: [], taps: new Map() });
  return parties.get(code);
}

function learnList(content) {
  list = content;
  const listed = new Set(content.parties.map(({ code }) => code));
  for (const known of parties.values()) if (!isWalkIn(known.code)) known.isListed = listed.has(known.code);
  for (const { code, name, guests, places, food } of content.parties) {
    const names = [name, ...(guests ?? [])].map(folded);
    const words = names.flatMap((one) => [one, ...one.split(/[\s-]+/)]);
    Object.assign(party(code), { name, guests: guests ?? [], places, food, foodKey: folded(food), isListed: true, words });
  }
  order = content.parties.map(({ code }) => parties.get(code));
}
let order = []; // as the list has them

function learnTaps(taps) {
  const changed = new Set();
  for (const tap of taps) {
    const known = party(tap.code);
    if (known.taps.has(tap.id)) continue;
    known.taps.set(tap.id, tap);
    known.now = undefined;
    changed.add(known);
    if (isWalkIn(tap.code) && tap.kind === "came") {
      Object.assign(known, { name: tap.name, places: tap.people, words: [folded(tap.name), ...folded(tap.name).split(/[\s-]+/)] });
    }
  }
  return changed.size > 0;
}

const stateOf = (known) => (known.now ??= attendance([...known.taps.values()], known.places));
const walkIns = () =>
  [...parties.values()]
    .filter((known) => isWalkIn(known.code) && stateOf(known).standing.length)
    .sort((a, b) => a.name.localeCompare(b.name) || (a.code < b.code ? -1 : 1));
const everybody = () => [...walkIns(), ...order];

// ---- Tapping

async function tap(known, kind, facts = {}) {
  const made = {
    id: random(12),
    code: known.code,
    kind,
    people: 0,
    of: [],
    knows: [...stateOf(known).standing],
    phone,
    at: Math.floor(Date.now() / 1000),
    name: "",
    ...facts,
  };
  learnTaps([made]);
  show();
  unsent.set(made.id, made);
  await storage.keep([{ ...made, isSent: false }]); // on the disk before it is sent
  scheduleSync();
  return made;
}

async function checkIn(known, people) {
  const made = await tap(known, "came", { people });
  offerUndo(known, [made.id]);
}

async function undo(known, of = stateOf(known).standing) {
  await tap(known, "undo", { of: [...of] });
  offerUndo(null);
}

function addSomebody(name, people) {
  const code = WALK_IN + [...crypto.getRandomValues(new Uint8Array(8))].map((b) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[b & 31]).join("");
  return tap({ ...party(code), code }, "came", { people, name }).then((made) => offerUndo(party(code), [made.id]));
}

// ---- Sending and hearing

let syncing = null;
let isOffline = false;
let timer;

function scheduleSync(wait = 200) {
  clearTimeout(timer);
  timer = setTimeout(sync, wait);
}

// One at a time. Taps leave the phone in any order: what they say depends on none.
function sync() {
  syncing ??= exchange()
    .then(
      () => (isOffline = false),
      (error) => {
        if (error === "signed out") return forget();
        isOffline = true;
      },
    )
    .finally(() => {
      syncing = null;
      showState();
      scheduleSync(SYNC_MS);
    });
  return syncing;
}

async function exchange() {
  let sending;
  do {
    sending = [...unsent.values()].slice(0, AT_ONCE);
    const body = JSON.stringify({ since, taps: sending });
    const answer = await fetch(`/door/${slug}/taps`, { method: "POST", body, headers: { "Content-Type": "application/json" } });
    if (answer.status === 401) throw "signed out";
    if (!answer.ok) throw answer.status;
    const { taps, now } = await answer.json();
    await storage.keep([...sending, ...taps].map((one) => ({ ...one, isSent: true })));
    for (const { id } of sending) unsent.delete(id);
    since = now;
    if (learnTaps(taps)) show();
    showState();
  } while (sending.length === AT_ONCE);
  if (!list || list.kept) await loadList();
}

async function loadList(answering = fetch(`/door/${slug}/list`, { cache: "no-store" })) {
  const answer = await answering;
  if (answer.status === 401) throw "signed out";
  if (!answer.ok) throw answer.status;
  const content = await answer.json();
  learnList(content);
  learnTaps(content.taps);
  show();
  if (!content.kept) {
    since = content.now;
    await storage.keep(content.taps.map((one) => ({ ...one, isSent: true })));
    await keepInWorker(content);
  }
}

// The worker keeps what comes from now on; what came before it, it is handed.
async function keepInWorker(content) {
  if (!navigator.serviceWorker) return;
  const { active } = await navigator.serviceWorker.ready;
  const addresses = performance.getEntriesByType("resource").map(({ name }) => new URL(name));
  const files = addresses
    .filter(({ origin, pathname }) => origin === location.origin && /^\/(assets|door)\/.*\.\w+$/.test(pathname))
    .map(({ pathname }) => pathname);
  const keep = new Set([...files, location.pathname, ...["check-ins", "scanner", "storage", "tickets"].map((name) => `/door/${name}.js`)]);
  const channel = new MessageChannel();
  const kept = new Promise((resolve) => (channel.port1.onmessage = ({ data }) => resolve(data)));
  active.postMessage({ slug, keep: [...keep], list: content }, [channel.port2]);
  page.dataset.kept = await kept;
}

// ---- Showing

let query = "";

function matching() {
  const code = typedCode(query);
  if (code && parties.has(code)) return [parties.get(code)];
  const wanted = folded(query).split(/\s+/).filter(Boolean);
  if (!wanted.length) return everybody();
  return everybody().filter((known) => wanted.every((start) => known.words.some((word) => word.startsWith(start))));
}

function show() {
  showMatches();
  showCounts();
  showDoubles();
  showState();
}

// All that a key changes.
function showMatches() {
  const matches = list ? matching() : [];
  part("list").replaceChildren(...matches.slice(0, SHOWN).map(row));
  const rest = matches.length - SHOWN;
  part("more").textContent = !list ? fill("noList") : rest > 0 ? fill("more", { parties: rest }) : matches.length ? "" : fill("nobody");
}

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function button(label, className, act) {
  const made = element("button", className, label);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

function row(known) {
  const made = element("li", "");
  made.dataset.code = known.code;
  made.append(...rowParts(known));
  return made;
}

function rowParts(known) {
  const { came, standing } = stateOf(known);
  const left = known.places - came;
  const about = [isWalkIn(known.code) ? fill("walkIn") : known.places === 1 ? fill("onePlace") : fill("places", known), known.guests?.length ? fill("with", { names: known.guests.join(", ") }) : "", known.food];
  const text = element("div", "door-who", element("b", "", known.name), element("span", "", about.filter(Boolean).join(" · ")));
  if (standing.length) text.append(element("span", "door-here", fill("here", { came, places: known.places })));
  const buttons = element("div", "door-row-buttons");
  if (left > 0) {
    buttons.append(button(left === 1 ? fill("checkIn") : fill("checkInSome", { people: left }), "button primary", () => checkIn(known, left)));
    // A part of a party: one to all but one.
    for (let people = 1; people < Math.min(left, 5); people++) {
      const some = button(String(people), "button", () => checkIn(known, people));
      some.setAttribute("aria-label", `${known.name}: ${fill("checkInSome", { people })}`);
      buttons.append(some);
    }
  }
  if (standing.length) buttons.append(button(fill("undo"), "button", () => undo(known)));
  for (const one of buttons.children) one.ariaLabel ??= `${known.name}: ${one.textContent}`;
  return [text, buttons];
}

function showCounts() {
  if (!list) return;
  const sum = (of, count) => of.reduce((total, known) => total + count(known), 0);
  const came = sum(order, (known) => stateOf(known).came);
  const more = sum(walkIns(), (known) => stateOf(known).came);
  const counts = [fill("seats", { came, places: sum(order, (known) => known.places) })];
  if (more) counts.push(fill("walkIns", { people: more }));
  part("count").textContent = counts.join(" ");
  const foods = new Map();
  for (const known of order) {
    if (!known.food) continue;
    const food = foods.get(known.foodKey) ?? { words: known.food, all: 0, came: 0 };
    food.all += 1;
    food.came += stateOf(known).came ? 1 : 0;
    foods.set(known.foodKey, food);
  }
  part("food").hidden = !foods.size;
  part("food-list").replaceChildren(
    ...[...foods.values()].sort((a, b) => b.all - a.all).map((food) => element("li", "", `${food.words}: ${fill("food", food)}`)),
  );
}

function showDoubles() {
  const doubles = everybody().filter((known) => known.taps.size > 1 && stateOf(known).isDouble);
  part("doubles").hidden = !doubles.length;
  part("doubles").replaceChildren(...doubles.map(double));
}

// Nothing is lost: somebody at the door looks, and leaves both or undoes this phone's.
function double(known) {
  const { standing } = stateOf(known);
  const taps = standing.map((id) => known.taps.get(id));
  const sum = taps.reduce((total, one) => total + one.people, 0);
  const made = element("div", "door-double", element("b", "", fill("double", known)), element("span", "", fill("doubleHint", { sum, places: known.places })));
  made.append(
    button(fill("leave"), "button", () => tap(known, "looked")),
    button(fill("undo"), "button", () => undo(known, [taps.filter((one) => one.phone === phone).concat(taps)[0].id])),
  );
  return made;
}

function showState() {
  const waiting = unsent.size;
  const state = [isOffline && fill("offline"), waiting && fill("waiting", { taps: waiting })].filter(Boolean);
  part("state").textContent = state.join(" · ") || fill("saved");
  part("state").dataset.waiting = waiting;
  part("state").dataset.offline = isOffline;
}

let undoing;

function offerUndo(known, of) {
  clearTimeout(undoing);
  part("undo").hidden = !known;
  if (!known) return;
  const { came } = stateOf(known);
  part("undo-words").textContent = fill("checkedIn", { name: known.name, came, places: known.places });
  part("undo-button").onclick = () => undo(known, of);
  undoing = setTimeout(() => (part("undo").hidden = true), 8000);
}

// ---- Tickets

// What to do about a scanned ticket: [words, party or null, is it good?]
async function verdict(text) {
  const ticket = await genuine(text.trim().toUpperCase(), page.dataset.key);
  if (!ticket) return ["forged", null, false];
  if (ticket.slug !== slug) return ["otherEvent", null, false];
  if (!list) return ["unchecked", ticket, true];
  const known = parties.get(ticket.code);
  if (known?.isListed) return ["genuine", known, true];
  return [list.cancelled.includes(ticket.code) ? "cancelled" : "unlisted", null, false];
}

async function showVerdict(text) {
  const [name, about, isGood] = await verdict(text);
  const made = element("div", isGood ? "door-good" : "door-bad", element("b", "", fill(name)));
  if (about?.places) made.append(...rowParts(about));
  else if (about) made.append(element("span", "", fill("ticketFor", { people: about.party })));
  part("verdict").replaceChildren(made);
  made.addEventListener("click", ({ target }) => target.closest("button") && part("scan-dialog").close());
}

part("scan").addEventListener("click", async () => {
  const dialog = part("scan-dialog");
  part("verdict").replaceChildren();
  dialog.showModal();
  try {
    const { scan } = await import("./scanner.js");
    const stop = await scan(part("video"), showVerdict);
    dialog.addEventListener("close", stop, { once: true });
    if (!dialog.open) stop();
  } catch {
    part("verdict").replaceChildren(element("div", "door-bad", fill("noCamera")));
  }
});

// ---- The page's own

part("search-field").addEventListener("input", ({ target }) => {
  query = target.value;
  showMatches();
});
part("search-form").addEventListener("submit", (event) => event.preventDefault());
part("add").addEventListener("click", () => {
  part("add-form").reset();
  part("add-error").hidden = true;
  part("add-name").value = matching().length ? "" : query;
  part("add-dialog").showModal();
});
part("add-form").addEventListener("submit", (event) => {
  const name = part("add-name").value.trim();
  const isWrong = !/\p{L}/u.test(name) || /[/\\@<>]|www\.|\w{2,}\.\w{2,}/i.test(name);
  part("add-error").hidden = !isWrong;
  if (isWrong) {
    part("add-error").textContent = fill("tooLong");
    return event.preventDefault();
  }
  addSomebody(name, part("add-people").valueAsNumber);
});
for (const one of page.querySelectorAll("[data-close]")) one.addEventListener("click", () => one.closest("dialog").close());
part("sign-out").addEventListener("click", async () => {
  await sync();
  if (unsent.size && !confirm(fill("unsent", { taps: unsent.size }))) return;
  await forget();
});

// Wipes this phone, also without a network; the session ends as soon as there is one.
async function forget() {
  clearTimeout(timer);
  await wipe(slug, storage);
  await fetch(`/door/${slug}/sign-out`, { method: "POST", redirect: "manual" }).catch(() => {});
  location.replace(`/door/${slug}/`);
  await new Promise(() => {});
}

// What was tapped before the page was closed, and what other phones had tapped by then.
async function remember() {
  const taps = await storage.taps();
  learnTaps(taps);
  for (const { isSent, ...one } of taps) if (!isSent) unsent.set(one.id, one);
}

async function begin() {
  const link = document.createElement("link");
  link.rel = "manifest";
  link.href = `/door/${slug}/manifest.webmanifest`;
  document.head.append(link);
  storage = await openStorage(slug);
  await remember();
  const loadedAt = (await storage.fact("list"))?.at;
  if (loadedAt && Date.now() - loadedAt > KEPT_MS) {
    await sync().catch(() => {}); // what waits is sent first, if it can be
    await wipe(slug, storage);
    storage = await openStorage(slug);
    parties.clear();
    unsent.clear();
  }
  phone = await storage.fact("phone");
  if (!phone) await storage.keepFact("phone", (phone = random(8)));
  navigator.serviceWorker?.register("/door/worker.js", { scope: "/door/" });
  await loadList(loading).catch((error) => {
    if (error === "signed out") return forget();
    isOffline = true;
  });
  show();
  page.dataset.ready = "yes";
  await sync();
}

addEventListener("online", () => scheduleSync(0));
document.addEventListener("visibilitychange", () => document.hidden || scheduleSync(0));
begin();
