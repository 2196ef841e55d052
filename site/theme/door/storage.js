// What a phone keeps of a door: its taps, those of other phones, and when it last had the list.
// The service worker keeps the list itself, in the same database, and nothing is kept elsewhere.
export const KEPT_MS = 24 * 60 * 60 * 1000;
export const nameOf = (slug) => `door ${slug}`;

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

export function openStorage(slug) {
  const request = indexedDB.open(nameOf(slug), 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("taps", { keyPath: "id" });
    request.result.createObjectStore("facts"); // "list" and "phone"
  };
  return done(request).then((database) => new Storage(database));
}

class Storage {
  constructor(database) {
    this.database = database;
    // Another tab signs out: let go, so that the database can be deleted.
    database.onversionchange = () => database.close();
  }

  #store(name, mode = "readonly") {
    return this.database.transaction(name, mode).objectStore(name);
  }

  fact(name) {
    return done(this.#store("facts").get(name));
  }

  taps() {
    return done(this.#store("taps").getAll());
  }

  // Resolves once they are on the disk, so that closing the page loses none.
  #write(name, change) {
    const transaction = this.database.transaction(name, "readwrite", { durability: "strict" });
    change(transaction.objectStore(name));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }

  keep(taps) {
    return this.#write("taps", (store) => taps.forEach((tap) => store.put(tap)));
  }

  keepFact(name, value) {
    return this.#write("facts", (store) => store.put(value, name));
  }

  close() {
    this.database.close();
  }
}

// Everything of this door: the database, and the pages and files in the cache.
export async function wipe(slug, storage) {
  storage?.close();
  await done(indexedDB.deleteDatabase(nameOf(slug)));
  await caches.delete(nameOf(slug));
}
