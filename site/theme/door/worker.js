// Lets the door's page open without a network: keeps the page and its files in a cache, and the
// list in the database. The list's answers are `no-store`, so nothing but this keeps them.
const KEPT_MS = 24 * 60 * 60 * 1000;
const doorOf = (url) => new URL(url).pathname.match(/^\/door\/([a-z0-9-]+)\/(list)?$/);
const nameOf = (slug) => `door ${slug}`;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  const door = doorOf(request.url);
  if (door?.[2]) event.respondWith(list(request, door[1]));
  else if (door || isFile(request.url)) event.respondWith(fromNetworkOrCache(request));
});

// The page opened before this worker had a say: keep what it has loaded.
self.addEventListener("message", (event) => {
  const { slug, keep, list: loaded } = event.data;
  event.waitUntil(
    Promise.all([
      keep && caches.open(nameOf(slug)).then((cache) => cache.addAll(keep)),
      loaded && keepList(slug, loaded),
    ]).then(
      () => event.ports[0]?.postMessage("kept"),
      () => event.ports[0]?.postMessage("failed"),
    ),
  );
});

const isFile = (url) => /^\/(assets|door)\/[^?]*\.\w+$/.test(new URL(url).pathname);

async function fromNetworkOrCache(request) {
  const isPage = doorOf(request.url);
  try {
    const answer = await fetch(request);
    if (isPage && answer.ok) {
      const cache = await caches.open(nameOf(isPage[1]));
      await cache.put(request.url, answer.clone());
    }
    return answer;
  } catch (error) {
    const kept = await caches.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

async function list(request, slug) {
  try {
    const answer = await fetch(request);
    if (answer.ok) await keepList(slug, await answer.clone().json());
    return answer;
  } catch (error) {
    const kept = await fact(slug, "readonly", (store) => store.get("list"));
    if (!kept || Date.now() - kept.at > KEPT_MS) throw error;
    return Response.json({ ...kept.content, kept: true });
  }
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
