// The page of a door that is closed for this phone: sends what was tapped without a network, and
// forgets the rest.
import { forgetOld, sendAll } from "./sending.js";
import { leftMark, openStorage, wipe } from "./storage.js";

const notice = document.querySelector("[data-closed]");
const slug = notice.dataset.closed;

async function leave() {
  localStorage.removeItem(leftMark(slug)); // the session is over, however it ended
  const storage = await openStorage(slug, { isNew: false });
  if (!storage) return;
  await storage.keepTapsOnly();
  const left = await sendAll(slug, storage);
  notice.hidden = !left;
  if (left) {
    notice.textContent = notice.dataset.words.replace("{taps}", left);
    storage.close();
  } else await wipe(slug, storage);
}

addEventListener("online", leave);
await forgetOld();
await leave();
