// Comfort only: every page and form works without it.
const root = document.documentElement;

const dark = () =>
  (root.dataset.scheme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

for (const button of document.querySelectorAll("[data-scheme-switch]")) {
  const icon = button.querySelector("use");
  const show = () => icon.setAttribute("href", `/assets/pictures.svg#${dark() ? "sun" : "moon"}`);
  button.addEventListener("click", () => {
    root.dataset.scheme = dark() ? "light" : "dark";
    try {
      localStorage.setItem("scheme", root.dataset.scheme);
    } catch {
      // It holds for this page.
    }
    show();
  });
  show();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

for (const form of document.querySelectorAll("form[data-timed]")) {
  // Robots fill a form in no time; performance.now() knows no wrong clock.
  form.addEventListener("submit", (event) => {
    const button = form.querySelector("button[type=submit]");
    if (button.getAttribute("aria-disabled") === "true") return event.preventDefault();
    button.setAttribute("aria-disabled", "true");
    const elapsed = form.querySelector("input[name=elapsed]");
    if (elapsed) elapsed.value = String(Math.floor(performance.now() / 1000));
  });
}
// Back from the answer's page: the form may be sent again.
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
});

for (const seats of document.querySelectorAll("[data-seats]")) {
  fetch(seats.dataset.seats)
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
    .then(({ free, capacity, waiting, open, soon }) => {
      const { closed, left, queue, full } = seats.dataset;
      const words = soon ? seats.dataset.soon : !open ? closed : free > 0 ? left : waiting ? queue : full;
      const numbers = { free, capacity, waiting };
      seats.textContent = words.replace(/{(\w+)}/g, (_, name) => numbers[name]);
      for (const note of document.querySelectorAll("[data-when-full]")) note.hidden = !open || free > 0;
      for (const note of document.querySelectorAll("[data-until-open]")) note.hidden = !soon;
      seats.dataset.state = !open || free <= 0 ? "full" : free <= capacity / 5 ? "few" : "open";
    })
    .catch(() => {}); // The number of seats in all stays.
}

for (const menu of document.querySelectorAll(".menu")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  const leave = ({ target }) => {
    if (!menu.contains(target)) menu.open = false;
  };
  addEventListener("pointerdown", leave);
  addEventListener("focusin", leave);
}

for (const form of document.querySelectorAll("form[data-search]")) {
  // Search as you type; without this script there is the button.
  const field = form.querySelector("input[type=search]");
  let waiting, running;
  const show = (address, html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    for (const part of document.querySelectorAll(form.dataset.search)) {
      const found = fresh.getElementById(part.id);
      if (!found) return location.assign(address); // Signed out meanwhile.
      part.replaceChildren(...found.childNodes);
    }
    history.replaceState(null, "", address);
  };
  const search = () => {
    running?.abort();
    running = new AbortController();
    const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
    fetch(address, { signal: running.signal })
      .then((answer) => (answer.ok && !answer.redirected ? answer.text() : Promise.reject(answer.status)))
      .then((html) => show(address, html))
      .catch(() => {}); // The button goes on working.
  };
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    const letters = field.value.trim().length;
    // A whole address is looked up by the button: it leads to another page.
    if (!field.value.includes("@") && (letters === 0 || letters > 2)) waiting = setTimeout(search, 250);
  });
}

for (const input of document.querySelectorAll("input[type=file][data-most]")) {
  // A far larger file would be refused on the way, without a page of ours.
  const message = document.getElementById(input.dataset.tooLarge);
  input.form.addEventListener("submit", (event) => {
    const [file] = input.files;
    message.hidden = !(file && file.size > Number(input.dataset.most));
    if (message.hidden) return;
    event.preventDefault();
    input.focus();
  });
}
