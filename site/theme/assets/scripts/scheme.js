// Runs before the page is drawn, so that it never flashes in the wrong scheme: marks that scripts
// run, and sets the scheme that was chosen in this browser.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const chosen = localStorage.getItem("scheme");
    if (chosen === "light" || chosen === "dark") root.dataset.scheme = chosen;
  } catch {
    // Without storage the system's scheme holds.
  }
})();
