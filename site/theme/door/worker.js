// Lets the door's page open without a network, or with one that is too slow: keeps the page and its
// files in a cache, and the list in the database. The list's answers are `no-store`, so nothing but
// this keeps them.
const KEPT_MS = 24 * 60 * 60 * 1000;
const PATIENCE_MS = 3000; // after which what is kept is shown
const TOO_MANY = 429;
const doorOf = (url) => new URL(url).pathname.match(/^\/door\/([a-z0-9-]+)\/(list)?$/);
const nameOf = (slug) => `door ${slug}`;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  const door = doorOf(request.url);
  if (door?.[2]) event.respondWith(list(request, door[1]));
  else if (door) event.respondWith(page(request, door[1]));
  else if (isFile(request.url)) event.respondWith(fromNetworkOrKept(request, keptFile));
});

// The page opened before this worker had a say: keep what it has loaded. What is spare may not be
// there, as on a site that was built without npm.
self.addEventListener("message", (event) => {
  const { slug, keep, spare, list: loaded } = event.data;
  const adding = caches.open(nameOf(slug)).then(async (cache) => {
    await cache.addAll(keep);
    await Promise.allSettled(spare.map((path) => cache.add(path)));
  });
  event.waitUntil(
    Promise.all([adding, keepList(slug, loaded)]).then(
      () => event.ports[0]?.postMessage("kept"),
      () => event.ports[0]?.postMessage("failed"),
    ),
  );
});

const isFile = (url) => /^\/(assets|door)\/[^?]*\.\w+$/.test(new URL(url).pathname);
const keptFile = (request) => caches.match(request, { ignoreSearch: true });

// The network's answer; or, if it gives none in time or has too much to do, what is `kept`, if any.
async function fromNetworkOrKept(request, kept, keep = () => {}) {
  const coming = fetch(request).then(async (answer) => {
    if (answer.ok) await keep(answer.clone());
    return answer;
  });
  coming.catch(() => {}); // whoever waits for it hears of it
  const late = new Promise((_, reject) => setTimeout(reject, PATIENCE_MS));
  const answer = await Promise.race([coming, late]).catch(() => null);
  if (answer && answer.status !== TOO_MANY && answer.status < 500) return answer;
  return (await kept(request)) ?? coming;
}

function page(request, slug) {
  return fromNetworkOrKept(request, keptFile, async (answer) => {
    const cache = await caches.open(nameOf(slug));
    await cache.put(request.url, answer);
  });
}

function list(request, slug) {
  const keep = async (answer) => keepList(slug, await answer.json());
  return fromNetworkOrKept(request, () => keptList(slug), keep);
}

async function keptList(slug) {
  const kept = await fact(slug, "readonly", (store) => store.get("list"));
  if (!kept?.content || Date.now() - kept.at > KEPT_MS) return undefined;
  const content = JSON.stringify({ ...kept.content, kept: true });
  return new Response(content, { headers: { "Content-Type": "application/json" } });
}

const keepList = (slug, content) =>
  fact(slug, "readwrite", (store) => store.put({ at: Date.now(), content }, "list"));

// The page has made the database; without one there is nothing to read or keep.
function fact(slug, mode, act) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(nameOf(slug), 1);
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onerror = () => resolve(undefined);
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction("facts", mode);
      const request = act(transaction.objectStore("facts"));
      transaction.oncomplete = () => {
        database.close();
        resolve(request.result);
      };
      transaction.onerror = () => {
        database.close();
        reject(transaction.error);
      };
    };
  });
}
