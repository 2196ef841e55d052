// Before anything is drawn: tells the stylesheet that scripts run, and which scheme was chosen here.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const chosen = localStorage.getItem("scheme");
    if (chosen === "light" || chosen === "dark") root.dataset.scheme = chosen;
  } catch {
    // No storage: the system's scheme it is.
  }
})();
