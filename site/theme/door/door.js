// The door's page: search, check in, undo, add somebody; all of it without a network, too.
import { WALK_IN, attendance, isWalkIn } from "./check-ins.js";
import { SIGNED_OUT, forgetOld, request, send } from "./sending.js";
import { KEPT_MS, leftMark, openStorage, wipe } from "./storage.js";
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
const ON_SCREEN = 6; // of them, drawn first
const SYNC_MS = 15_000;
const LIST_MS = 60_000; // then it is loaded again: people cancel and move up on the day itself
const LEAVING_MS = 3000; // that signing out waits for the network

let hasLeft = false; // signed out, or about to be

// Somebody signed out here without a network: this session is to be ended first.
const LEFT = leftMark(slug);
if (localStorage.getItem(LEFT) === page.dataset.opened) await goodbye();
localStorage.removeItem(LEFT);

// The slowest step. The page has asked for it already, while scripts and styles were on their way;
// the browser hands that answer to a request of the usual kind only.
const loading = request(`/door/${slug}/list`, { cache: "default" });
loading.catch(() => {}); // whoever awaits it hears of it

let storage;
let phone;
let list = null; // { parties, cancelled }
let loadedAt = 0;
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
  for (const known of parties.values()) {
    known.now = undefined; // it may have other places now
    if (!isWalkIn(known.code)) known.isListed = listed.has(known.code);
  }
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
  try {
    await storage.keep([{ ...made, isSent: false }]); // on the disk before it is sent
  } finally {
    scheduleSync();
  }
  return made;
}

async function checkIn(known, people) {
  const made = await tap(known, "came", { people });
  offerUndo(known, [made.id]);
}

async function undo(known, of = stateOf(known).standing) {
  await tap(known, "undo", { of: [...of] });
  sayUndone(known);
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
  if (hasLeft) return;
  timer = setTimeout(sync, wait);
}

// One at a time. Taps leave the phone in any order: what they say depends on none.
function sync() {
  syncing ??= exchange()
    .then(
      () => (isOffline = false),
      (error) => {
        if (error === SIGNED_OUT) return leave();
        isOffline = true;
      },
    )
    .finally(() => {
      syncing = null;
      if (hasLeft) return;
      showState();
      scheduleSync(SYNC_MS);
    });
  return syncing;
}

async function exchange() {
  let answer;
  do {
    answer = await send(slug, [...unsent.values()], since);
    const { sent, taps } = answer;
    // What the server has is not sent again, even if this phone's disk fails.
    for (const { id } of sent) unsent.delete(id);
    since = answer.now;
    if (learnTaps(taps)) show();
    showState();
    await storage.keep([...sent, ...taps].map((one) => ({ ...one, isSent: true })));
  } while (unsent.size && answer.sent.length && !answer.isStuck);
  if (answer.isOpen === false) throw SIGNED_OUT;
  if (!list || list.kept || Date.now() - loadedAt > LIST_MS) await loadList();
}

async function loadList(answering = request(`/door/${slug}/list`)) {
  const answer = await answering;
  if (answer.status === 401) throw SIGNED_OUT;
  if (!answer.ok) throw answer.status;
  const content = await answer.json();
  const isNews = !list || JSON.stringify([list.parties, list.cancelled]) !== JSON.stringify([content.parties, content.cancelled]);
  if (isNews) learnList(content);
  else list = content;
  if (learnTaps(content.taps) || isNews) show(loadedAt ? SHOWN : ON_SCREEN);
  if (!content.kept) {
    loadedAt = Date.now();
    since = content.now;
    await storage.keep(content.taps.map((one) => ({ ...one, isSent: true })));
    await keepInWorker(content);
  }
}

// The worker keeps what comes from now on; what came before it, it is handed.
async function keepInWorker(content) {
  if (!navigator.serviceWorker || page.dataset.kept === "kept") return;
  const { active } = await navigator.serviceWorker.ready;
  const addresses = performance.getEntriesByType("resource").map(({ name }) => new URL(name));
  const files = addresses
    .filter(({ origin, pathname }) => origin === location.origin && /^\/(assets|door)\/.*\.\w+$/.test(pathname))
    .map(({ pathname }) => pathname);
  const keep = new Set([...files, location.pathname, ...["check-ins", "scanner", "sending", "storage", "tickets"].map((name) => `/door/${name}.js`)]);
  // For phones that can't read QR codes or check signatures by themselves.
  const spare = ["jsqr", "noble-ed25519"].map((name) => `/door/npm/${name}.js`);
  const channel = new MessageChannel();
  const kept = new Promise((resolve) => (channel.port1.onmessage = ({ data }) => resolve(data)));
  active.postMessage({ slug, keep: [...keep], spare, list: content }, [channel.port2]);
  page.dataset.kept = await kept;
}

// ---- Showing

let query = "";

function matching() {
  const known = parties.get(typedCode(query));
  if (known?.isListed) return [known];
  const wanted = folded(query).split(/\s+/).filter(Boolean);
  if (!wanted.length) return everybody();
  return everybody().filter((known) => wanted.every((start) => known.words.some((word) => word.startsWith(start))));
}

function show(rows = SHOWN) {
  showMatches(rows);
  showCounts();
  showDoubles();
  showState();
}

// All that a key changes.
function showMatches(rows = SHOWN) {
  const matches = list ? matching() : [];
  showRows(matches.slice(0, rows), Math.min(matches.length, SHOWN));
  const rest = matches.length - SHOWN;
  const isCancelled = list?.cancelled.includes(typedCode(query));
  part("more").textContent = !list ? fill("noList") : rest > 0 ? fill("more", { parties: rest }) : matches.length ? "" : fill(isCancelled ? "cancelled" : "nobody");
}

// A row that says the same stays as it is, under the finger and for a screen reader.
function rowOf(known) {
  const { came, standing } = stateOf(known);
  const says = [known.name, known.guests, known.places, known.food, came, standing.length].join("|");
  if (known.says !== says) Object.assign(known, { says, row: row(known) });
  return known.row;
}

// Of `all` rows, which stay if they begin with these.
function showRows(shown, all) {
  const focused = document.activeElement?.closest?.("[data-list] li");
  const place = focused ? [...focused.querySelectorAll("button")].indexOf(document.activeElement) : -1;
  const rows = shown.map(rowOf);
  const { children } = part("list");
  if (rows.every((one, at) => one === children[at]) && (rows.length === children.length || rows.length < all)) return;
  part("list").replaceChildren(...rows);
  const again = place < 0 ? null : rows.find((one) => one.dataset.code === focused.dataset.code);
  const buttons = again ? [...again.querySelectorAll("button")] : [];
  (buttons[place] ?? buttons.at(-1))?.focus();
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
    button(fill("undo"), "button", () => undo(known, ofOnePhone(taps))),
  );
  return made;
}

// The same at every phone, so that two who undo it at once don't undo both.
function ofOnePhone(taps) {
  const last = taps.map((one) => one.phone).sort().at(-1);
  return taps.filter((one) => one.phone === last).map(({ id }) => id);
}

function showState() {
  const waiting = unsent.size;
  const state = [isOffline && fill("offline"), waiting && fill("waiting", { taps: waiting })].filter(Boolean);
  part("state").textContent = state.join(" · ") || fill("saved");
  part("state").dataset.waiting = waiting;
  part("state").dataset.offline = isOffline;
}

let undoing;

function sayUndone(known) {
  const { came } = stateOf(known);
  say(came ? fill("checkedIn", { name: known.name, came, places: known.places }) : fill("undone", known));
  part("undo-button").hidden = true;
}

function say(text) {
  clearTimeout(undoing);
  part("undo").hidden = false;
  part("undo-words").textContent = text;
  undoing = setTimeout(() => (part("undo").hidden = true), 8000);
}

function offerUndo(known, of) {
  const { came } = stateOf(known);
  say(fill("checkedIn", { name: known.name, came, places: known.places }));
  part("undo-button").hidden = false;
  part("undo-button").onclick = () => undo(known, of);
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
  const [name, about, isGood] = await verdict(text).catch(() => ["noCheck", null, false]);
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
  showMatches(ON_SCREEN);
  requestAnimationFrame(() => setTimeout(() => showMatches())); // once these are drawn
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
  const isWrong = !/\p{L}/u.test(name);
  part("add-error").hidden = !isWrong;
  if (isWrong) {
    part("add-error").textContent = fill("noName");
    return event.preventDefault();
  }
  addSomebody(name, part("add-people").valueAsNumber);
});
for (const one of page.querySelectorAll("[data-close]")) one.addEventListener("click", () => one.closest("dialog").close());
part("sign-out").addEventListener("click", async () => {
  await Promise.race([sync(), new Promise((resolve) => setTimeout(resolve, LEAVING_MS))]);
  if (unsent.size && !confirm(fill("unsent", { taps: unsent.size }))) return;
  hasLeft = true;
  clearTimeout(timer);
  await wipe(slug, storage);
  localStorage.setItem(LEFT, page.dataset.opened);
  await goodbye();
});

// Ends the session; without a network, once there is one, or at the next opening. Never resolves:
// nothing else is to happen on this page.
async function goodbye() {
  if (!(await endSession())) {
    page.replaceChildren(element("h1", "", fill("left")), element("p", "", fill("leftHint")));
    addEventListener("online", endSession);
  }
  await new Promise(() => {});
}

// Resolves with false if there is no network.
function endSession() {
  return request(`/door/${slug}/sign-out`, { method: "POST", redirect: "manual" }, LEAVING_MS).then(
    () => {
      localStorage.removeItem(LEFT);
      goHome();
      return true;
    },
    () => false,
  );
}

function goHome() {
  location.replace(`/door/${slug}/`);
}

// The door is closed, or this phone's session over: nobody's name stays, and what waits to be sent
// does.
async function leave() {
  clearTimeout(timer);
  await storage.keepTapsOnly();
  goHome();
  await new Promise(() => {});
}

// What was tapped before the page was closed, and what other phones had tapped by then.
async function remember() {
  storage = await openStorage(slug);
  const kept = await storage.fact("list");
  if (kept && Date.now() - kept.at > KEPT_MS) {
    storage.close();
    await forgetOld([slug]);
    storage = await openStorage(slug);
  }
  const [taps, ownId] = await Promise.all([storage.taps(), storage.fact("phone")]);
  learnTaps(taps);
  for (const { isSent, ...one } of taps) if (!isSent) unsent.set(one.id, one);
  phone = ownId ?? random(8);
  if (!ownId) storage.keepFact("phone", phone); // the list is shown meanwhile
}

async function begin() {
  const link = document.createElement("link");
  link.rel = "manifest";
  link.href = `/door/${slug}/manifest.webmanifest`;
  document.head.append(link);
  await remember();
  navigator.serviceWorker?.register("/door/worker.js", { scope: "/door/" });
  await loadList(loading).catch((error) => {
    if (error === SIGNED_OUT) return leave();
    isOffline = true;
  });
  show();
  page.dataset.ready = "yes";
  await sync();
  await forgetOld();
}

addEventListener("online", () => scheduleSync(0));
document.addEventListener("visibilitychange", () => document.hidden || scheduleSync(0));
begin();
