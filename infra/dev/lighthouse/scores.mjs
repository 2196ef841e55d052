// Lighthouse's scores of pages: JSON {chromium, flags, pages: [{name, url, cookie}]} on stdin, JSON
// {name: {category: score}} on stdout. It installs and downloads nothing, and tells nobody.
import { readFileSync } from "node:fs";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const CATEGORIES = ["accessibility", "best-practices", "performance"];
// The pages load nothing later: there is no need to wait long for silence.
const PATIENCE = { pauseAfterFcpMs: 300, pauseAfterLoadMs: 300, networkQuietThresholdMs: 300, cpuQuietThresholdMs: 300 };

async function scoresOf(page, port) {
  const extraHeaders = page.cookie ? { Cookie: page.cookie } : undefined;
  const settings = { onlyCategories: CATEGORIES, extraHeaders, disableFullPageScreenshot: true, ...PATIENCE };
  const { lhr } = await lighthouse(page.url, { port, logLevel: "error" }, { extends: "lighthouse:default", settings });
  if (lhr.runtimeError) throw new Error(`${page.name}: ${lhr.runtimeError.message}`);
  return Object.fromEntries(CATEGORIES.map((name) => [name, Math.round(lhr.categories[name].score * 100)]));
}

const { chromium, flags, pages } = JSON.parse(readFileSync(0, "utf8"));
const chrome = await launch({ chromePath: chromium, chromeFlags: ["--headless=new", ...flags] });
try {
  const scores = {};
  for (const page of pages) scores[page.name] = await scoresOf(page, chrome.port);
  console.log(JSON.stringify(scores));
} finally {
  chrome.kill();
}
