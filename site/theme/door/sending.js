// Sends taps to the server; also those of a door that is closed, or was left long ago.
import { KEPT_MS, nameOf, namesOfDoors, openStorage, wipe } from "./storage.js";

const PATIENCE_MS = 15_000; // for a network that never answers
const AT_ONCE = 50; // taps in one request
export const SIGNED_OUT = "signed out";
const REFUSED = 400;

export async function request(url, options = {}, patience = PATIENCE_MS) {
  const giving = new AbortController();
  const timer = setTimeout(() => giving.abort(), patience);
  try {
    return await fetch(url, { cache: "no-store", signal: giving.signal, ...options });
  } finally {
    clearTimeout(timer);
  }
}

// Sends some of `taps`. Resolves with { sent, taps, now, isOpen }: what was sent, and what is new
// since `since`. A tap that is refused holds back none of the others.
export async function send(slug, taps, since) {
  const some = taps.slice(0, AT_ONCE);
  try {
    return await post(slug, some, since);
  } catch (error) {
    if (error !== REFUSED || !some.length) throw error;
    for (const one of some) {
      const answer = await post(slug, [one], since).catch((reason) => {
        if (reason !== REFUSED) throw reason;
      });
      if (answer) return answer;
    }
    return { ...(await post(slug, [], since)), isStuck: true };
  }
}

async function post(slug, taps, since) {
  const body = JSON.stringify({ since, taps });
  const answer = await request(`/door/${slug}/taps`, { method: "POST", body, headers: { "Content-Type": "application/json" } });
  if (answer.status === 401) throw SIGNED_OUT;
  if (!answer.ok) throw answer.status;
  return { ...(await answer.json()), sent: taps };
}

// Sends all that waits on this phone; resolves with how many could not be sent.
export async function sendAll(slug, storage) {
  let waiting = await storage.unsent();
  try {
    while (waiting.length) {
      const { sent, isStuck } = await send(slug, waiting, Math.floor(Date.now() / 1000));
      if (isStuck) break;
      await storage.keep(sent.map((one) => ({ ...one, isSent: true })));
      waiting = await storage.unsent();
    }
  } catch {
    // No network, or the session is over.
  }
  return waiting.length;
}

// Wipes the doors whose list was loaded longer ago than a phone may keep it; what waits is sent
// first, if it can be.
export async function forgetOld(slugs) {
  for (const slug of slugs ?? (await namesOfDoors())) {
    const storage = await openStorage(slug, { isNew: false });
    const loadedAt = (await storage?.fact("list"))?.at ?? Date.now();
    const isOld = Date.now() - loadedAt > KEPT_MS;
    if (storage && isOld) await sendAll(slug, storage);
    if (isOld) await wipe(slug, storage);
    else if (storage) storage.close();
    else await caches.delete(nameOf(slug));
  }
}
