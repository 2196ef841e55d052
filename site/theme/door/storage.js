// What a phone keeps of a door: its taps, those of other phones, and when it last had the list.
// The service worker keeps the list itself, in the same database, and nothing is kept elsewhere.
export const KEPT_MS = 24 * 60 * 60 * 1000;
export const nameOf = (slug) => `door ${slug}`;
// In localStorage: which session somebody ended here without a network.
export const leftMark = (slug) => `door ${slug} left`;

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

function opened(slug, isNew = true) {
  const request = indexedDB.open(nameOf(slug), 1);
  request.onupgradeneeded = () => {
    if (!isNew) return request.transaction.abort();
    request.result.createObjectStore("taps", { keyPath: "id" });
    request.result.createObjectStore("facts"); // "list" and "phone"
  };
  return done(request);
}

// Resolves with null if there is none, and none is to be made.
export async function openStorage(slug, { isNew = true } = {}) {
  try {
    return new Storage(slug, await opened(slug, isNew));
  } catch (error) {
    if (isNew) throw error;
    return null;
  }
}

// Of every door that this phone keeps anything of.
export async function namesOfDoors() {
  const databases = (await indexedDB.databases?.()) ?? [];
  const names = new Set([...databases.map(({ name }) => name), ...(await caches.keys())]);
  return [...names].filter((name) => name.startsWith(nameOf(""))).map((name) => name.slice(nameOf("").length));
}

class Storage {
  #isLetGo = false;

  constructor(slug, database) {
    this.slug = slug;
    this.#take(database);
  }

  #take(database) {
    this.database = database;
    // Another tab signs out: let go, so that the database can be deleted.
    database.onversionchange = () => this.close();
  }

  // iOS cuts the connection of a page that was in the background; nothing says so before it is used.
  async #surely(act) {
    try {
      return await act();
    } catch (error) {
      if (this.#isLetGo) throw error;
      this.#take(await opened(this.slug));
      return act();
    }
  }

  #read(name, act) {
    return this.#surely(() => done(act(this.database.transaction(name).objectStore(name))));
  }

  fact(name) {
    return this.#read("facts", (store) => store.get(name));
  }

  taps() {
    return this.#read("taps", (store) => store.getAll());
  }

  async unsent() {
    const waiting = (await this.taps()).filter(({ isSent }) => !isSent);
    return waiting.map(({ isSent, ...tap }) => tap);
  }

  // Resolves once they are on the disk, so that closing the page loses none.
  #write(name, change) {
    return this.#surely(() => {
      const transaction = this.database.transaction(name, "readwrite", { durability: "strict" });
      change(transaction.objectStore(name));
      return new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
      });
    });
  }

  keep(taps) {
    return this.#write("taps", (store) => taps.forEach((tap) => store.put(tap)));
  }

  keepFact(name, value) {
    return this.#write("facts", (store) => store.put(value, name));
  }

  // Forgets who is coming and what was sent; what waits to be sent stays, and when the list came.
  async keepTapsOnly() {
    const list = await this.fact("list");
    if (list) await this.keepFact("list", { at: list.at });
    const sent = (await this.taps()).filter(({ isSent }) => isSent);
    await this.#write("taps", (store) => sent.forEach(({ id }) => store.delete(id)));
    await caches.delete(nameOf(this.slug));
  }

  close() {
    this.#isLetGo = true;
    this.database.close();
  }
}

// Everything of this door: the database, and the pages and files in the cache.
export async function wipe(slug, storage) {
  storage?.close();
  await done(indexedDB.deleteDatabase(nameOf(slug)));
  await caches.delete(nameOf(slug));
}
