// Run in the page: returns its problems, a sentence each.
async () => {
  const problems = [];
  const root = document.documentElement;
  const name = (element) => {
    const kind = typeof element.className === "string" && element.className ? "." + element.className.replaceAll(" ", ".") : "";
    return `<${element.tagName.toLowerCase()}${kind}> ${(element.textContent || "").trim().slice(0, 40)}`;
  };
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;

  if (!root.lang) problems.push("the page names no language");
  if (document.querySelectorAll("h1").length !== 1) problems.push("not exactly one h1");
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.body.querySelectorAll("*")].filter((element) => element.getBoundingClientRect().right > root.clientWidth + 0.5);
    problems.push(`wider than the window: ${wide.slice(0, 3).map(name).join("; ")}`);
  }

  // Pictures further down are loaded when they are scrolled to; decode() would wait for that.
  for (const image of document.images) image.loading = "eager";
  for (const image of document.images) {
    const loaded = await image.decode().then(() => image.naturalWidth > 0, () => false);
    if (!loaded) problems.push(`picture does not load: ${image.src}`);
    else if (shown(image) && !image.src.endsWith(".svg") && image.getBoundingClientRect().width > image.naturalWidth + 1)
      problems.push(`picture is stretched beyond its pixels: ${image.src}`);
  }
  for (const use of document.querySelectorAll("svg use"))
    if (shown(use.closest("svg")) && use.getBBox().width === 0) problems.push(`drawing is empty: ${use.getAttribute("href")}`);

  // Lines of more than 75 characters are hard to follow (WCAG 2.2, 1.4.8 allows 80).
  const longest = new Map(); // by font, so that the page is laid out once for each
  const longestIn = (font) => {
    if (!longest.has(font)) {
      const ruler = document.createElement("span");
      ruler.style.cssText = "position:absolute;visibility:hidden;white-space:nowrap";
      ruler.style.font = font;
      ruler.textContent = "0".repeat(75);
      document.body.append(ruler);
      longest.set(font, ruler.offsetWidth);
      ruler.remove();
    }
    return longest.get(font);
  };
  for (const text of document.querySelectorAll("main :is(p, li, dd), [role=main] :is(p, li, dd)")) {
    const style = getComputedStyle(text);
    const width = text.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    if (!shown(text) || text.querySelector("p, li, h3, input, .button") || text.clientHeight < parseFloat(style.lineHeight) * 1.5) continue;
    if (width > longestIn(style.font) + 1) problems.push(`lines too long: ${name(text)}`);
  }

  // As by the Tab key: an element with the focus has an outline, or its card or row has one.
  const outlined = (element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  for (const element of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")) {
    if (!shown(element) || element.closest(".honeypot") || element.disabled) continue;
    element.focus({ focusVisible: true, preventScroll: true });
    if (document.activeElement !== element) problems.push(`takes no focus: ${name(element)}`);
    else if (![element, element.closest(".card"), element.closest(".row")].some((outer) => outer && outlined(outer)))
      problems.push(`focus is invisible: ${name(element)}`);
    element.blur();
  }
  return problems;
}
